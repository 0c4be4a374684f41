"""What a person did in Slack, as a value. PURE: payload in, value out; nothing is believed but what Slack signed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.slack.typed import as_typed, word_of
from bot.views.modals.trouble import fields_of
from orchestration.domain.people import Actor

Payload = Mapping[str, Any]
_AROUND, _COMMAND = "`,:.!?", "/release"


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """Common to all: who, where, and how to answer. `kind` is the envelope's kind, `name` what is called.

    `ephemeral`: what was clicked is seen by this person alone, so nobody but the click itself can renew it.
    `beside`: what was clicked is a reply in a thread that the channel shows too. `home`: it stands in App Home.
    `spoken`: it was typed in a message, which is `message`, and not with the command.
    `fields` are the ids of what a form asks for, as it was shown, whatever of it is in `state`.
    `who` and `where` are what people call the person and the workspace: for showing, never for deciding.
    """

    kind: str
    name: str
    tenant_id: str
    actor: Actor
    text: str = ""
    channel: str | None = None
    thread: str | None = None
    response_url: str | None = None
    trigger_id: str | None = None
    value: str = ""
    view_id: str | None = None
    view_hash: str | None = None
    metadata: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    block: str = ""
    ephemeral: bool = False
    beside: bool = False
    home: bool = False
    spoken: bool = False
    message: str | None = None
    who: str = ""
    where: str = ""


def tenant_of(body: Payload) -> str:
    """The workspace, or the organisation where the app is installed for a whole one.

    Where companies share a channel, an event names the workspace whose channel it is, and a form that of who fills it
    in; where the app is installed stands beside it. Source: slackapi/bolt-js, issues 687 and 1614.
    """
    installed = _installation(body)
    whole = str(installed.get("is_enterprise_install", "")).lower() == "true"
    if whole and (found := installed.get("enterprise_id") or _inner(body, "enterprise").get("id")):
        return str(found)
    team = _inner(body, "view").get("app_installed_team_id") or installed.get("team_id")
    return str(team or _inner(body, "team").get("id") or _inner(body, "user").get("team_id") or "")


def _installation(body: Payload) -> Payload:
    """For whom an event was sent to us; what is no event is it itself."""
    found = body.get("authorizations")
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, Mapping) else body


def _inner(body: Payload, key: str) -> Payload:
    inner = body.get(key)
    return inner if isinstance(inner, Mapping) else {}


def key_of(kind: str, body: Payload) -> str:
    """What tells a request from its repeats, as Slack sends them. It may be logged: no trigger id stands in it."""
    tenant = tenant_of(body)
    if kind == "command":
        return f"command:{tenant}:{_digest(body.get('trigger_id', ''))}"
    if kind == "action":
        action = _first_action(body)
        place = _inner(body, "container")
        where = place.get("message_ts") or place.get("view_id") or ""
        return f"action:{tenant}:{where}:{action.get('action_id')}:{action.get('action_ts')}:{_user(body)}"
    if kind in {"view", "view_closed"}:
        view = _inner(body, "view")
        return f"{kind}:{tenant}:{view.get('id')}:{view.get('hash')}"
    if kind == "event":
        return f"event:{body.get('event_id', '')}"
    return f"{kind}:{tenant}:{_digest(body.get('trigger_id') or body.get('action_ts', ''))}"


def _digest(secret: object) -> str:
    return hashlib.sha256(str(secret).encode()).hexdigest()[:32]


def _first_action(body: Payload) -> Payload:
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return first if isinstance(first, Mapping) else {}


def _user(body: Payload) -> str:
    if "user_id" in body:
        return str(body["user_id"] or "")
    user = body.get("user")
    if isinstance(user, Mapping):
        return str(user.get("id") or "")
    return str(_inner(body, "event").get("user") or "")


def parse(kind: str, body: Payload) -> Intent:
    """The intent of a payload that was received and stored."""
    actor = Actor(id=_user(body))
    tenant = tenant_of(body)
    if kind == "command":
        word, rest = word_of(as_typed(str(body.get("text", ""))))
        return Intent(
            kind=kind,
            name=word,
            text=rest,
            tenant_id=tenant,
            actor=actor,
            channel=body.get("channel_id"),
            response_url=body.get("response_url"),
            trigger_id=body.get("trigger_id"),
        )
    if kind == "action":
        return _parse_action(body, tenant, actor)
    if kind in {"view", "view_closed"}:
        return _parse_view(kind, body, tenant, actor)
    if kind == "options":
        return _parse_options(body, tenant, actor)
    if kind == "event":
        return _parse_event(body, tenant, actor)
    return Intent(
        kind=kind,
        name=str(body.get("callback_id", "")),
        tenant_id=tenant,
        actor=actor,
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        channel=_inner(body, "channel").get("id"),
        text=_text_of(_inner(body, "message")),
        thread=_inner(body, "message").get("thread_ts"),
    )


def _text_of(message: Payload) -> str:
    """What a message says, and where its blocks and attachments lead: apps announce pull requests in those."""
    texts = [message.get("text"), *_leads(message.get("blocks"))]
    attached = message.get("attachments")
    for attachment in attached if isinstance(attached, list) else []:
        if isinstance(attachment, Mapping):
            texts += [attachment.get(name) for name in ("pretext", "title_link", "from_url", "text")]
            texts += _leads(attachment.get("blocks"))
    return " ".join(text for text in texts if isinstance(text, str))


def _leads(blocks: object, depth: int = 8) -> list[object]:
    """The texts and addresses in blocks, however they are nested."""
    if isinstance(blocks, list):
        return [found for one in blocks for found in _leads(one, depth)]
    if not isinstance(blocks, Mapping) or depth == 0:
        return []
    here = [value for name, value in blocks.items() if name in {"text", "url"} and isinstance(value, str)]
    deeper = (value for value in blocks.values() if isinstance(value, list | Mapping))
    return [*here, *(found for value in deeper for found in _leads(value, depth - 1))]


def _parse_event(body: Payload, tenant: str, actor: Actor) -> Intent:
    event = _inner(body, "event")
    if event.get("type") == "function_executed":
        return Intent(
            kind="event",
            name="function_executed",
            text=str(_inner(event, "function").get("callback_id", "")),
            tenant_id=tenant,
            actor=actor,
            value=str(event.get("function_execution_id", "")),
            state=_inner(event, "inputs"),
        )
    intent = Intent(
        kind="event",
        name=str(event.get("type", "")),
        text=str(event.get("text", "")),
        tenant_id=tenant,
        actor=actor,
        channel=event.get("channel") if isinstance(event.get("channel"), str) else None,
        thread=event.get("thread_ts"),
        message=event.get("message_ts") or event.get("ts"),
        value=str(event.get("tab") or ""),
        view_hash=_inner(event, "view").get("hash"),
        metadata=str(_installation(body).get("user_id") or ""),
    )
    return _with_links(intent, body) if intent.name == "link_shared" else intent


def _with_links(intent: Intent, body: Payload) -> Intent:
    """Links of ours in a message: the text is the links, and the state says how to answer and who reads along."""
    event = _inner(body, "event")
    links = event.get("links")
    found = [_inner({"link": link}, "link").get("url") for link in (links if isinstance(links, list) else [])]
    answering = {name: event.get(name) for name in ("unfurl_id", "source")}
    state = {**answering, "outside": bool(body.get("is_ext_shared_channel"))}
    return replace(intent, text=" ".join(url for url in found if isinstance(url, str)), state=state)


def _parse_action(body: Payload, tenant: str, actor: Actor) -> Intent:
    action = _first_action(body)
    view, container = _inner(body, "view"), _inner(body, "container")
    chosen = action.get("selected_option")
    value = action.get("value") or (chosen.get("value") if isinstance(chosen, Mapping) else "") or ""
    return Intent(
        kind="action",
        name=str(action.get("action_id", "")),
        tenant_id=tenant,
        actor=actor,
        channel=_inner(body, "channel").get("id"),
        thread=container.get("thread_ts") or container.get("message_ts"),
        response_url=body.get("response_url"),
        trigger_id=body.get("trigger_id"),
        value=str(value),
        ephemeral=bool(container.get("is_ephemeral")),
        beside=_inner(body, "message").get("subtype") == "thread_broadcast",
        home=view.get("type") == "home",
        view_id=view.get("id"),
        view_hash=view.get("hash"),
        metadata=str(view.get("private_metadata", "")),
        state=_inner(view, "state").get("values", {}),
    )


def _parse_view(kind: str, body: Payload, tenant: str, actor: Actor) -> Intent:
    view = _inner(body, "view")
    return Intent(
        kind=kind,
        name=str(view.get("callback_id", "")),
        tenant_id=tenant,
        actor=actor,
        trigger_id=body.get("trigger_id"),
        view_id=view.get("id"),
        view_hash=view.get("hash"),
        metadata=str(view.get("private_metadata", "")),
        state=_inner(view, "state").get("values", {}),
        fields=tuple(fields_of(view)),
        who=str(_inner(body, "user").get("name") or _inner(body, "user").get("username") or ""),
        where=str(_inner(body, "team").get("domain") or ""),
    )


def _parse_options(body: Payload, tenant: str, actor: Actor) -> Intent:
    """`block_suggestion`: what was typed into a list that asks us."""
    view = _inner(body, "view")
    return Intent(
        kind="options",
        name=str(body.get("action_id", "")),
        tenant_id=tenant,
        actor=actor,
        text=str(body.get("value") or ""),
        view_id=view.get("id"),
        metadata=str(view.get("private_metadata", "")),
        state=_inner(view, "state").get("values", {}),
        block=str(body.get("block_id", "")),
    )


def spoken(intent: Intent) -> Intent:
    """What a mention asks for: the words after it, else before it; a copied command is what it would do."""
    before, mention, after = intent.text.partition(f"<@{intent.metadata}>")
    said = (after.strip() or before.strip()) if mention else before.strip()
    word, rest = word_of(as_typed(said))
    if word.strip(_AROUND) == _COMMAND:
        word, rest = word_of(rest)
    return replace(
        intent,
        kind="command",
        name=word.strip(_AROUND),
        text=rest.strip(" `"),
        spoken=True,
        value="",
        metadata="",
    )


def read_value(value: str) -> dict[str, str]:
    """What one of our buttons carries; empty where it is not ours or too old to be understood."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): str(item) for key, item in found.items()}
