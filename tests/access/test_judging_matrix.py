"""Before a form is stored it is judged, and lists ask while somebody types: nobody learns or changes more by that.

The other matrices knock at the desk, which comes after it.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.router import ACCOUNT_CHECKS, CHECKS, CONFIGURATION_CHECKS, CONFIGURATION_OFFERING, OFFERING
from tests.access.hall import WHO, furnished, hall_on
from tests.access.rows import JUDGED_ROWS, LIST_ROWS, ROWS, Row
from tests.access.test_permission_matrix import REFUSED
from tests.access.test_tenant_matrix import OTHER, THEIRS, ours
from tests.support.access_table import PROPERTY
from tests.support.prepared import TEAM, Prepared

JUDGED = {*CHECKS, *ACCOUNT_CHECKS, *CONFIGURATION_CHECKS}
LISTS = {*OFFERING, *CONFIGURATION_OFFERING}
FORMS = [*JUDGED_ROWS, *(row for row in ROWS if row.kind == "view" and row.name in JUDGED)]


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Prepared]:
    """Furnished databases by stage."""

    async def made() -> dict[str, Prepared]:
        names = sorted({row.stage for row in ROWS})
        return {stage: await furnished(stage, tmp_path_factory.mktemp(stage)) for stage in names}

    return asyncio.run(made())


def _refused(said: str) -> bool:
    return any(words in said for words in REFUSED)


def test_every_form_that_is_judged_is_tried() -> None:
    """A new check has its form among the rows."""
    assert {row.name for row in FORMS} == JUDGED


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.title)
async def test_what_is_judged_tells_nothing(
    row: Row,
    stages: dict[str, Prepared],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """B-02: the owner of another workspace, with our ids, and whoever may not, read nothing of the release, and
    nothing changes: the form is left to the desk, which refuses it, or the refusal stands in the form."""
    async with hall_on(stages[row.stage], tmp_path) as hall:
        async with hall.store.work() as work:
            await work.directory.grant(OTHER, THEIRS, "owner")
            await work.commit()
        to_owners = await hall.judged(row, WHO["owner"])
        before = await ours(hall)
        strangers = [(OTHER, THEIRS), *((TEAM, WHO[kind]) for kind in sorted(set(WHO) - row.may))]
        for tenant, person in strangers:
            verdict = await hall.judged(row, person, tenant=tenant)
            said = json.dumps(dict(verdict.answer))
            for secret in ("Pixel 2.14.0", "Winter-4711", hall.names["gate"] or "none"):
                assert secret not in said, (person, said)
            # What is wrong in what they typed they may hear, as anybody would.
            if tenant == TEAM and not verdict.store and verdict != to_owners:
                assert _refused(said), (person, said)
        assert await ours(hall) == before
    record_property(PROPERTY, ("forms judged for strangers", len(strangers)))


@pytest.mark.parametrize("row", LIST_ROWS, ids=lambda row: row.title)
async def test_a_list_offers_nothing_to_strangers(
    row: Row,
    stages: dict[str, Prepared],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """Whoever may not reads so in the place of what could be chosen; another workspace has nothing of ours there."""
    assert {each.name for each in LIST_ROWS} == LISTS
    async with hall_on(stages[row.stage], tmp_path) as hall:
        async with hall.store.work() as work:
            await work.directory.grant(OTHER, THEIRS, "owner")
            await work.commit()
        before = await ours(hall)
        assert not _refused(str(await hall.offered(row, WHO["owner"])))
        for kind in sorted(set(WHO) - row.may):
            assert _refused(str(await hall.offered(row, WHO[kind]))), kind
        mine = row.ids[row.value]
        unknown = replace(row, ids={**row.ids, row.value: "never"})
        said = json.dumps(await hall.offered(row, THEIRS, tenant=OTHER))
        assert mine in said
        to_nobody = json.dumps(await hall.offered(unknown, THEIRS, tenant=OTHER))
        assert said.replace(mine, "never") == to_nobody
        assert await ours(hall) == before
    record_property(PROPERTY, ("lists asked by strangers", len(WHO)))
