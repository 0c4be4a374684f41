"""Credentials that end soon: whom the sweeper tells, how often, and of which end; on both databases."""

from datetime import timedelta

from bot.connections.schedule import next_warning, warning_due
from tests.connecting.sweeper_rig import Sweep
from tests.support.engine import START

DAY = timedelta(days=1)


async def test_people_are_told_of_the_end_once_for_each_of_its_days(swept: Sweep) -> None:
    """Fourteen, three and one days ahead, in the critical channel of the configuration that uses it."""
    swept.library.expires = START + 20 * DAY
    for _ in range(21):
        await swept.later(days=1)
    rows = await swept.query("SELECT key, payload FROM outbox WHERE kind = 'ALERT' ORDER BY id")
    assert [row.key.split(":")[-2:] for row in rows] == [[str(d), "C0CRITICAL"] for d in (14, 3, 1)]
    assert "The credentials of *Tickets* end in" in str(rows[0].payload)
    assert "Pixel" in str(rows[0].payload)
    events = await swept.query("SELECT data FROM events WHERE kind = 'CONNECTION_EXPIRING'")
    assert len(events) == 3


async def test_a_new_token_begins_the_warnings_anew(swept: Sweep) -> None:
    """Another end is another story: what was told of the old one does not silence the new."""
    swept.library.expires = START + 5 * DAY
    await swept.later(days=2)
    assert (await swept.row()).warned == 3
    swept.library.expires = START + 40 * DAY
    await swept.later(days=2)
    assert (await swept.row()).warned is None
    await swept.later(days=25)
    assert (await swept.row()).warned == 14


def test_a_late_warning_stands_for_those_before_it() -> None:
    """After an outage people are told what is true now, once, and not three times."""
    end = START + 2 * DAY
    assert warning_due(end, None, now=START) == 3
    assert warning_due(end, 3, now=START) is None
    assert warning_due(end, 3, now=START + timedelta(hours=30)) == 1
    assert warning_due(end, 1, now=START + timedelta(hours=40)) is None
    assert warning_due(end, None, now=end) is None
    assert warning_due(None, None, now=START) is None
    assert next_warning(START + 20 * DAY, None, now=START) == START + 6 * DAY
    assert next_warning(START + 20 * DAY, 14, now=START + 7 * DAY) == START + 17 * DAY
    assert next_warning(START + 20 * DAY, 1, now=START + 19.5 * DAY) == START + 20 * DAY
    assert next_warning(None, None, now=START) is None
