"""Links of releases: a small card where all who read along may see the release, and an address that leads to it."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import text

from orchestration.domain.people import EVERYBODY
from sandbox.slack.people import Person
from sandbox.slack.screen import words_of
from sandbox.slack.values import Message
from tests.support.office import BOTH, Office, installed, office

WEB = "https://bot.acme.example"
NAMED: dict[str, Any] = {"web_url": WEB}


def _link(o: Office, release_id: str = "") -> str:
    return f"{WEB}/releases/{o.team}/{release_id or o.release_id}"


async def _posts(person: Person, said: str, *, channel: str = "releases") -> Message:
    message = await person.types(said, channel=channel)
    assert message is not None
    return message


def _cards(o: Office, message: Message) -> dict[str, str]:
    """What stands under a message, by link."""
    now = o.slack.world.message(message.channel, message.ts)
    assert now is not None
    return {a["from_url"]: "\n".join(words_of(a["blocks"])) for a in now.attachments}


async def _carded(o: Office, message: Message) -> dict[str, str]:
    return await o.until(lambda: _cards(o, message))


async def _left_alone(o: Office, message: Message) -> None:
    """The bot has heard of the message, has nothing more to do, and has shown and said nothing."""
    await o.comes(lambda: _idle(o, heard=len(o.slack.world.links)))
    assert _cards(o, message) == {}


async def _idle(o: Office, *, heard: int) -> bool:
    async with o.store._database.reading() as connection:
        rows = await connection.execute(
            text("SELECT count(*), count(not_before_ms) FROM inbox WHERE key LIKE 'event:%'")
        )
        known, open_ = rows.one()
        letters = await connection.execute(
            text("SELECT count(*) FROM outbox WHERE kind = 'LINKS' AND state IN ('OPEN', 'SENDING')")
        )
        return bool(known >= heard and open_ == 0 and letters.scalar_one() == 0)


@pytest.mark.parametrize("transport", BOTH)
async def test_a_link_of_a_release_gets_its_card(tmp_path: Path, transport: str) -> None:
    """Where it stands, what is in the way, whom to ask; under each link of the message, once."""
    async with office(tmp_path, "asking", transport=transport, **NAMED) as o:
        await o.card()
        message = await _posts(o.dan, f"Is {_link(o)} still on for Friday?")
        (card,) = (await _carded(o, message)).values()
        assert card.startswith("*Pixel 2.14.0* · Waiting for approval of Stage 3\nNext: Approve Stage 3")
        assert f"Captain <@{o.ann.id}>" in card
        assert o.release_id in card
        assert o.calls("chat.unfurl") == 1
        assert o.answers(o.dan) == []
        assert not o.slack.violations


async def test_only_links_that_are_ours_and_there(tmp_path: Path) -> None:
    """Another workspace's release, one that there is not, another page of ours and another host stay bare."""
    async with office(
        tmp_path, "asking", app=installed(unfurl_domains=("bot.acme.example", "other.example")), **NAMED
    ) as o:
        await o.card()
        bare = [
            f"{WEB}/releases/T0OTHER99/{o.release_id}",
            _link(o, "REL-NOWHERE1"),
            f"{WEB}/connect/{o.release_id}",
            f"https://other.example/releases/{o.team}/{o.release_id}",
            f"http://bot.acme.example/releases/{o.team}/{o.release_id}",
        ]
        message = await _posts(o.ann, " ".join([*bare, _link(o)]))
        assert set(await _carded(o, message)) == {_link(o)}
        await _left_alone(o, await _posts(o.ann, " ".join(bare)))
        assert o.answers(o.ann) == []
        assert not o.slack.violations


async def test_who_may_not_read_shows_nothing(tmp_path: Path) -> None:
    """The link of a person without a role stays bare, and no word says whether there is such a release."""
    async with office(tmp_path, "asking", **NAMED) as o:
        await o.card()
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.eve.id, "viewer")
            await work.commit()
        await _left_alone(o, await _posts(o.eve, _link(o)))
        assert o.calls("chat.unfurl") == 0
        assert o.answers(o.eve) == []


async def test_a_channel_of_others_sees_a_card_only_where_everybody_may_read(tmp_path: Path) -> None:
    """Readers of another channel may have no role; with a role for everybody they see it, also as one writes."""
    async with office(tmp_path, "asking", **NAMED) as o:
        await o.card()
        await _left_alone(o, await _posts(o.ann, _link(o), channel="general"))
        draft = o.ann.composes(_link(o))
        assert draft is not None
        await o.comes(lambda: _idle(o, heard=2))
        assert o.slack.world.links[draft.id].cards == {}
        async with o.store.work() as work:
            await work.directory.grant(o.team, EVERYBODY, "viewer")
            await work.commit()
        message = await _posts(o.ann, _link(o), channel="general")
        assert set(await _carded(o, message)) == {_link(o)}
        draft = o.ann.composes(_link(o))
        assert draft is not None
        await o.until(lambda: o.slack.world.links[draft.id].cards)
        assert not o.slack.violations


async def test_without_an_address_no_link_is_ours(tmp_path: Path) -> None:
    """Where nobody has set the web address nothing is shown, whatever domains the manifest names."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        await _left_alone(o, await _posts(o.ann, _link(o)))
        assert WEB not in await o.says(o.ann, "/release status")


async def test_a_link_leads_to_the_card(tmp_path: Path) -> None:
    """`status` says the address; it leads to the card in Slack; what is not of this workspace leads nowhere."""
    async with office(tmp_path, "asking", **NAMED) as o:
        card = await o.card()
        assert _link(o) in await o.says(o.eve, "/release status")
        place = f"/archives/{card.channel}/p{card.ts.replace('.', '')}"
        async with ClientSession() as session:

            async def led(path: str) -> tuple[int, str]:
                async with session.get(f"{o.bot.url}{path}", allow_redirects=False) as response:
                    return response.status, response.headers.get("Location", "")

            status, there = await led(f"/releases/{o.team}/{o.release_id}")
            assert (status, there.endswith(place)) == (302, True)
            assert there.startswith(o.slack.url)
            for path in (
                f"/releases/T0OTHER99/{o.release_id}",
                f"/releases/{o.team}/REL-NOWHERE1",
                f"/releases/{o.team}/..%2F",
            ):
                assert await led(path) == (404, "")
