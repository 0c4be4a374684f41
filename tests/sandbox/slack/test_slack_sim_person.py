"""What a person can do and see: only what is on the screen, and what Slack's client checks itself."""

from dataclasses import replace
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck

from sandbox.slack import App, NotSeen, NotThere, Shortcut, SlackSimulator, View, app_of_manifest
from tests.sandbox.slack.slack_sim_rig import (
    actions,
    bolt_of,
    button,
    client_of,
    modal,
    plain,
    refusal,
    running,
    section,
    text_input,
)


def option(text: str, value: str = "") -> dict[str, Any]:
    """Return an option."""
    return {"text": plain(text), "value": value or text}


async def shown(slack: SlackSimulator, *blocks: dict[str, Any], **fields: Any) -> View:
    """Open a modal for Ann and return it."""
    trigger = slack.workspace.tickets.trigger(slack.person("ann").id).id
    await client_of(slack).views_open(trigger_id=trigger, view=modal(*blocks, **fields))
    view = slack.person("ann").modal
    assert view is not None
    return view


async def card(slack: SlackSimulator, *elements: dict[str, Any]) -> Any:
    """Post a card with actions and return it."""
    await client_of(slack).chat_postMessage(channel="#releases", text="x", blocks=[actions(*elements)])
    return slack.person("ann").sees("#releases")[-1]


async def test_what_is_not_there_is_not_clicked(slack: SlackSimulator) -> None:
    """Unknown and ambiguous buttons, missing and surplus confirmations are errors of the test."""
    ann = slack.person("ann")
    dialog = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
    message = await card(slack, button("Go", "a"), button("Go", "b"), button("Halt", "c", confirm=dialog))
    for call in (
        ann.clicks(message, "Stop"),
        ann.clicks(message, "Go"),
        ann.clicks(message, "Halt"),
        ann.clicks(message, "a", confirm=True),
        ann.chooses(message, "Halt", "x"),
    ):
        with pytest.raises(NotThere):
            await call


async def test_others_and_gone_things_are_not_touched(slack: SlackSimulator) -> None:
    """Another person's ephemeral message, a deleted message and a closed view cannot be clicked."""
    client, ann = client_of(slack), slack.person("ann")
    channel = slack.world.channel("releases").id
    blocks = [actions(button("Go", "go"))]
    await client.chat_postEphemeral(channel=channel, user=ann.id, text="x", blocks=blocks)
    (whisper,) = ann.sees("#releases")
    with pytest.raises(NotThere, match="ephemeral"):
        await slack.person("bo").clicks(whisper, "Go")
    message = await card(slack, button("Go", "go"))
    await client.chat_delete(channel=channel, ts=message.ts)
    with pytest.raises(NotThere, match="gone"):
        await ann.clicks(message, "Go")
    view = await shown(slack, text_input("Version", "v"))
    with pytest.raises(NotThere):
        await slack.person("bo").submits(view, {})
    await ann.closes(view)
    with pytest.raises(NotThere):
        await ann.submits(view, {"Version": "1"})


async def test_choices_are_told_and_kept(slack: SlackSimulator) -> None:
    """A select in a message tells the app at once, with the state of all of the person's choices."""
    app, heard = bolt_of(slack), []

    async def chosen(ack: AsyncAck, body: dict[str, Any]) -> None:
        heard.append((body["actions"][0], body["state"]["values"]))
        await ack()

    for action_id in ("one", "two", "more"):
        app.action(action_id)(chosen)
    options = [option("a"), option("b")]
    async with running(slack, app, "socket"):
        message = await card(
            slack,
            {"type": "static_select", "action_id": "one", "options": options},
            {"type": "static_select", "action_id": "two", "options": options},
            {"type": "overflow", "action_id": "more", "options": options},
        )
        ann = slack.person("ann")
        await ann.chooses(message, "one", "a")
        await ann.chooses(message, "two", "b")
        await ann.clicks(message, "more", option="b")
        with pytest.raises(NotThere, match="no option"):
            await ann.chooses(message, "one", "c")
    (_, (action, state), (menu, _)) = heard
    assert action["selected_option"] == options[1]
    (values,) = state.values()
    assert [values[name]["selected_option"]["value"] for name in ("one", "two")] == ["a", "b"]
    assert menu["selected_option"] == options[1]


async def test_buttons_in_modals_and_homes(slack: SlackSimulator) -> None:
    """Views have actions too; a dispatching input tells the app; closing tells it when asked to."""
    app, heard = bolt_of(slack), []

    async def acted(ack: AsyncAck, body: dict[str, Any]) -> None:
        heard.append((body["type"], body["view"]["type"]))
        await ack()

    app.action("go")(acted)
    app.action("value")(acted)
    app.view_closed("start")(acted)
    async with running(slack, app, "http"):
        ann = slack.person("ann")
        field_ = {**text_input("Version", "v"), "dispatch_action": True}
        view = await shown(slack, field_, actions(button("Go", "go")), notify_on_close=True)
        await ann.clicks(view, "Go")
        await ann.chooses(view, "Version", "1.4.0")
        await ann.closes(view)
        home = {"type": "home", "blocks": [section("Hello"), actions(button("Go", "go"))]}
        await client_of(slack).views_publish(user_id=ann.id, view=home)
        assert ann.home is not None
        await ann.clicks(ann.home, "Go")
    assert heard == [
        ("block_actions", "modal"),
        ("block_actions", "modal"),
        ("view_closed", "modal"),
        ("block_actions", "home"),
    ]
    assert slack.violations == []


async def test_commands_have_their_places(slack: SlackSimulator) -> None:
    """Slack answers unknown ones, those in threads and people of other workspaces; an archived channel takes none."""
    ann = slack.person("ann")
    await ann.types("/relase start", channel="#releases")
    message = await ann.types("hello", channel="#releases")
    assert message is not None
    await ann.types("/release start", channel="#releases", thread=message.ts)
    assert [n.kind for n in ann.errors] == ["invalid_command", "command_in_thread"]
    bo = slack.person("bo")
    slack.world.users[bo.id] = replace(slack.world.users[bo.id], team_id="T0PARTNER")
    await bo.types("/release start", channel="#releases")
    assert [n.kind for n in bo.errors] == ["invalid_command"]
    ann.archives("#releases")
    with pytest.raises(NotThere):
        await ann.types("/release start", channel="#releases")
    assert slack.violations == []


async def test_shortcuts() -> None:
    """Global and message shortcuts are those of the manifest."""
    shortcuts = (
        Shortcut(name="Start a release", callback_id="start"),
        Shortcut(name="Attach", callback_id="attach", kind="message"),
    )
    slack = SlackSimulator(app=App(shortcuts=shortcuts), rate_scale=0)
    await slack.start()
    app, heard = bolt_of(slack), []

    async def run(ack: AsyncAck, body: dict[str, Any]) -> None:
        heard.append((body["type"], body.get("message", {}).get("text")))
        await ack()

    app.shortcut("start")(run)
    app.shortcut("attach")(run)
    async with running(slack, app, "socket"):
        ann = slack.person("ann")
        message = await ann.types("look", channel="#general")
        await ann.runs_shortcut("Start a release")
        await ann.runs_shortcut("attach", message=message)
        with pytest.raises(NotThere):
            await ann.runs_shortcut("Attach")
    await slack.stop()
    assert heard == [("shortcut", None), ("message_action", "look")]


async def test_an_app_without_home_and_messages() -> None:
    """What the manifest turns off is not there: publishing is `not_enabled`, and nobody writes to the app."""
    slack = SlackSimulator(app=App(has_home=False, takes_messages=False), rate_scale=0)
    await slack.start()
    ann = slack.person("ann")
    home = {"type": "home", "blocks": [section("Hello")]}
    assert await refusal(client_of(slack).views_publish(user_id=ann.id, view=home)) == "not_enabled"
    with pytest.raises(NotThere, match="no home"):
        ann.opens_home()
    with pytest.raises(NotThere, match="no messages"):
        await ann.types("hello", channel=f"@{slack.app_install.handle}")
    await slack.stop()


async def test_waiting_ends(slack: SlackSimulator) -> None:
    """What does not come about in time is `NotSeen`, which tells the last changes."""
    with pytest.raises(NotSeen, match="last changes"):
        await slack.until(lambda: False, within=0.01)


def test_an_app_is_installed_from_its_manifest() -> None:
    """Scopes, commands, shortcuts and events are those that the manifest declares."""
    app = app_of_manifest(
        {
            "display_information": {"name": "Captain"},
            "features": {
                "bot_user": {"display_name": "captain"},
                "slash_commands": [{"command": "/ship", "should_escape": True}],
                "shortcuts": [{"name": "Start", "callback_id": "s", "type": "global"}],
            },
            "oauth_config": {"scopes": {"bot": ["commands"], "bot_optional": ["pins:write"]}},
            "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
        },
        signing_secret="s",
    )
    assert (app.name, app.handle, app.signing_secret) == ("Captain", "captain", "s")
    assert sorted(app.scopes | app.events) == ["app_mention", "commands", "pins:write"]
    assert app.commands["/ship"].should_escape
    assert app.shortcuts[0].callback_id == "s"
