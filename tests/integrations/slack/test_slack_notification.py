"""The Slack adapter: what it sends, what it does where it isn't a member, and what it can't find."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from orchestration.ports.notification import Message, MessageRef
from sandbox.slack.app import DEFAULT_SCOPES
from sandbox.slack.rate_limits import CHANNEL_BURST
from sandbox.slack.values import ChannelKind
from sandbox.slack.values import Message as Shown
from tests.integrations.slack.slack_rig import HISTORY, SECTION, START, SlackRig, message, slack_rig

BASE = DEFAULT_SCOPES | HISTORY


@pytest.fixture
async def rig() -> AsyncIterator[SlackRig]:
    """An adapter with every scope, whose conversation with Slack is judged at the end."""
    async with slack_rig() as made:
        yield made
        made.check()


async def test_what_a_message_carries(rig: SlackRig) -> None:
    """No links unfold, the key travels as metadata, and a thread reply can be shown in the channel."""
    first = await rig.slack.send_message(message(channel=rig.channel))
    await rig.slack.send_message(message("n", channel=rig.channel, thread=first.ts, broadcast=True))
    sent = [json.loads(exchange.request_body) for exchange in rig.simulator.record]
    assert sent == [
        {
            "channel": rig.channel,
            "text": "Ready",
            "blocks": [SECTION],
            "metadata": {"event_type": "stationmaster_message", "event_payload": {"key": "card:1"}},
            "unfurl_links": False,
            "unfurl_media": False,
        },
        {
            "channel": rig.channel,
            "text": "Ready",
            "blocks": [SECTION],
            "thread_ts": first.ts,
            "reply_broadcast": True,
            "metadata": {"event_type": "stationmaster_message", "event_payload": {"key": "n"}},
            "unfurl_links": False,
            "unfurl_media": False,
        },
    ]


async def test_slack_resents_nothing_that_we_send(rig: SlackRig) -> None:
    """No unknown argument, no missing text: the simulator notes what Slack would only grumble about."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    await rig.slack.update_message(ref, message(channel=rig.channel, text="Done"))
    await rig.slack.find_message(message(channel=rig.channel), since=START)
    await rig.slack.send_ephemeral(channel=rig.channel, user=rig.user, text="Hi", blocks=[SECTION])
    await rig.slack.open_direct(rig.user)
    # No app listens here for the events that follow.
    assert [one for one in rig.simulator.violations if one.kind != "unreachable"] == []


async def test_a_public_channel_is_joined_once() -> None:
    """Without chat:write.public Slack wants us in the channel: we join, post, and are in from then on."""
    async with slack_rig(scopes=BASE - {"chat:write.public"}) as rig:
        await rig.slack.send_message(message(channel=rig.channel))
        await rig.slack.send_message(message("card:2", channel=rig.channel))
        asked = [exchange.path.removeprefix("/api/") for exchange in rig.simulator.record]
        assert asked == ["chat.postMessage", "conversations.join", "chat.postMessage", "chat.postMessage"]
        assert rig.count("card:1") == 1


async def test_where_we_cant_join_a_person_is_told_to_invite_us() -> None:
    """Without channels:join the hint names the command that helps; nothing is posted, nothing tried twice."""
    async with slack_rig(scopes=BASE - {"chat:write.public", "channels:join"}) as rig:
        with pytest.raises(Refused, match="/invite @Stationmaster"):
            await rig.slack.send_message(message(channel=rig.channel))
        assert (rig.count("card:1"), len(rig.simulator.record)) == (0, 2)


async def test_a_private_channel_needs_an_invitation(rig: SlackRig) -> None:
    """Slack says that it doesn't exist; the hint says what it may be."""
    rig.put_channel("builds", kind=ChannelKind.PRIVATE)
    private = rig.simulator.world.channel("builds").id
    with pytest.raises(Refused, match="/invite @Stationmaster"):
        await rig.slack.send_message(message(channel=private))


async def test_an_archived_channel_is_not_joined(rig: SlackRig) -> None:
    """It says that it is archived, not that somebody should invite us."""
    async with slack_rig(scopes=BASE - {"chat:write.public"}) as other:
        other.archive()
        with pytest.raises(Refused, match="unarchive"):
            await other.slack.send_message(message(channel=other.channel))
    assert rig.simulator.record == []


async def test_looking_joins_a_public_channel(rig: SlackRig) -> None:
    """History can be read by members only, though chat:write.public lets everybody post."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    assert rig.asked("conversations.join") == 0
    assert await rig.slack.find_message(message(channel=rig.channel), since=START) == ref
    assert rig.asked("conversations.join") == 1


async def test_without_the_history_scope_nothing_is_found_and_slack_is_asked_once() -> None:
    """The scope is optional: looking answers None, remembers why, and `can_find` says so."""
    async with slack_rig(scopes=DEFAULT_SCOPES - {"im:history"}) as rig:
        await rig.slack.send_message(message(channel=rig.channel))
        assert rig.slack.can_find(rig.channel)
        assert await rig.slack.find_message(message(channel=rig.channel), since=START) is None
        assert await rig.slack.find_message(message(channel=rig.channel), since=START) is None
        assert not rig.slack.can_find(rig.channel)
        assert rig.asked("conversations.history") == 1


async def test_one_unreadable_channel_doesnt_hide_another() -> None:
    """The app may read direct messages though it may not read channels."""
    async with slack_rig(scopes=DEFAULT_SCOPES) as rig:
        assert await rig.slack.find_message(message(channel=rig.channel), since=START) is None
        direct = await rig.slack.open_direct(rig.user)
        ref = await rig.slack.send_message(message(channel=direct))
        assert await rig.slack.find_message(message(channel=direct), since=START) == ref


@pytest.mark.parametrize("empty", [False, True], ids=["full pages", "an empty page first"])
async def test_looking_goes_through_all_pages(rig: SlackRig, empty: bool) -> None:
    """A page may be short or empty and still have a next one."""
    rig.simulator.settings.page_size = 2
    rig.simulator.settings.empty_pages = empty
    refs = [await rig.slack.send_message(message(f"k{n}", channel=rig.channel)) for n in range(5)]
    found = [
        await rig.slack.find_message(message(f"k{n}", channel=rig.channel), since=START) for n in range(5)
    ]
    assert found == refs


async def test_clocks_may_differ_a_little(rig: SlackRig) -> None:
    """Slack stamps messages by its own clock, which may be behind ours."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    assert await rig.slack.find_message(message(channel=rig.channel), since=START + 30) == ref


async def test_another_apps_mark_is_no_match(rig: SlackRig) -> None:
    """Only metadata of our own kind counts."""
    world = rig.simulator.world
    theirs = {"event_type": "deploy", "event_payload": {"key": "card:1"}}
    shown = Shown(channel=rig.channel, ts=world.new_ts(), user="U9", text="x", bot_id="B9", metadata=theirs)
    world.put_message(shown)
    assert await rig.slack.find_message(message(channel=rig.channel), since=START) is None


async def test_somebody_elses_message_is_not_changed(rig: SlackRig) -> None:
    """Slack says whose it is; asking again would not help."""
    world = rig.simulator.world
    theirs = world.put_message(Shown(channel=rig.channel, ts=world.new_ts(), user=rig.user, text="Hi"))
    ref = MessageRef(channel=rig.channel, ts=theirs.ts)
    with pytest.raises(Refused, match="not ours"):
        await rig.slack.update_message(ref, message(channel=rig.channel))


async def test_what_slack_says_of_a_bad_layout_is_handed_on() -> None:
    """The pointer into the blocks is what the developer needs."""
    async with slack_rig() as rig:
        bad = Message(key="k", channel=rig.channel, text="x", blocks=({"type": "sektion"},))
        with pytest.raises(Refused, match="/blocks/0"):
            await rig.slack.send_message(bad)


async def test_a_text_that_an_edit_cant_take_is_refused(rig: SlackRig) -> None:
    """4,000 bytes is the end; the outbox cuts before."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    with pytest.raises(Refused, match="too long"):
        await rig.slack.update_message(ref, message(channel=rig.channel, text="é" * 2_001))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": "edit_window_closed"}, "too old"),
        ({"error": "restricted_action_read_only_channel"}, "administrator"),
        ({"error": "some_new_error"}, "some_new_error"),
    ],
)
async def test_refusals_say_what_to_do(rig: SlackRig, answer: dict[str, str], words: str) -> None:
    """Known refusals have words of their own; an unknown one is shown as it is."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    body = json.dumps({"ok": False, **answer})
    headers = {"Content-Type": "application/json"}
    rig.simulator.fault(path="/api/chat.update", status=200, headers=headers, body=body)
    with pytest.raises(Refused, match=words):
        await rig.slack.update_message(ref, message(channel=rig.channel))


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth", "token_expired"])
async def test_a_dead_token_needs_a_person(rig: SlackRig, error: str) -> None:
    """Every verb says that the account must be connected again, and nothing is tried twice."""
    ref = await rig.slack.send_message(message(channel=rig.channel))
    rig.simulator.break_token(error)
    before = len(rig.simulator.record)
    with pytest.raises(NeedsCredentials):
        await rig.slack.send_message(message(channel=rig.channel))
    with pytest.raises(NeedsCredentials):
        await rig.slack.update_message(ref, message(channel=rig.channel))
    with pytest.raises(NeedsCredentials):
        await rig.slack.find_message(message(channel=rig.channel), since=START)
    with pytest.raises(NeedsCredentials):
        await rig.slack.send_ephemeral(channel=rig.channel, user=rig.user, text="Hi")
    with pytest.raises(NeedsCredentials):
        await rig.slack.open_direct(rig.user)
    assert len(rig.simulator.record) == before + 5


async def test_a_missing_scope_is_named() -> None:
    """Whoever installs the app reads which scope to add."""
    async with slack_rig(scopes=BASE - {"im:write"}) as rig:
        with pytest.raises(NeedsCredentials, match="im:write"):
            await rig.slack.open_direct(rig.user)


async def test_slacks_limit_is_handed_on() -> None:
    """The simulator's own bucket runs empty: we get its wish and nothing is posted."""
    async with slack_rig() as rig:
        rig.simulator.workspace.limits.reset(1.0)
        for n in range(CHANNEL_BURST):
            await rig.slack.send_message(message(f"k{n}", channel=rig.channel))
        with pytest.raises(TryLater) as caught:
            await rig.slack.send_message(message("late", channel=rig.channel))
        assert (caught.value.after, caught.value.maybe_done) == (timedelta(seconds=1), False)
        assert rig.count("late") == 0


async def test_an_edit_leaves_the_message_in_its_thread(rig: SlackRig) -> None:
    """The ref decides where; the message's own channel and thread don't move it."""
    first = await rig.slack.send_message(message(channel=rig.channel))
    reply = message("n", channel=rig.channel, thread=first.ts)
    ref = await rig.slack.send_message(reply)
    await rig.slack.update_message(ref, replace(reply, text="Done", channel="C404", thread=None))
    assert rig.replies(first) == [("Done", False)]
