"""`link_shared` and `chat.unfurl` of the simulator, heard by a real Bolt app and asked by the real client."""

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck

from sandbox.slack import App, SlackSimulator
from sandbox.slack.values import Message
from tests.sandbox.slack.slack_sim_rig import bolt_of, client_of, refusal, running, section

LINK = "https://bot.acme.example/releases/T1/REL-1"


async def workspace(**changes: Any) -> SlackSimulator:
    """A workspace whose app has a domain."""
    slack = SlackSimulator(app=replace(App(), unfurl_domains=("acme.example",), **changes), rate_scale=0)
    await slack.start()
    return slack


async def posted(slack: SlackSimulator, text: str) -> Message:
    """What Ann posts in #releases."""
    message = await slack.person("ann").types(text, channel="#releases")
    assert message is not None
    return message


async def test_the_app_hears_of_its_links() -> None:
    """Of its domain and those below it, each once, posted or still written; of no others, and of none without links."""
    slack = await workspace()
    heard: list[dict[str, Any]] = []
    app = bolt_of(slack)

    @app.event("link_shared")
    async def listen(event: dict[str, Any], ack: AsyncAck) -> None:
        await ack()
        heard.append(event)

    try:
        async with running(slack, app, "socket"):
            await posted(slack, "nothing here, and https://acme.example.evil.example/x")
            assert slack.person("ann").composes("no link") is None
            message = await posted(slack, f"see {LINK}?a=1&b=2, {LINK}?a=1&b=2 and https://other.example/y.")
            await slack.until(lambda: len(heard) == 1)
            draft = slack.person("ann").composes(LINK)
            await slack.until(lambda: len(heard) == 2)
    finally:
        await slack.stop()
    assert draft is not None
    first, second = heard
    assert [link["url"] for link in first["links"]] == [f"{LINK}?a=1&b=2"]
    assert (first["channel"], first["message_ts"], first["user"]) == (
        message.channel,
        message.ts,
        message.user,
    )
    assert first["source"] == "conversations_history"
    assert (second["channel"], second["source"], second["unfurl_id"]) == ("COMPOSER", "composer", draft.id)
    assert second["is_bot_user_member"] is False


async def test_a_card_stands_under_its_link() -> None:
    """By the id of the sharing or by the message; the second card of a link replaces the first."""
    slack = await workspace()
    try:
        message = await posted(slack, f"see {LINK}")
        (shared,) = slack.world.links.values()
        client = client_of(slack)
        card = {"blocks": [section("One")]}
        await client.chat_unfurl(unfurl_id=shared.id, source="conversations_history", unfurls={LINK: card})
        await client.chat_unfurl(
            channel=message.channel, ts=message.ts, unfurls={LINK: {"blocks": [section("Two")]}}
        )
        now = slack.world.message(message.channel, message.ts)
        assert now is not None
        (attached,) = now.attachments
        assert (attached["from_url"], attached["is_app_unfurl"]) == (LINK, True)
        assert attached["blocks"][0]["text"]["text"] == "Two"
        assert {v.about for v in slack.violations} <= {"link_shared"}  # nobody listened to it
    finally:
        await slack.stop()


async def test_what_slack_refuses_of_a_card() -> None:
    """Links that were not shared, places that are not there, both ways of naming one, cards that are none."""
    slack = await workspace()
    try:
        message = await posted(slack, f"see {LINK}")
        (shared,) = slack.world.links.values()
        unfurl, card = client_of(slack).chat_unfurl, {"text": "x"}
        place = {"channel": message.channel, "ts": message.ts}
        there = {"unfurl_id": shared.id, "source": "conversations_history"}
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("cannot_unfurl_url", {**place, "unfurls": {f"{LINK}/other": card}}),
            ("cannot_unfurl_message", {**place, "ts": "1.000001", "unfurls": {LINK: card}}),
            ("cannot_find_channel", {**place, "channel": "COMPOSER", "unfurls": {LINK: card}}),
            ("invalid_arguments", {**place, **there, "unfurls": {LINK: card}}),
            ("invalid_arguments", {"channel": message.channel, "unfurls": {LINK: card}}),
            ("invalid_source", {**there, "source": "elsewhere", "unfurls": {LINK: card}}),
            ("invalid_unfurl_id", {**there, "source": "composer", "unfurls": {LINK: card}}),
            ("missing_unfurls", {**place, "unfurls": {}}),
            ("invalid_unfurls_format", {**place, "unfurls": {LINK: {"blocks": [section("x" * 3001)]}}}),
            ("invalid_unfurls_format", {**place, "unfurls": {LINK: "a card"}}),
        ]
        for code, given in wrong:
            assert await refusal(unfurl(**given)) == code, given
        assert slack.world.links == {shared.id: shared}
    finally:
        await slack.stop()


async def test_links_need_their_scopes() -> None:
    """Without links:read the app hears nothing, without links:write it shows nothing."""
    slack = await workspace(scopes=frozenset({"chat:write"}))
    try:
        message = await posted(slack, f"see {LINK}")
        called = client_of(slack).chat_unfurl(
            channel=message.channel, ts=message.ts, unfurls={LINK: {"text": "x"}}
        )
        assert await refusal(called) == "missing_scope"
    finally:
        await slack.stop()
