"""Every operation of the adapter is one that monday.com's own SDL allows."""

from typing import Any

import pytest
from graphql import GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, parse, visit

from integrations.monday import documents
from sandbox.monday.simulator import schema
from tests.integrations.monday.monday_rig import monday_oracle, monday_rig, sdl

DOCUMENTS = {name: text for name, text in vars(documents).items() if name.isupper()}
SAMPLES: dict[str, dict[str, Any]] = {
    "ME": {},
    "BOARDS": {"page": 1},
    "BOARD": {"board": "1"},
    "WHOLE_BOARD": {"board": "1"},
    "PEOPLE": {"page": 1},
    "ITEMS_BY_TEXT": {"board": "1", "column": "text", "text": "x"},
    "NEXT_ITEMS": {"cursor": "x", "column": "text"},
    "ITEM": {"item": "1"},
    "UPDATES": {"item": "1", "page": 2},
    "CREATE_ITEM": {"board": "1", "group": "g", "name": "n", "values": "{}"},
    "CREATE_UPDATE": {"item": "1", "body": "b"},
}


class _Deprecated(Visitor):
    """Gathers the deprecated fields that a document asks for."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.found: list[str] = []

    def enter_field(self, node: Any, *_: Any) -> None:
        """Look at one field."""
        field = self.info.get_field_def()
        if field is not None and field.deprecation_reason is not None:
            self.found.append(node.name.value)


def deprecated(of: GraphQLSchema, text: str) -> list[str]:
    """The deprecated fields of a document."""
    info = TypeInfo(of)
    visitor = _Deprecated(info)
    visit(parse(text), TypeInfoVisitor(info, visitor))
    return visitor.found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_allowed(name: str) -> None:
    """Document and variables fit the SDL of the version that we pin."""
    assert monday_oracle().request_problems(parse(DOCUMENTS[name]), SAMPLES[name]) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_deprecated_is_asked_for(name: str) -> None:
    """`settings_str` and its like will be removed; the check itself finds them."""
    assert deprecated(schema(sdl()), DOCUMENTS[name]) == []
    assert deprecated(schema(sdl()), "{ boards { columns { settings_str } } }") == ["settings_str"]


async def test_the_oracle_finds_what_is_wrong() -> None:
    """An unknown field, a wrong variable, and an answer without what was asked for: none of them passes."""
    async with monday_rig() as rig:
        await rig.pm.create_release_ticket(rig.request())
        exchange = rig.simulator.record[-1]
    oracle = monday_oracle()
    assert oracle.problems(exchange) == []
    assert oracle.request_problems(parse("query Q { me { nickname } }"), {})
    assert oracle.request_problems(parse("query Q { boards { items { id } } }"), {})
    assert oracle.request_problems(parse(documents.BOARDS), {"page": "one"})
    assert oracle.request_problems(parse(documents.BOARDS), {"page": 1, "other": 1})
    for spoilt in (b'"id": 7, "other"', b'"id": null, "other"', b'"idd"'):
        changed = type(exchange)(
            **{**vars(exchange), "response_body": exchange.response_body.replace(b'"id"', spoilt)}
        )
        assert changed.response_body != exchange.response_body
        assert _spoilt(oracle, changed), spoilt


def _spoilt(oracle: Any, exchange: Any) -> bool:
    try:
        return bool(oracle.problems(exchange))
    except ValueError:
        return True  # no JSON any more
