"""The real slack_bolt and slack_sdk against the simulator, over both transports."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackSimulator, text_on
from tests.sandbox.slack.slack_sim_rig import (
    actions,
    bolt_of,
    button,
    modal,
    plain,
    running,
    section,
    text_input,
)

pytestmark = pytest.mark.parametrize("transport", ["socket", "http"])


def release_app(slack: SlackSimulator) -> AsyncApp:
    """Return an app that starts a release by a form and has its card approved."""
    app = bolt_of(slack)

    @app.command("/release")
    async def start(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("Version", "version")))

    @app.view("start")
    async def submitted(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient) -> None:
        version = view["state"]["values"]["version"]["value"]["value"]
        if version == "bad":
            await ack(response_action="errors", errors={"version": "Not a version"})
            return
        await ack()
        dialog = {
            "title": plain("Sure?"),
            "text": plain("Go"),
            "confirm": plain("Yes"),
            "deny": plain("No"),
        }
        channel = slack.world.channel("releases").id
        approve = button("Approve", "approve", value="r1", confirm=dialog)
        blocks = [section(f"Release {version}"), actions(approve)]
        await client.chat_postMessage(channel=channel, text=f"Release {version}", blocks=blocks)

    @app.action("approve")
    async def approved(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text="Approved",
            blocks=[section(f"Approved by <@{body['user']['id']}>")],
        )

    return app


async def test_a_release_is_started_and_approved(slack: SlackSimulator, transport: str) -> None:
    """Command, modal with errors, card, confirmed click and edited card work as in Slack."""
    async with running(slack, release_app(slack), transport):
        ann = slack.person("ann")
        await ann.types("/release start", channel="#releases")
        view = await slack.until(lambda: ann.modal)
        assert await ann.submits(view, {"Version": "bad"}) == {"version": "Not a version"}
        assert await ann.submits(view, {"Version": "1.4.0"}) == {}
        assert ann.modal is None
        card = (await slack.until(lambda: ann.sees("#releases")))[-1]
        assert text_on(card) == "Release 1.4.0\nApprove"
        await ann.clicks(card, "Approve", confirm=True)
        text = f"Approved by <@{ann.id}>"
        await slack.until(lambda: text_on(ann.sees("#releases")[-1]) == text)
    assert slack.violations == []
    assert ann.errors == []


async def test_the_answer_to_a_command_is_for_one_person(slack: SlackSimulator, transport: str) -> None:
    """`ack("text")` is ephemeral; `in_channel` is for all; `respond` may replace and delete."""
    app = bolt_of(slack)

    @app.command("/release")
    async def answer(ack: AsyncAck, command: dict[str, Any]) -> None:
        if command["text"] == "all":
            await ack(response_type="in_channel", text="for all")
        else:
            buttons = actions(button("Again", "again"), button("Away", "away"))
            await ack(text="for you", blocks=[section("for you"), buttons])

    @app.action("again")
    async def again(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(text="replaced", blocks=[actions(button("Away", "away"))], replace_original=True)

    @app.action("away")
    async def away(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(delete_original=True)

    async with running(slack, app, transport):
        ann, bo = slack.person("ann"), slack.person("bo")
        await ann.types("/release", channel="#releases")
        assert [m.text for m in ann.sees("#releases")] == ["for you"]
        assert bo.sees("#releases") == []
        await ann.clicks(ann.sees("#releases")[0], "Again")
        await slack.until(lambda: [m.text for m in ann.sees("#releases")] == ["replaced"])
        await ann.clicks(ann.sees("#releases")[0], "Away")
        await slack.until(lambda: not ann.sees("#releases"))
        await ann.types("/release all", channel="#releases")
        assert [m.text for m in bo.sees("#releases")] == ["for all"]
    assert slack.violations == []


async def test_names_are_escaped_in_a_command(slack: SlackSimulator, transport: str) -> None:
    """With `should_escape`, people and channels come as `<@U..|name>` and `<#C..|name>`."""
    app = bolt_of(slack)
    texts: list[str] = []

    @app.command("/release")
    async def hear(ack: AsyncAck, command: dict[str, Any]) -> None:
        texts.append(command["text"])
        await ack()

    async with running(slack, app, transport):
        ann = slack.person("ann")
        await ann.types("/release ask @bo in #builds <now> & mail a@b.example", channel="#general")
    bo, builds = slack.world.user("bo").id, slack.world.channel("builds").id
    assert texts == [f"ask <@{bo}|bo> in <#{builds}|builds> &lt;now&gt; &amp; mail a@b.example"]


async def test_events_reach_the_app(slack: SlackSimulator, transport: str) -> None:
    """Mentions, direct messages, the opened home and the life of channels are told."""
    app = bolt_of(slack)
    heard: list[str] = []

    async def hear(event: dict[str, Any]) -> None:
        heard.append(event["type"])

    for kind in (
        "app_mention",
        "message",
        "app_home_opened",
        "channel_rename",
        "channel_archive",
        "member_left_channel",
    ):
        app.event(kind)(hear)
    async with running(slack, app, transport):
        ann = slack.person("ann")
        handle = slack.app_install.handle
        ann.invites(handle, channel="#releases")
        await ann.types(f"@{handle} hello", channel="#releases")
        await slack.until(lambda: heard == ["app_mention"])
        await ann.types("hello", channel=f"@{handle}")
        await slack.until(lambda: heard == ["app_mention", "message"])
        ann.opens_home()
        await slack.until(lambda: heard[-1] == "app_home_opened")
        ann.renames("#releases", "shipping")
        await slack.until(lambda: heard[-1] == "channel_rename")
        ann.leaves("#shipping")
        await slack.until(lambda: heard[-1] == "member_left_channel")
        ann.archives("#shipping")
        await slack.until(lambda: heard[-1] == "channel_archive")


async def test_an_unanswered_command_is_shown_to_the_person(slack: SlackSimulator, transport: str) -> None:
    """Without an ack in time the person reads `operation_timeout`, and a violation is kept."""
    slack.settings.ack_seconds = 0.05
    app = bolt_of(slack)

    @app.command("/release")
    async def silent(client: AsyncWebClient) -> None:
        await client.api_test()
        await slack.until(lambda: slack.violations)

    async with running(slack, app, transport):
        ann = slack.person("ann")
        await ann.types("/release", channel="#releases")
    assert [n.text for n in ann.errors] == ['/release failed with the error "operation_timeout"']
    assert [v.kind for v in slack.violations] == ["ack_timeout"]


async def test_options_come_from_the_app(slack: SlackSimulator, transport: str) -> None:
    """An external select offers what the app answers, and nothing else can be chosen."""
    app = bolt_of(slack)

    @app.options("branch")
    async def branches(ack: AsyncAck, payload: dict[str, Any]) -> None:
        names = [f"{payload['value']}-{n}" for n in (1, 2)]
        await ack(options=[{"text": plain(name), "value": name} for name in names])

    @app.action("branch")
    async def chosen(ack: AsyncAck, payload: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        await respond(text=payload["selected_option"]["value"], response_type="in_channel")

    async with running(slack, app, transport):
        ann = slack.person("ann")
        select = {"type": "external_select", "action_id": "branch", "min_query_length": 2}
        await app.client.chat_postMessage(
            channel=slack.world.channel("releases").id, text="Branch?", blocks=[actions(select)]
        )
        card = ann.sees("#releases")[0]
        assert await ann.searches(card, "branch", "m") == []
        assert await ann.searches(card, "branch", "main") == ["main-1", "main-2"]
        with pytest.raises(LookupError, match="no option"):
            await ann.chooses(card, "branch", "other")
        await slack.until(lambda: len(ann.sees("#releases")) == 1)
    assert slack.violations == []
