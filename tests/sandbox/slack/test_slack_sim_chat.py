"""`chat.*` of the simulator, asked by the real AsyncWebClient."""

import json
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.slack import SlackSimulator
from sandbox.slack.values import Channel, ChannelKind, Message
from tests.sandbox.slack.slack_sim_rig import HandClock, actions, button, client_of, refusal, section


def releases(slack: SlackSimulator) -> str:
    """Return the id of #releases."""
    return slack.world.channel("releases").id


def private(slack: SlackSimulator, *, member: bool) -> Channel:
    """Return a private channel with or without the app in it."""
    ann = slack.person("ann").id
    me = (slack.app_install.bot_user,) if member else ()
    return slack.world.put_channel(
        Channel(id="G1", name="secret", kind=ChannelKind.PRIVATE, members=(ann, *me))
    )


async def test_timestamps_are_unique_and_increase(slack: SlackSimulator) -> None:
    """Messages posted in one instant still have timestamps in their order."""
    client = client_of(slack)
    answers = [await client.chat_postMessage(channel=releases(slack), text=str(n)) for n in range(3)]
    stamps = [a["ts"] for a in answers]
    assert stamps == sorted(set(stamps))
    assert [m.text for m in slack.person("ann").sees("#releases")] == ["0", "1", "2"]


async def test_a_message_needs_words(slack: SlackSimulator) -> None:
    """Neither text nor blocks is `no_text`; blocks without text are posted but held against the app."""
    client = client_of(slack)
    assert await refusal(client.api_call("chat.postMessage", json={"channel": releases(slack)})) == "no_text"
    blocks = [section("hello")]
    body = {"channel": releases(slack), "blocks": blocks}
    await client.api_call("chat.postMessage", json=body)
    assert [v.kind for v in slack.violations] == ["no_text", "no_fallback_text"]


async def test_bad_blocks_are_pointed_at(slack: SlackSimulator) -> None:
    """`invalid_blocks` lists each place, in `errors` and in `response_metadata.messages`."""
    call = client_of(slack).chat_postMessage(channel=releases(slack), text="x", blocks=[section("x" * 3001)])
    with pytest.raises(SlackApiError) as caught:
        await call
    place = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["errors"] == [place]
    assert caught.value.response["response_metadata"]["messages"] == [f"[ERROR] {place}"]
    assert [v.kind for v in slack.violations] == ["invalid_blocks"]


@pytest.mark.parametrize(
    ("fields", "calls"),
    [
        ({"text": "<!channel> it is out"}, True),
        ({"blocks": [section("now <!here|here>")]}, True),
        ({"attachments": [{"blocks": [section("<!everyone>")]}]}, True),
        ({"text": "&lt;!channel&gt;", "blocks": [section("&lt;!here&gt; <!date^1^{date}|x>")]}, False),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}}]}, False),
    ],
)
async def test_calling_everybody_is_held_against_the_app(
    slack: SlackSimulator, fields: dict[str, Any], calls: bool
) -> None:
    """Slack takes it, and a whole channel is disturbed: markup in texts does it, plain and escaped texts do not."""
    body = {"channel": releases(slack), "text": "x", **fields}
    await client_of(slack).api_call("chat.postMessage", json=body)
    assert [v.kind for v in slack.violations] == ["calls_everybody"] * calls


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"blocks": "no json"}, "invalid_blocks_format"),
        ({"blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"blocks": [section("x" * 2900) for _ in range(5)]}, "msg_blocks_too_long"),
        ({"attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
        ({"attachments": [{"colour": "red"}]}, "invalid_attachments"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"thread_ts": "1.000001"}, "cannot_reply_to_message"),
        ({"channel": "C404"}, "channel_not_found"),
        ({"channel": ""}, "invalid_arguments"),
    ],
)
async def test_wrong_messages_are_refused(slack: SlackSimulator, fields: dict[str, Any], error: str) -> None:
    """Each fault of a message has Slack's own word."""
    body = {"channel": releases(slack), "text": "x", **fields}
    assert await refusal(client_of(slack).api_call("chat.postMessage", json=body)) == error
    assert slack.person("ann").sees("#releases") == []


async def test_forms_and_queries_are_read_as_json_is(slack: SlackSimulator) -> None:
    """A form carries blocks as a JSON string, and may carry the token."""
    client = client_of(slack)
    client.token = None
    data = {
        "token": slack.app_install.bot_token,
        "channel": releases(slack),
        "text": "x",
        "blocks": json.dumps([section("hello")]),
    }
    answer = await client.api_call("chat.postMessage", data=data)
    assert answer["message"]["blocks"][0]["text"]["text"] == "hello"


async def test_missing_ids_are_given(slack: SlackSimulator) -> None:
    """Blocks and interactive elements without ids get some, in the answer too."""
    block = {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}],
    }
    answer = await client_of(slack).chat_postMessage(channel=releases(slack), text="x", blocks=[block])
    posted = answer["message"]["blocks"][0]
    assert posted["block_id"]
    assert posted["elements"][0]["action_id"]


async def test_who_may_post_where(slack: SlackSimulator) -> None:
    """Public needs membership or `chat:write.public`, private membership, archived takes nothing."""
    client = client_of(slack)
    private(slack, member=False)
    assert await refusal(client.chat_postMessage(channel="G1", text="x")) == "channel_not_found"
    private(slack, member=True)
    assert await refusal(client.chat_postMessage(channel="G1", text="x")) == ""
    slack.person("ann").archives("#builds")
    assert await refusal(client.chat_postMessage(channel="#builds", text="x")) == "is_archived"


async def test_without_the_public_scope_the_app_must_be_a_member() -> None:
    """Without `chat:write.public` a stranger gets `not_in_channel`, and joining heals it."""
    base = SlackSimulator().app_install
    app = type(base)(scopes=base.scopes - {"chat:write.public"})
    slack = SlackSimulator(app=app, rate_scale=0)
    await slack.start()
    try:
        client = client_of(slack)
        assert await refusal(client.chat_postMessage(channel="#releases", text="x")) == "not_in_channel"
        await client.conversations_join(channel=releases(slack))
        assert await refusal(client.chat_postMessage(channel="#releases", text="x")) == ""
    finally:
        await slack.stop()


async def test_posting_to_a_person_is_a_direct_message(slack: SlackSimulator) -> None:
    """A user id as channel opens the direct message, which nobody else sees."""
    ann = slack.person("ann")
    answer = await client_of(slack).chat_postMessage(channel=ann.id, text="psst")
    assert answer["channel"].startswith("D")
    assert [m.text for m in ann.sees(f"@{slack.app_install.handle}")] == ["psst"]
    with pytest.raises(LookupError):
        slack.person("bo").sees(answer["channel"])


async def test_threads(slack: SlackSimulator) -> None:
    """Replies stay in the thread unless broadcast, and are no parents themselves."""
    client, channel = client_of(slack), releases(slack)
    parent = (await client.chat_postMessage(channel=channel, text="card"))["ts"]
    reply = (await client.chat_postMessage(channel=channel, text="step", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel=channel, text="loud", thread_ts=parent, reply_broadcast=True)
    ann = slack.person("ann")
    assert [m.text for m in ann.sees("#releases")] == ["card", "loud"]
    assert [m.text for m in ann.sees("#releases", thread=parent)] == ["card", "step", "loud"]
    call = client.chat_postMessage(channel=channel, text="x", thread_ts=reply)
    assert await refusal(call) == "cannot_reply_to_message"
    broadcast = {"channel": channel, "ts": reply, "reply_broadcast": True}
    await client.api_call("chat.update", json=broadcast)
    assert [m.text for m in ann.sees("#releases")] == ["card", "step", "loud"]


async def test_an_update_keeps_and_removes_as_slack_does(slack: SlackSimulator) -> None:
    """Text alone removes blocks and marks as edited; blocks leave no mark; metadata stays unless given."""
    client, channel = client_of(slack), releases(slack)
    metadata = {"event_type": "card", "event_payload": {"id": "r1"}}
    blocks = [section("one"), actions(button("Go", "go"))]
    ts = (await client.chat_postMessage(channel=channel, text="1", blocks=blocks, metadata=metadata))["ts"]

    def message() -> Message:
        found = slack.world.message(channel, ts)
        assert found is not None
        return found

    await client.chat_update(channel=channel, ts=ts, text="2", blocks=[section("two")])
    assert (message().text, len(message().blocks), message().edited_ts) == ("2", 1, "")
    await client.chat_update(channel=channel, ts=ts, text="3")
    assert (message().blocks, message().metadata, message().edited_ts != "") == ((), metadata, True)
    await client.chat_update(channel=channel, ts=ts, text="4", metadata={})
    assert (message().metadata, message().revision) == (None, 3)


@pytest.mark.parametrize(
    ("text", "error"), [("x" * 4000, ""), ("x" * 4001, "msg_too_long"), ("&" * 801, "msg_too_long")]
)
async def test_an_update_is_limited_in_bytes_after_escaping(
    slack: SlackSimulator, text: str, error: str
) -> None:
    """`chat.update` takes 4,000 bytes of text, counted with entities."""
    client, channel = client_of(slack), releases(slack)
    ts = (await client.chat_postMessage(channel=channel, text="x"))["ts"]
    assert await refusal(client.chat_update(channel=channel, ts=ts, text=text)) == error


async def test_only_own_lasting_messages_are_changed(slack: SlackSimulator) -> None:
    """Others' messages, ephemeral ones, unknown ones and those of archived channels are not changed."""
    client, channel, ann = client_of(slack), releases(slack), slack.person("ann")
    theirs = await ann.types("hello", channel="#releases")
    assert theirs is not None
    whisper = (await client.chat_postEphemeral(channel=channel, user=ann.id, text="psst"))["message_ts"]
    mine = (await client.chat_postMessage(channel=channel, text="mine"))["ts"]
    update, delete = client.chat_update, client.chat_delete
    assert await refusal(update(channel=channel, ts=theirs.ts, text="x")) == "cant_update_message"
    assert await refusal(delete(channel=channel, ts=theirs.ts)) == "cant_delete_message"
    assert await refusal(update(channel=channel, ts=whisper, text="x")) == "message_not_found"
    assert await refusal(update(channel=channel, ts="1.000001", text="x")) == "message_not_found"
    ann.archives("#releases")
    assert await refusal(update(channel=channel, ts=mine, text="x")) == "is_inactive"
    ann.archives("#releases", archived=False)
    await delete(channel=channel, ts=mine)
    assert [m.text for m in ann.sees("#releases")] == ["hello", "psst"]


async def test_an_ephemeral_message_is_for_one_member(slack: SlackSimulator) -> None:
    """One person sees it; who is not in the channel cannot get one."""
    client, channel, ann = client_of(slack), releases(slack), slack.person("ann")
    await client.chat_postEphemeral(channel=channel, user=ann.id, text="psst")
    assert [m.text for m in ann.sees("#releases")] == ["psst"]
    assert slack.person("bo").sees("#releases") == []
    slack.person("bo").leaves("#releases")
    call = client.chat_postEphemeral(channel=channel, user=slack.person("bo").id, text="x")
    assert await refusal(call) == "user_not_in_channel"


async def test_permalinks(slack: SlackSimulator) -> None:
    """A message has a link; an unknown one does not."""
    client, channel = client_of(slack), releases(slack)
    ts = (await client.chat_postMessage(channel=channel, text="x"))["ts"]
    link = (await client.chat_getPermalink(channel=channel, message_ts=ts))["permalink"]
    assert link == f"{slack.url}/archives/{channel}/p{ts.replace('.', '')}"
    call = client.chat_getPermalink(channel=channel, message_ts="1.000001")
    assert await refusal(call) == "message_not_found"


async def test_a_text_is_cut_at_forty_thousand_characters(slack: SlackSimulator, clock: HandClock) -> None:
    """A longer text is truncated when it is posted, and carries the time of Slack's clock."""
    answer = await client_of(slack).chat_postMessage(channel=releases(slack), text="x" * 40_001)
    assert len(answer["message"]["text"]) == 40_000
    assert answer["ts"].startswith(f"{int(clock.now)}.")
