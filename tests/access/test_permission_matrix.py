"""Every word, button, form and shortcut by every kind of person: who gets further than a refusal."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.router import ROUTES
from bot.slack.desk import Routes
from tests.access.hall import WHO, furnished, hall_on
from tests.access.rows import ROWS, Row
from tests.access.sending import body_of
from tests.support.access_table import PROPERTY
from tests.support.prepared import Prepared

REFUSED = (
    "You may not",
    "Ask an owner to set it right",
    "Only owners and the captain may",
    "Only approvers, editors",
    "deactivated",
)
ELSEWHERE = {"function_executed", "link_shared"}
"""A step of a workflow: who may is asked by the step that it names. A link: who may not is told nothing at all. Both
have tests of their own.
"""
_TABLES: tuple[tuple[str, Callable[[Routes], object]], ...] = (
    ("command", lambda routes: routes.commands),
    ("action", lambda routes: routes.actions),
    ("view", lambda routes: routes.views),
    ("shortcut", lambda routes: routes.shortcuts),
    ("event", lambda routes: routes.events),
)


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Prepared]:
    """Furnished databases by stage."""

    async def made() -> dict[str, Prepared]:
        return {
            stage: await furnished(stage, tmp_path_factory.mktemp(stage))
            for stage in sorted({row.stage for row in ROWS})
        }

    return asyncio.run(made())


@pytest.mark.parametrize("kind", [kind for kind, _ in _TABLES])
def test_every_entrance_has_its_row(kind: str) -> None:
    """A new word, button, form, shortcut or event must say who may use it, and none may stay that is gone."""
    entrances = set(dict(_TABLES)[kind](ROUTES))  # type: ignore[call-overload]  # mappings by name
    known = {row.name for row in ROWS if row.kind == kind} | (ELSEWHERE if kind == "event" else set())
    assert entrances - known == set(), "without a row in tests/access/rows.py"
    assert known - entrances == set(), "no such entrance any more"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
async def test_who_may(
    row: Row,
    stages: dict[str, Prepared],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """Those of the row get further; all others read why not, and nothing at all is changed by them."""
    async with hall_on(stages[row.stage], tmp_path / "others") as hall:
        body = body_of(row, hall.names)
        before = await hall.everything()
        for kind in sorted(set(WHO) - row.may):
            said = await hall.knock(row.kind, WHO[kind], body)
            assert any(words in said for words in REFUSED), (kind, said)
        assert await hall.everything() == before
    for kind in sorted(row.may):
        async with hall_on(stages[row.stage], tmp_path / kind) as hall:
            said = await hall.knock(row.kind, WHO[kind], body_of(row, hall.names))
            assert not any(words in said for words in REFUSED), (kind, said)
            assert "broke inside" not in said, (kind, said)
    record_property(PROPERTY, ("permissions", len(WHO)))
