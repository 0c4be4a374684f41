"""`/_sandbox/`: what people do and see, for other processes.

- `GET state`: the whole workspace (`shapes.world_json`). `GET violations`: what the app did wrong.
- `GET people/{name}?channel=&thread=`: what one person sees: messages, modal, home, errors.
- `POST people/{name}/{verb}`: a verb of `people.Person` with its arguments as JSON. A message is named
  `{"message": {"channel": .., "ts": ..}}`, a view `{"view": id}`, or `modal` or `home`.
- `POST settings`: fields of `Settings`, and `rate_scale`. `POST delivery-faults`: see `DeliveryFault`.
- `POST disconnect`: `{"reason": "refresh_requested", "close": true}`, or `{"reason": "abort"}`.

The feed is in `feed.py`; faults of the Web API's answers are those of `sandbox.kit`.
"""

import inspect
import json
from dataclasses import asdict
from typing import Any, Protocol

from aiohttp import web

from sandbox.kit import CONTROL
from sandbox.slack.delivery import Delivery
from sandbox.slack.feed import Feed
from sandbox.slack.people import Person, Target
from sandbox.slack.screen import NotThere, text_on
from sandbox.slack.shapes import kept_message_json, kept_view_json, world_json
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.values import Json, Message, View
from sandbox.slack.workspace import Workspace

VERBS = frozenset(
    {
        "types",
        "clicks",
        "chooses",
        "submits",
        "closes",
        "searches",
        "runs_shortcut",
        "opens_home",
        "joins",
        "leaves",
        "invites",
        "removes",
        "renames",
        "archives",
    }
)
_SETTINGS = frozenset(
    {"transport", "request_url", "ack_seconds", "trigger_seconds", "page_size", "empty_pages"}
)


class Controlled(Protocol):
    """What the controls need of the simulator."""

    workspace: Workspace
    delivery: Delivery
    socket: SocketMode

    def person(self, name: str) -> Person:
        """Return a person by handle or id."""
        ...

    def go_down(self, *, down: bool = True) -> None:
        """Make Slack unavailable, or bring it back."""
        ...

    def break_token(self, error: str = "token_revoked") -> None:
        """Answer every token with `error`."""
        ...


class Controls:
    """The control routes of one simulator."""

    def __init__(self, slack: Controlled) -> None:
        self._slack = slack
        self._workspace = slack.workspace

    def add_routes(self, app: web.Application) -> None:
        """Add the routes."""
        router = app.router
        router.add_get(f"{CONTROL}/state", self._get_state)
        router.add_get(f"{CONTROL}/violations", self._get_violations)
        router.add_get(f"{CONTROL}/people/{{name}}", self._get_person)
        router.add_post(f"{CONTROL}/people/{{name}}/{{verb}}", self._post_verb)
        router.add_post(f"{CONTROL}/settings", self._post_settings)
        router.add_post(f"{CONTROL}/delivery-faults", self._post_delivery_fault)
        router.add_post(f"{CONTROL}/disconnect", self._post_disconnect)
        router.add_get(f"{CONTROL}/feed", Feed(self._workspace).handle)

    async def _get_state(self, _request: web.Request) -> web.Response:
        return web.json_response(world_json(self._workspace.world, self._workspace.app))

    async def _get_violations(self, _request: web.Request) -> web.Response:
        return web.json_response([asdict(v) for v in self._workspace.world.violations])

    async def _get_person(self, request: web.Request) -> web.Response:
        try:
            person = self._slack.person(request.match_info["name"])
            return web.json_response(self._screen(person, request.query))
        except (NotThere, KeyError) as error:
            return web.json_response({"error": str(error)}, status=404)

    def _screen(self, person: Person, query: Any) -> Json:
        screen: Json = {
            "user": person.id,
            "modal": self._view(person.modal),
            "home": self._view(person.home),
            "errors": [asdict(n) for n in person.errors],
        }
        if "channel" in query:
            seen = person.sees(query["channel"], thread=query.get("thread", ""))
            screen["messages"] = [self._message(m) for m in seen]
        return screen

    def _message(self, message: Message) -> Json:
        shape = kept_message_json(self._workspace.world, self._workspace.app, message)
        return {**shape, "words": text_on(message)}

    def _view(self, view: View | None) -> Json | None:
        if view is None:
            return None
        shape = kept_view_json(self._workspace.world, self._workspace.app, view)
        return {**shape, "words": text_on(view)}

    def _target(self, person: Person, given: Json) -> dict[str, Any]:
        if "message" in given:
            place = given.pop("message")
            found: Target | None = self._workspace.world.message(place["channel"], place["ts"])
        elif "view" in given:
            name = given.pop("view")
            shown = {"modal": person.modal, "home": person.home}
            found = shown[name] if name in shown else self._workspace.world.views.get(name)
        else:
            return {}
        if found is None:
            raise NotThere("no such message or view")
        return {"target": found}

    async def _post_verb(self, request: web.Request) -> web.Response:
        verb = request.match_info["verb"]
        if verb not in VERBS:
            return web.json_response({"error": f"no verb {verb!r}"}, status=404)
        try:
            person = self._slack.person(request.match_info["name"])
            before = len(person.errors)
            given = await request.json()
            found = self._target(person, given)
            result = await self._do(person, verb, found.get("target"), given)
        except (NotThere, KeyError, TypeError, json.JSONDecodeError) as error:
            return web.json_response({"error": str(error)}, status=409)
        told = [asdict(n) for n in person.errors[before:]]
        return web.json_response({"result": result, "errors": told})

    async def _do(self, person: Person, verb: str, target: Target | None, given: Json) -> Any:
        method = getattr(person, verb)
        if verb == "runs_shortcut":
            outcome = method(given.pop("shortcut"), message=target)
        elif target is not None:
            outcome = method(target, **given)
        else:
            outcome = method(**given)
        value = await outcome if inspect.isawaitable(outcome) else outcome
        return self._message(value) if isinstance(value, Message) else value

    async def _post_settings(self, request: web.Request) -> web.Response:
        given = await request.json()
        settings = self._workspace.settings
        for name in _SETTINGS & set(given):
            setattr(settings, name, given[name])
        if "retry_delays" in given:
            settings.retry_delays = tuple(given["retry_delays"])
        if "rate_scale" in given:
            self._workspace.limits.reset(given["rate_scale"])
        if "down" in given:
            self._slack.go_down(down=given["down"])
        if "token_error" in given:
            self._slack.break_token(given["token_error"])
        unknown = sorted(set(given) - _SETTINGS - {"retry_delays", "rate_scale", "down", "token_error"})
        if unknown:
            return web.json_response({"error": f"unknown settings: {unknown}"}, status=400)
        return web.json_response(asdict(settings))

    async def _post_delivery_fault(self, request: web.Request) -> web.Response:
        given = await request.json()
        self._slack.delivery.fault(given["kind"], about=given.get("about", ""), times=given.get("times", 1))
        return web.Response(status=204)

    async def _post_disconnect(self, request: web.Request) -> web.Response:
        given = await request.json()
        if given.get("reason") == "abort":
            self._slack.socket.abort()
        else:
            await self._slack.socket.say_disconnect(
                given.get("reason", "refresh_requested"), close=given.get("close", True)
            )
        return web.Response(status=204)
