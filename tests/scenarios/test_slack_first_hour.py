"""The first hour of a company, in whatever order its steps are taken: nothing ends without the next step."""

import re
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.cli import parser
from bot.commands import WORDS
from orchestration.domain.people import EDITOR, OWNER, VIEWER
from orchestration.store.migrate import upgrade
from sandbox.slack.people import Person
from sandbox.slack.screen import text_on
from sandbox.slack.simulator import SlackSimulator
from tests.support.office import Office, installed, office, opened, settings_for
from tests.support.prepared import FILE

FORMS = frozenset({"delegate"})
"""Words that open a form for everybody, in the place of an answer."""


@asynccontextmanager
async def new_company(folder: Path) -> AsyncIterator[Office]:
    """A workspace in which the bot was installed a moment ago."""
    await upgrade(f"sqlite:///{folder / FILE}")
    slack = SlackSimulator(app=installed(), rate_scale=0)
    await slack.start()
    async with opened(slack, settings_for(folder, slack, "http"), "http") as o:
        await o.open()
        yield o


async def _grant(o: Office, person: Person, role: str) -> None:
    async with o.store.work() as work:
        await work.directory.grant(o.team, person.id, role)
        await work.commit()


def _commands(said: str) -> list[list[str]]:
    """The commands of the command line that stand in an answer."""
    return [shlex.split(found)[1:] for found in re.findall(r"`(stationmaster [^`]+)`", said)]


async def _home(o: Office, person: Person, words: str) -> str:
    person.opens_home()

    def look() -> str | None:
        return said if person.home is not None and words in (said := text_on(person.home)) else None

    said = await o.until(look)
    assert said is not None
    return said


async def test_the_first_person_learns_how_to_become_the_owner(tmp_path: Path) -> None:
    """Where nobody is an owner, nobody can be asked: every refusal and the Home give the whole command."""
    async with new_company(tmp_path) as o:
        make = f"stationmaster grant {o.ann.id} owner --tenant {o.team}"
        for word in ("", "start", "list", "connect", "config", "roles", "rehearse"):
            said = await o.says(o.ann, f"/release {word}".strip())
            assert make in said, word
            assert "Ask an owner" not in said, word
            for typed in _commands(said):
                parser().parse_args(typed)
        assert make in await _home(o, o.ann, make)


async def test_whoever_has_no_role_learns_whom_to_ask(tmp_path: Path) -> None:
    """Once there is an owner they are asked, by words that they can type in Slack as they stand."""
    async with office(tmp_path, "empty") as o:
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.eve.id, VIEWER)
            await work.commit()
        assert "Ask an owner for the role." in await o.says(o.eve, "/release")
        asked = f"/release roles grant {o.eve.id} viewer"
        assert asked in await _home(o, o.eve, asked)
        assert "has the role `viewer` now" in await o.says(o.ann, asked)
        await o.until(lambda: any("gave" in told for told in o.answers(o.eve)))
        assert "Nothing waits for you." in await o.says(o.eve, "/release")


async def test_a_new_owner_is_led_from_any_word(tmp_path: Path) -> None:
    """`/release` alone names the three steps in their order; each word that needs an earlier one names it."""
    async with new_company(tmp_path) as o:
        await _grant(o, o.ann, OWNER)
        said = await o.says(o.ann, "/release")
        assert (
            said.index("/release connect") < said.index("/release config new") < said.index("/release start")
        )
        for word in ("start", "rehearse", "train new", "captain order @ann"):
            said = await o.says(o.ann, f"/release {word}")
            assert "There is no release configuration yet." in said, word
            assert "`/release config new`" in said, word


async def test_every_word_answers_before_anything_is_set_up(tmp_path: Path) -> None:
    """No word is silent, and none is a fault, with and without a role."""
    async with new_company(tmp_path) as o:
        await _grant(o, o.dan, EDITOR)
        for word in (w.word for w in WORDS if w.word not in FORMS):
            for person in (o.ann, o.dan):
                said = await o.says(person, f"/release {word}")
                assert said.strip(), word
                assert "Something broke" not in said, word


async def test_configurations_that_are_switched_off_are_not_missing(tmp_path: Path) -> None:
    """All are there and none is in use: that is what is said, with the word that switches one on."""
    async with office(tmp_path, "empty") as o:
        assert "off" in await o.says(o.ann, "/release config deactivate pixel")
        for word in ("start", "train new"):
            said = await o.says(o.ann, f"/release {word}")
            assert "no release configuration yet" not in said, word
            assert "`/release config activate pixel`" in said, word
