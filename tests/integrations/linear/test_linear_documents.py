"""Every operation of the adapter is one that Linear's own SDL allows."""

from typing import Any

import pytest
from graphql import build_schema, parse, validate

from integrations.linear import documents
from tests.integrations.linear.linear_rig import linear_oracle, linear_rig, request, sdl
from tests.support.graphql_oracle import GraphqlOracle

DOCUMENTS = {name: text for name, text in vars(documents).items() if name.isupper()}
# Fields that the cut copy of the SDL lacks; sandbox.linear.schema says more.
BEYOND_THE_COPY = {"RELATIONS", "INVERSE_RELATIONS"}
SAMPLES: dict[str, dict[str, Any]] = {
    "TEAM": {"key": "MOB"},
    "ISSUE_BY_ID": {"id": "x"},
    "ISSUE": {"key": "MOB-1"},
    "LABELS": {"name": "Bug", "team": "x"},
    "COMMENT_BY_ID": {"id": "x"},
    "RELATIONS": {"id": "x", "after": None},
    "INVERSE_RELATIONS": {"id": "x", "after": "y"},
    "TEAMS_NAMED": {"words": "", "after": None},
    "LABELS_NAMED": {"words": "b", "team": "MOB", "after": "y"},
    "STATES_NAMED": {"words": "b", "team": "MOB", "after": None},
    "ESTIMATION": {"team": "x"},
    "MEMBERS": {"team": "x", "after": None},
    "PROJECTS_OF_TEAM": {"team": "x", "after": "y"},
    "LABELS_FOR_TEAM": {"team": "x", "after": None},
    "VIEWER": {},
    "TEAMS": {},
    "CREATE_ISSUE": {
        "input": {
            "teamId": "x",
            "title": "t",
            "labelIds": ["y"],
            "id": "z",
            "description": "d",
            "assigneeId": "u",
            "priority": 2,
            "estimate": 5,
            "dueDate": "2026-11-30",
            "projectId": "p",
        }
    },
    "CREATE_COMMENT": {"input": {"id": "x", "issueId": "y", "body": "b"}},
    "CREATE_RELATION": {"input": {"id": "x", "issueId": "y", "relatedIssueId": "z", "type": "related"}},
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_allowed(name: str) -> None:
    """Document and variables fit the schema, and nothing deprecated is asked for."""
    assert linear_oracle().request_problems(parse(DOCUMENTS[name]), SAMPLES[name]) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_only_two_documents_need_what_was_cut(name: str) -> None:
    """All others fit the copy of Linear's SDL as it is, word for word."""
    problems = validate(build_schema(sdl()), parse(DOCUMENTS[name]))
    assert bool(problems) is (name in BEYOND_THE_COPY)


async def test_the_oracle_finds_what_is_wrong() -> None:
    """An unknown field, a wrong variable, and an answer without what was asked for: none of them passes."""
    async with linear_rig() as rig:
        await rig.pm.create_release_ticket(request())
        exchange = rig.simulator.record[-1]
    oracle = linear_oracle()
    assert oracle.problems(exchange) == []
    assert oracle.request_problems(parse("query Q { viewer { nickname } }"), {})
    assert oracle.request_problems(parse(documents.TEAM), {"key": 7})
    assert oracle.request_problems(parse(documents.TEAM), {"key": "MOB", "other": 1})
    for spoilt in (b'"success": 1', b'"success": null', b'"succes": true'):
        body = exchange.response_body.replace(b'"success": true', spoilt)
        changed = type(exchange)(**{**vars(exchange), "response_body": body})
        assert oracle.problems(changed), spoilt


def test_no_exchange_is_no_proof() -> None:
    """An oracle that was shown nothing does not say that all is well."""
    oracle: GraphqlOracle = linear_oracle()
    with pytest.raises(AssertionError):
        oracle.check_all([])
