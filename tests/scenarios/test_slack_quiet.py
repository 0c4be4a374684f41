"""Quiet hours and digests in Slack: what can wait comes once, when it is no longer quiet where the person is."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote_plus

from bot.surroundings import SystemClock
from orchestration.domain.quiet import Attention, Quiet
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.file_time import FileTime
from tests.support.office import Office, installed, key_of, office

HOUR = timedelta(hours=1)
NOW = SystemClock().now()


async def _quiet_around_now(o: Office, person: Person) -> None:
    """It is quiet for this person from an hour ago for two hours."""
    window = Quiet(start=(NOW - HOUR).time(), end=(NOW + HOUR).time())
    asked = Attention(person=person.id, name="Bo Ek", zone="UTC", quiet=window, fixed=True)
    async with o.store.work() as work:
        await work.attentions.save(o.team, asked)
        await work.commit()


def _digests(o: Office, person: Person) -> list[Message]:
    kept = [m for channel in o.slack.world.messages.values() for m in channel.values()]
    return [m for m in kept if key_of(m).startswith(f"digest:{person.id}")]


def _calls(o: Office, person: Person) -> list[str]:
    """What was posted in the channel or its threads and called a person, edits left out."""
    posted = [
        unquote_plus(e.request_body.decode()) for e in o.slack.record if e.path == "/api/chat.postMessage"
    ]
    here = f'"channel": "{o.home}"'
    return [body for body in posted if here in body and f"<@{person.id}>" in body]


async def test_what_can_wait_comes_as_one_digest_when_the_quiet_ends(tmp_path: Path) -> None:
    """No direct message and no mention reaches Bo before; then one digest, then the card that he decides on; once."""
    time = FileTime(tmp_path)
    time.goes_on_from(NOW)
    async with office(tmp_path, "signing", started=False, clock_file=time.path) as o:
        await _quiet_around_now(o, o.bo)
        await o.open()
        await o.until(lambda: all(o.copies(person) for person in (o.ann, o.cleo, o.dan)))
        await o.gate("Bo Ek")
        await o.comes(lambda: _waiting(o, o.bo))
        assert not o.copies(o.bo)
        assert not _calls(o, o.bo)
        await o.close()
        await o.open()
        time.goes_on_from(NOW + 2 * HOUR)
        (told,) = await o.until(lambda: _digests(o, o.bo))
        assert "Approve Stage 3 of Pixel 2.14.0" in text_on(told)
        places = {f"{o.slack.url}/archives/{m.channel}/p{m.ts.replace('.', '')}" for m in o.keyed("")}
        linked = re.findall(r"<([^|>]+)[|]Read it>", text_on(told))
        assert linked
        assert set(linked) <= places
        (card,) = await o.until(lambda: o.copies(o.bo))
        assert card.ts > told.ts
        said = await o.told(o.bo, o.bo.clicks(card, "gate.approve", confirm=True))
        assert "Still needed" in said
        await o.until(lambda: f"signed by <@{o.bo.id}>" in text_on(o.copies(o.bo)[0]))
        await o.close()
        await o.open()
        await o.says(o.ann, "/release status")
        assert len(_digests(o, o.bo)) == 1
        assert len(o.copies(o.bo)) == 1
        assert not o.slack.violations


async def _waiting(o: Office, person: Person) -> bool:
    async with o.store.look() as work:
        return bool(await work.attentions.waiting(o.team, person.id))


async def test_what_was_decided_meanwhile_is_not_told(tmp_path: Path) -> None:
    """A digest does not ask for a decision that others have made: there is nothing left to say."""
    time = FileTime(tmp_path)
    time.goes_on_from(NOW)
    async with office(tmp_path, "signing", started=False, clock_file=time.path) as o:
        await _quiet_around_now(o, o.bo)
        await o.open()
        await o.comes(lambda: _waiting(o, o.bo))
        for person in (o.ann, o.cleo, o.dan):
            await o.until(lambda who=person: bool(o.copies(who)))  # type: ignore[misc]  # each turn its own
            await o.told(person, person.clicks(o.copies(person)[0], "gate.approve", confirm=True))
        await o.gate("Stage 3 is approved")
        time.goes_on_from(NOW + 2 * HOUR)
        await o.comes(lambda: _told(o, o.bo))
        assert not [m for m in _digests(o, o.bo) if "Approve Stage 3 of" in text_on(m)]
        assert not o.copies(o.bo)


async def _told(o: Office, person: Person) -> bool:
    return not await _waiting(o, person)


async def test_a_failure_calls_people_at_any_hour(tmp_path: Path) -> None:
    """It is critical, so the captain's quiet hours don't hold it back."""
    time = FileTime(tmp_path)
    time.goes_on_from(NOW)
    async with office(tmp_path, "failed", started=False, clock_file=time.path) as o:
        await _quiet_around_now(o, o.ann)
        await o.open()
        await o.until(lambda: [body for body in _calls(o, o.ann) if "failed" in body.lower()])


async def test_quiet_hours_are_said_in_words_and_shown(tmp_path: Path) -> None:
    """By the clock of the person's own profile; `/release me` shows what holds, and every word takes back its like."""
    async with office(tmp_path) as o:
        assert "reached at any time" in await o.says(o.bo, "/release me")
        said = await o.says(o.bo, "/release me quiet 19:00-8:00")
        assert "Quiet hours: 19:00-08:00." in said
        assert "clock of Europe/Amsterdam" in said
        assert "weekends" not in said
        assert "Saturday and Sunday are quiet" in await o.says(o.bo, "/release me quiet weekends")
        assert "once a day, at 09:30" in await o.says(o.bo, "/release me digest 9:30")
        said = await o.says(o.bo, "/release me")
        for words in ("19:00-08:00", "Saturday and Sunday are quiet", "09:30", "come at once"):
            assert words in said
        assert "Saturday" not in await o.says(o.bo, "/release me quiet weekends off")
        assert "one digest when it is no longer quiet" in await o.says(o.bo, "/release me digest off")
        said = await o.says(o.bo, "/release me quiet 22:00-06:00 weekends America/New_York")
        assert "22:00-06:00" in said
        assert "clock of America/New York" in said
        assert "reached at any time" in await o.says(o.bo, "/release me quiet off")
        assert "reached at any time" in await o.says(o.ann, "/release me")


async def test_what_is_written_wrong_says_how_it_is_written(tmp_path: Path) -> None:
    """A span that is none, an hour that there is not, a zone that there is not; nothing changes by that."""
    async with office(tmp_path) as o:
        assert "write it as 19:00-08:00" in await o.says(o.bo, "/release me quiet evening")
        assert "write it as 19:00" in await o.says(o.bo, "/release me quiet 25:00-08:00")
        assert "never end" in await o.says(o.bo, "/release me quiet 08:00-08:00")
        assert "write it as 19:00" in await o.says(o.bo, "/release me digest soon")
        assert "no time zone" in await o.says(o.bo, "/release me digest 9:00 Mars/Olympus")
        assert "reached at any time" in await o.says(o.bo, "/release me")


async def test_without_the_scope_for_people_the_zone_is_asked_for(tmp_path: Path) -> None:
    """The app was installed without users:read: the refusal says what to write, and that works."""
    app = installed()
    async with office(tmp_path, app=replace(app, scopes=app.scopes - {"users:read"})) as o:
        said = await o.says(o.bo, "/release me quiet 19:00-08:00")
        assert "Your time zone is not known" in said
        assert "users:read" in said
        said = await o.says(o.bo, "/release me quiet 19:00-08:00 Europe/Berlin")
        assert "clock of Europe/Berlin" in said
        assert "clock of Europe/Berlin" in await o.says(o.bo, "/release me digest 09:00")
