"""The contract of files in a chat, over Slack and the twin in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from integrations.slack.client import upload_hosts
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from orchestration.ports.notification import CLOCK_SKEW, Attachment
from sandbox.kit import FaultKind
from sandbox.slack.app import DEFAULT_SCOPES
from tests.contracts.test_notification import Rig, TwinRig
from tests.integrations.slack.slack_rig import HISTORY, START, SlackRig, message, slack_rig

PICTURE = Attachment(
    name="report-REL-1.png",
    title="How 2.14.0 went",
    content=b"\x89PNG and more",
    channel="",
    text="Lead time: *3 days*",
    alt="Bars of the lead time of each stage",
)
FILES = frozenset({"files:write"})


def seen(rig: Rig) -> list[tuple[str, str, str, bytes]]:
    """What people see of files: the words above, the title, the words for those who can't see it, the bytes."""
    if isinstance(rig, TwinRig):
        return [(f.text, f.title, f.alt, f.content) for _at, f in rig.slack.files]
    assert isinstance(rig, SlackRig)
    world = rig.simulator.world
    found = []
    for kept in world.messages.values():
        for shown in kept.values():
            for file_id in shown.files:
                file = world.files[file_id]
                found.append((shown.text, file.title, file.alt_text, file.content or b""))
    return found


def threads(rig: Rig) -> list[str | None]:
    """In which threads the files stand."""
    if isinstance(rig, TwinRig):
        return [f.thread for _at, f in rig.slack.files]
    assert isinstance(rig, SlackRig)
    kept = [m for of in rig.simulator.world.messages.values() for m in of.values() if m.files]
    return [m.thread_ts or None for m in kept]


@pytest.fixture(params=["slack", "twin"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """Each implementation in turn."""
    if request.param == "twin":
        yield TwinRig()
        return
    async with slack_rig(scopes=DEFAULT_SCOPES | HISTORY | FILES) as made:
        yield made


async def test_a_file_is_shown_with_words_and_what_it_shows(rig: Rig) -> None:
    """Bytes, title, words and alternative text arrive; the bot joins a public channel that it is not in."""
    await rig.slack.send_file(replace(PICTURE, channel=rig.channel))
    assert seen(rig) == [(PICTURE.text, PICTURE.title, PICTURE.alt, PICTURE.content)]


async def test_a_file_stands_in_its_thread_and_is_found_there(rig: Rig) -> None:
    """It is looked for by its name in the same thread, from a moment on."""
    first = await rig.slack.send_message(message(channel=rig.channel))
    wanted = replace(PICTURE, channel=rig.channel, thread=first.ts)
    assert not await rig.slack.find_file(wanted, since=START)
    await rig.slack.send_file(wanted)
    assert threads(rig) == [first.ts]
    assert await rig.slack.find_file(wanted, since=START)
    assert not await rig.slack.find_file(replace(wanted, name="other.png"), since=START)
    assert not await rig.slack.find_file(wanted, since=START + 2 * CLOCK_SKEW)


async def test_a_lost_answer_says_so_and_the_file_is_found(rig: Rig) -> None:
    """After a doubt one looks instead of showing it again."""
    wanted = replace(PICTURE, channel=rig.channel)
    assert not await rig.slack.find_file(wanted, since=START)
    rig.lose_answer("send_file")
    with pytest.raises(TryLater) as caught:
        await rig.slack.send_file(wanted)
    assert caught.value.maybe_done is True
    assert await rig.slack.find_file(wanted, since=START)
    assert len(seen(rig)) == 1


async def test_a_limit_tells_how_long_to_wait_and_shows_nothing(rig: Rig) -> None:
    """The provider's own wish is handed on."""
    rig.limit("send_file", 7)
    with pytest.raises(TryLater) as caught:
        await rig.slack.send_file(replace(PICTURE, channel=rig.channel))
    assert (caught.value.after, caught.value.maybe_done) == (timedelta(seconds=7), False)
    assert seen(rig) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"content": b""}, "empty"),
        ({"channel": "C404"}, "not exist"),
        ({"thread": "1.000001"}, "first message"),
    ],
)
async def test_a_file_that_can_never_be_shown_is_refused(
    rig: Rig, changes: dict[str, Any], words: str
) -> None:
    """Nothing in it, nowhere to show it, no thread: a repeat would not help."""
    await rig.slack.send_message(message(channel=rig.channel))
    with pytest.raises(Refused, match=words):
        await rig.slack.send_file(replace(PICTURE, **{"channel": rig.channel, **changes}))
    assert seen(rig) == []


async def test_without_the_scope_the_account_is_named() -> None:
    """The scope that is missing is told, so that an administrator can add it."""
    async with slack_rig(scopes=(DEFAULT_SCOPES | HISTORY) - FILES) as made:
        with pytest.raises(NeedsCredentials, match="files:write"):
            await made.slack.send_file(replace(PICTURE, channel=made.channel))


@pytest.mark.parametrize("status", [500, 400])
async def test_bytes_that_did_not_arrive_are_sent_again_as_another_file(status: int) -> None:
    """Nothing was shown, so there is no doubt: the error never says that it may have been done."""
    async with slack_rig(scopes=DEFAULT_SCOPES | HISTORY | FILES) as made:
        made.simulator.fault(path="/upload/v1/", status=status, body="trouble")
        wanted = replace(PICTURE, channel=made.channel)
        with pytest.raises(TryLater) as caught:
            await made.slack.send_file(wanted)
        assert caught.value.maybe_done is False
        await made.slack.send_file(wanted)
        assert len(seen(made)) == 1


async def test_an_upload_that_is_cut_off_is_no_doubt_either() -> None:
    """The connection breaks after the bytes: they are unseen, and the repeat shows one file."""
    async with slack_rig(scopes=DEFAULT_SCOPES | HISTORY | FILES) as made:
        made.simulator.fault(path="/upload/v1/", kind=FaultKind.DROP_AFTER)
        wanted = replace(PICTURE, channel=made.channel)
        with pytest.raises(TryLater) as caught:
            await made.slack.send_file(wanted)
        assert caught.value.maybe_done is False
        await made.slack.send_file(wanted)
        assert len(seen(made)) == 1


async def test_bytes_go_to_slack_and_nowhere_else() -> None:
    """An address elsewhere is refused before a byte leaves; Slack's own host is known for both clouds."""
    assert upload_hosts("https://slack.com/api/") == {"files.slack.com"}
    assert upload_hosts("https://slack-gov.com/api/") == {"files.slack-gov.com"}
    async with slack_rig(scopes=DEFAULT_SCOPES | HISTORY | FILES) as made:
        with pytest.raises(Refused, match="not Slack's"):
            await made.web.put_bytes("https://elsewhere.invalid/upload", b"x")
