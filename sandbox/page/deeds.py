"""What people do on the page, by the verbs of `sandbox.slack.people`: the app gets exactly what Slack sends.

A deed is JSON: `do` names it, the rest are its arguments. What is touched is named as it was drawn:
`{"message": {"channel", "ts", "revision"}}` or `{"view": id}`, with `element` as `block_id/action_id`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.page.sight import Sight
from sandbox.slack.people import Person, Target
from sandbox.slack.screen import NotThere, elements_on, names_of
from sandbox.slack.simulator import SlackSimulator
from sandbox.slack.values import Json, Message, View

_WITHOUT_SLACK = frozenset({"read", "write", "dismiss"})
_GONE = "That is no longer on your screen."


class Deeds:
    """Does what the page asks in a person's name."""

    def __init__(self, slack: SlackSimulator, sight: Sight) -> None:
        self._slack = slack
        self._sight = sight
        self._table: dict[str, Callable[[Person, Json], Awaitable[Any]]] = {
            "type": self._type,
            "press": self._press,
            "choose": self._choose,
            "write": self._write,
            "options": self._options,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "home": self._home,
            "read": self._read,
            "join": self._join,
            "leave": self._leave,
            "dismiss": self._dismiss,
        }

    async def do(self, me: str, deed: Json) -> Any:
        """Do one thing; `NotThere` where the person could not."""
        verb = self._table.get(str(deed.get("do")))
        if verb is None:
            raise NotThere(f"Nobody can {deed.get('do')!r} here.")
        if self._slack.settings.down and deed["do"] not in _WITHOUT_SLACK:
            raise NotThere("Slack cannot be reached. Try again in a moment.")
        return await verb(self._slack.person(me), deed)

    def _target(self, person: Person, deed: Json) -> tuple[Target, bool]:
        """What is touched, and whether the person saw an older revision of it."""
        if "message" not in deed:
            return self._view(person, deed), False
        place = deed["message"]
        now = self._slack.world.message(place["channel"], place["ts"])
        if now is None:
            raise NotThere(_GONE)
        if place["revision"] == now.revision:
            return now, False
        seen = self._sight.remembered(place["channel"], place["ts"], int(place["revision"]))
        if seen is None:
            raise NotThere(_GONE)
        return seen, True

    def _view(self, person: Person, deed: Json) -> View:
        view = self._slack.world.views.get(deed["view"])
        if view is None or view.user != person.id:
            raise NotThere(_GONE)
        return view

    def _message(self, person: Person, deed: Json) -> Message:
        target, _ = self._target(person, deed)
        if not isinstance(target, Message):
            raise NotThere(_GONE)
        return target

    async def _type(self, person: Person, deed: Json) -> None:
        await person.types(deed["text"], channel=deed["channel"], thread=deed.get("thread", ""))

    async def _press(self, person: Person, deed: Json) -> None:
        target, stale = self._target(person, deed)
        confirm, option = bool(deed.get("confirmed")), deed.get("option", "")
        await person.clicks(target, deed["element"], confirm=confirm, option=option, stale=stale)

    async def _choose(self, person: Person, deed: Json) -> None:
        target, stale = self._target(person, deed)
        confirm = bool(deed.get("confirmed"))
        await person.chooses(target, deed["element"], deed["value"], confirm=confirm, stale=stale)

    async def _write(self, person: Person, deed: Json) -> None:
        target, _ = self._target(person, deed)
        if not any(deed["element"] in names_of(block, element) for block, element in elements_on(target)):
            # The app replaced the field while it was typed into; what was typed goes with it, as in Slack.
            return
        await person.writes(target, deed["element"], deed["value"])

    async def _options(self, person: Person, deed: Json) -> list[Json]:
        target, _ = self._target(person, deed)
        return await person.looks_up(target, deed["element"], deed["query"])

    async def _submit(self, person: Person, deed: Json) -> dict[str, str]:
        return await person.submits(self._view(person, deed))

    async def _close(self, person: Person, deed: Json) -> None:
        await person.closes(self._view(person, deed), everything=bool(deed.get("everything")))

    async def _shortcut(self, person: Person, deed: Json) -> None:
        message = self._message(person, deed) if "message" in deed else None
        await person.runs_shortcut(deed["name"], message=message)

    async def _home(self, person: Person, deed: Json) -> None:
        person.opens_home(deed.get("tab", "home"))

    async def _read(self, person: Person, deed: Json) -> None:
        channel = person.channel(deed["channel"])
        key = (person.id, channel.id)
        if deed["ts"] > self._sight.read_up_to.get(key, ""):
            self._sight.read_up_to[key] = deed["ts"]
            self._slack.world.changed("read", f"{person.id}/{channel.id}")

    async def _join(self, person: Person, deed: Json) -> None:
        person.joins(deed["channel"])

    async def _leave(self, person: Person, deed: Json) -> None:
        person.leaves(deed["channel"])

    async def _dismiss(self, person: Person, deed: Json) -> None:
        message = self._message(person, deed)
        if message.only_for != person.id:
            raise NotThere("Only what nobody else sees can be dismissed.")
        self._slack.world.delete_message(message)
