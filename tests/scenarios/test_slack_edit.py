"""`/release edit` in Slack: the way out of a target date that has passed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.edit import parse_target
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.phase import Phase, phase
from tests.support.office import Office, office

OLD = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


async def _overdue(o: Office) -> None:
    """Let the release be one whose target passed a minute after it was created."""
    async with o.store.work() as work:
        change = Change(await work.releases.get(o.team, o.release_id), now=OLD)
        change.release = replace(
            change.release, target_at=change.release.created_at + timedelta(minutes=1), reminders=()
        )
        await work.releases.save(change)
        await work.commit()


async def test_the_target_is_moved_and_a_cycle_works_again(tmp_path: Path) -> None:
    """`cycle` is refused with the word that helps; after that word the same `cycle` is run, and all is told."""
    async with office(tmp_path, "asking", started=False) as o:
        await _overdue(o)
        await o.open()
        assert "/release edit target" in await o.says(o.dan, "/release cycle")
        assert phase(await o.release()) is Phase.AWAITING_STAGE_3
        said = await o.says(o.dan, "/release edit target 2027-01-08 18:00 +02:00 The store was closed")
        assert "|2027-01-08 16:00 UTC>: The store was closed" in said
        assert (await o.release()).target_at == datetime(2027, 1, 8, 16, 0, tzinfo=UTC)
        await o.until(lambda: [t for t in o.thread() if "moved the target date from" in t])
        (event,) = await o.events(EventKind.TARGET_MOVED)
        assert event.actor.id == o.dan.id
        assert "starts now" in await o.says(o.dan, "/release cycle")
        assert not o.slack.violations


async def test_an_edit_that_is_wrong_says_how_to_write_it(tmp_path: Path) -> None:
    """What is missing or makes no sense is said with an example, who may not is told so; nothing is changed."""
    async with office(tmp_path, "asking") as o:
        before = (await o.release()).target_at
        for typed, meant in (
            ("edit captain U1", "What is to be edited?"),
            ("edit target", "Please write the date as in"),
            ("edit target next week", "Please write the date as in"),
            ("edit target 2027-02-30 why", "There is no such date"),
            ("edit target 2027-01-08 18:00", "Please say why"),
            ("edit target 2020-01-01 why", "must be in the future"),
        ):
            assert meant in await o.says(o.dan, f"/release {typed}"), typed
        assert "You may not change releases" in await o.says(o.eve, "/release edit target 2027-01-08 why")
        assert (await o.release()).target_at == before


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("2026-12-04 Because", datetime(2026, 12, 4, 9, 30, tzinfo=UTC), "Because"),
        ("2026-12-04 18:00 Because of it", datetime(2026, 12, 4, 18, 0, tzinfo=UTC), "Because of it"),
        ("2026-12-04T18:00Z why", datetime(2026, 12, 4, 18, 0, tzinfo=UTC), "why"),
        ("2026-12-04 18:00 UTC why", datetime(2026, 12, 4, 18, 0, tzinfo=UTC), "why"),
        ("2026-12-04 18:00-0730 why", datetime(2026, 12, 5, 1, 30, tzinfo=UTC), "why"),
        ("2026-12-04 18:00 +02:00 why", datetime(2026, 12, 4, 16, 0, tzinfo=UTC), "why"),
        ("2026-12-04 Zoo is open at 10:00", datetime(2026, 12, 4, 9, 30, tzinfo=UTC), "Zoo is open at 10:00"),
        ("2026-12-04", datetime(2026, 12, 4, 9, 30, tzinfo=UTC), ""),
    ],
)
def test_a_target_is_read_as_utc_unless_it_says_otherwise(text: str, at: datetime, rest: str) -> None:
    """Without a time the old time of day stays; an offset counts."""
    assert parse_target(text, OLD) == (at, rest)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01 why", "2026-12-04 25:00 why", "0001-01-01 00:00 +14:00 why", "2026-12-04x"],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(NotNow):
        parse_target(text, OLD)
