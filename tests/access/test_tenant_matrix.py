"""Tenants never meet: every word, button, form and shortcut with the ids of another workspace.

Who knocks is an owner in their own workspace, so nothing but the workspace keeps them out. REST has the same test
in tests/rest, and the database in tests/store.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.access.hall import Hall, furnished, hall_on
from tests.access.rows import ROWS, Row
from tests.access.sending import body_of
from tests.support.access_table import PROPERTY
from tests.support.ledger import entries
from tests.support.prepared import TEAM, Prepared

OTHER, THEIRS = "T0OTHER", "U0THEIRS"
_OURS = ("{release}", "{train}", "{freeze}", "pixel", "github", "AAAAAAAAAAAA")
_OWN = frozenset({"start", "me", "delegate", "roles", "help", "list", "calendar", "train"})
"""Words after which no id of a workspace stands; a train's is taken for one only where there is such a train."""


def names_ours(row: Row) -> bool:
    """Whether the row names something that only the other workspace has."""
    if row.kind == "command" and (row.name in _OWN or row.text in {"new", "github"}):
        return False
    texts = f"{row.text} {row.value} {dict(row.ids)} {dict(row.state)}"
    return any(word in texts for word in _OURS)


# What begins something new in the own workspace: the word is a provider's name or a configuration's, not an id.
BEGINS = frozenset(
    {
        "connect.provider",
        "connect.choice",
        "connect.secrets",
        "connect.form",
        "release.start.confirm",
        "train.confirm",
    }
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


async def ours(hall: Hall) -> dict[str, list[str]]:
    """Every row of our workspace."""
    return {
        table: [row for row in rows if f"'{TEAM}'" in row or hall.names["release"] in row]
        for table, rows in (await hall.everything()).items()
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
async def test_another_workspace_reaches_nothing(
    row: Row,
    stages: dict[str, Prepared],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """B-02: what is named does not exist there, the attempt is recorded there, and here nothing is read or changed."""
    async with hall_on(stages[row.stage], tmp_path) as hall:
        async with hall.store.work() as work:
            await work.directory.grant(OTHER, THEIRS, "owner")
            await work.commit()
        before = await ours(hall)
        said = await hall.knock(row.kind, THEIRS, body_of(row, hall.names), tenant=OTHER)
        assert await ours(hall) == before
        for secret in ("Pixel 2.14.0", "Winter-4711", hall.names["gate"] or "none"):
            assert secret not in said, said
        assert "broke inside" not in said, said
        denied = [e for e in await entries(hall.store, OTHER) if e.kind == "ACCESS_DENIED"]
        if names_ours(row) and row.name not in BEGINS:
            assert [(e.actor, e.data["kind"]) for e in denied] == [(THEIRS, row.kind)], said
        else:
            assert denied == []
    record_property(PROPERTY, ("other workspaces' ids", 1))
