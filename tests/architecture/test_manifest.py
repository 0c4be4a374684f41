"""`manifest.yml` and the code say the same, both ways, and Slack's own schema accepts it."""

import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft7Validator

from bot.actions.steps import STEPS
from bot.commands import WORDS
from bot.router import ROUTES
from tests.support.contracts import contract

ROOT = Path(__file__).parents[2]
# Which scopes each Web API method that we call needs (api.slack.com/methods), `()` for none.
METHOD_SCOPES = {
    "auth.test": (),
    "apps.connections.open": (),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "conversations.join": ("channels:join",),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.create": ("channels:manage",),
    "conversations.invite": ("channels:manage",),
    "conversations.setTopic": ("channels:manage",),
    "conversations.archive": ("channels:manage",),
    "conversations.list": ("channels:read",),
    "pins.add": ("pins:write",),
    "chat.unfurl": ("links:write",),
    "functions.completeSuccess": (),
    "functions.completeError": (),
    "conversations.history": ("channels:history", "groups:history"),
    "conversations.replies": ("channels:history", "groups:history"),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "views.open": (),
    "views.update": (),
    "views.publish": (),
    "users.info": ("users:read",),
    "usergroups.users.list": ("usergroups:read",),
    "usergroups.users.update": ("usergroups:write",),
}

# Which scope each event needs that we subscribe to, `()` for none.
EVENT_SCOPES = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "function_executed": (),
    "link_shared": ("links:read",),
}


def manifest() -> dict[str, Any]:
    """The manifest as a mapping."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return found


def test_slack_accepts_the_manifest() -> None:
    """The manifest is valid by Slack's published schema, version 2."""
    schema = json.loads(contract("slack/manifest.schema.2.0.0.json").read_text())
    problems = [f"{list(e.path)}: {e.message}" for e in Draft7Validator(schema).iter_errors(manifest())]
    assert problems == []


def test_the_one_command_is_declared() -> None:
    """One slash command with words after it; its hint names words that exist."""
    commands = manifest()["features"]["slash_commands"]
    assert [c["command"] for c in commands] == ["/release"]
    hinted = commands[0]["usage_hint"].strip("[]").replace(" ", "").split("|")
    assert set(hinted) <= {word.word for word in WORDS}
    assert commands[0]["should_escape"] is True


def test_shortcuts_are_declared_and_served() -> None:
    """Every shortcut of the manifest has a handler, and every handler is in the manifest."""
    declared = {s["callback_id"] for s in manifest()["features"].get("shortcuts", [])}
    assert declared == set(ROUTES.shortcuts)


def test_events_are_declared_and_served() -> None:
    """Every event that we subscribe to has a handler, and every handler is subscribed to."""
    subscriptions = manifest()["settings"].get("event_subscriptions", {})
    assert set(subscriptions.get("bot_events", [])) == set(ROUTES.events)


def test_steps_of_workflows_are_declared_and_served() -> None:
    """Every function of the manifest has a handler, and every handler is declared."""
    assert set(manifest()["functions"]) == set(STEPS)


def test_scopes_are_those_that_the_code_needs() -> None:
    """Every scope is needed by a method that the bot reaches, and every such method's scope is asked for.

    What `integrations/slack/web.py` wraps counts only where the bot calls the wrapper.
    """
    adapters = [ROOT / "integrations/slack" / name for name in ("notification.py", "channels.py")]
    files = [*(ROOT / "bot").rglob("*.py"), *adapters]
    code = "\n".join(path.read_text() for path in files).lower()
    reached = {
        name for name in METHOD_SCOPES if name.lower() in code or name.replace(".", "_").lower() in code
    }
    needed = {scope for name in reached for scope in METHOD_SCOPES[name]} | {"commands"}
    needed |= {scope for name in ROUTES.events for scope in EVENT_SCOPES[name]}
    scopes = manifest()["oauth_config"]["scopes"]
    asked = set(scopes["bot"]) | set(scopes.get("bot_optional", []))
    assert asked == needed


def test_the_home_is_switched_on_where_it_is_served() -> None:
    """Who opens the app finds a home, and the events that renew it are subscribed to."""
    assert manifest()["features"]["app_home"]["home_tab_enabled"] is ("app_home_opened" in ROUTES.events)


def test_the_set_up_names_every_address_that_http_needs() -> None:
    """Without Socket Mode Slack needs one for commands, clicks, events, and lists that ask us while one types."""
    lines = (ROOT / "docs/setup.md").read_text().splitlines()
    named = {line.partition("`")[2].partition(":")[0] for line in lines if line.startswith("- `")}
    needed = {"settings.socket_mode_enabled", "url", "settings.interactivity.request_url"}
    if manifest()["settings"]["event_subscriptions"]["bot_events"]:
        needed.add("settings.event_subscriptions.request_url")
    forms = "".join(path.read_text() for path in (ROOT / "bot/views/modals").glob("*.py"))
    if "external_select(" in forms:
        needed.add("settings.interactivity.message_menu_options_url")
    assert needed <= named


def test_socket_mode_needs_no_address() -> None:
    """The manifest that newcomers paste works without a public address."""
    settings = manifest()["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert "url" not in manifest()["features"]["slash_commands"][0]
