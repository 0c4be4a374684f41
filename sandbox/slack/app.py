"""The app that is installed in the workspace: tokens, scopes, commands, shortcuts, subscribed events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEFAULT_SCOPES = frozenset(
    [
        "app_mentions:read",
        "channels:join",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "groups:read",
        "im:history",
        "im:write",
        "links:read",
        "links:write",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "usergroups:write",
        "users:read",
        "users:read.email",
        "bookmarks:write",
        "files:write",
        "pins:write",
        "im:read",
    ]
)
DEFAULT_EVENTS = frozenset(
    [
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_id_changed",
        "channel_rename",
        "channel_unarchive",
        "link_shared",
        "member_joined_channel",
        "member_left_channel",
        "message.im",
        "tokens_revoked",
    ]
)
EVENT_SCOPES: Mapping[str, str] = {
    "app_mention": "app_mentions:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_rename": "channels:read",
    "channel_id_changed": "channels:read",
    "member_left_channel": "channels:read",
    "member_joined_channel": "channels:read",
    "link_shared": "links:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """A slash command as the manifest declares it."""

    name: str
    should_escape: bool = True
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """A shortcut as the manifest declares it; `kind` is `global` or `message`."""

    name: str
    callback_id: str
    kind: str = "global"
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """One installed app. The tokens are made up and worth nothing outside the simulator."""

    id: str = "A0000SANDBOX"
    name: str = "Stationmaster"
    handle: str = "stationmaster"
    bot_id: str = "B0000SANDBOX"
    bot_user: str = "U0000SANDBOX"
    bot_token: str = "xoxb-1-sandbox"
    app_token: str = "xapp-1-A0000SANDBOX-1-sandbox"
    signing_secret: str = "sandbox-signing-secret"
    verification_token: str = "sandbox-verification-token"
    scopes: frozenset[str] = DEFAULT_SCOPES
    commands: Mapping[str, Command] = field(default_factory=lambda: {"/release": Command(name="/release")})
    shortcuts: tuple[Shortcut, ...] = ()
    events: frozenset[str] = DEFAULT_EVENTS
    functions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unfurl_domains: tuple[str, ...] = ()
    has_home: bool = True
    takes_messages: bool = True


def app_of_manifest(manifest: Mapping[str, Any], **options: Any) -> App:
    """Return the app that Slack would install from `manifest`; `options` are fields of `App` to replace."""
    features = manifest.get("features", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    home = features.get("app_home", {})
    events = manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])
    fields: dict[str, Any] = {
        "name": manifest["display_information"]["name"],
        "handle": features.get("bot_user", {}).get("display_name", "app"),
        "scopes": frozenset(scopes.get("bot", [])) | frozenset(scopes.get("bot_optional", [])),
        "commands": {
            c["command"]: Command(
                name=c["command"],
                should_escape=bool(c.get("should_escape")),
                description=c.get("description", ""),
                usage_hint=c.get("usage_hint", ""),
            )
            for c in features.get("slash_commands", [])
        },
        "shortcuts": tuple(
            Shortcut(
                name=s["name"],
                callback_id=s["callback_id"],
                kind=s["type"],
                description=s.get("description", ""),
            )
            for s in features.get("shortcuts", [])
        ),
        "events": frozenset(events),
        "functions": manifest.get("functions", {}),
        "unfurl_domains": tuple(features.get("unfurl_domains", [])),
        "has_home": bool(home.get("home_tab_enabled")),
        "takes_messages": not home.get("messages_tab_read_only_enabled"),
    }
    return App(**{**fields, **options})
