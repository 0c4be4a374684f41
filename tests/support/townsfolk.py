"""What people do with a release, stubbornly: whoever is told that nothing happened tries again, and no one else."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from sandbox.gitgrowth import grow
from sandbox.slack.people import Person
from sandbox.slack.screen import NotThere, text_on
from sandbox.slack.values import Message, View
from sandbox.slack.world import NotSeen
from tests.support.town import Town

VERSION = "2.14.0"
LATE_FIX = "fix: keep the cart when the app is killed (#812)"
# A killed bot has to start, and to wait for leases and for a provider's own delay, several times over.
PATIENCE = 300.0
_SOON = 8.0

Seen = Callable[[], Any]


class Townsfolk:
    """The captain Ann, the approvers Bo and Cleo, developers and testers.

    `acting` is called with the name of each act just before somebody acts for the first time.
    """

    def __init__(self, town: Town, *, acting: Callable[[str], None] = lambda _act: None) -> None:
        self._town = town
        self._slack = town.world.slack
        self._acting = acting
        self._acted: set[str] = set()
        self.ann, self.bo, self.cleo = (self._slack.person(name) for name in ("ann", "bo", "cleo"))
        self.home = self._slack.world.channel("releases").id

    async def play(self) -> None:
        """From `/release start` to the published notes, with a second cycle after a late fix."""
        await self.start()
        await self.until("the request for approval", lambda: self.asked() == 1)
        self.test()
        await self.fix_late()
        await self.until("the second request", lambda: self.asked() == 2)
        self.test()
        self.finish_tickets()
        await self.approve()
        await self.until("the end", lambda: self.told("ready for submission"))
        await self.rest()

    async def start(self) -> None:
        """Ann fills in the form, looks at the plan and starts; again, where Slack says that it did not work.

        Not before the bot has come up for the first time, which on a busy machine takes its time.
        """
        await self.until("the bot", lambda: self._slack.socket.connections)
        end = time.monotonic() + PATIENCE
        while self.card() is None:
            if time.monotonic() > end:
                raise NotSeen("the release was never created")
            await self._step(self.ann.modal)

    async def _step(self, modal: View | None) -> None:
        """Go on from what is on Ann's screen."""
        words = text_on(modal) if modal is not None else ""
        try:
            if modal is None:
                await self._do(
                    "types /release start", lambda: self.ann.types("/release start", channel="releases")
                )
                await self._soon(lambda: self.ann.modal or self.card())
            elif modal.body["title"]["text"] == "Check the plan":
                await self._do("starts the release", lambda: self.ann.submits(modal))
            elif modal.body.get("submit"):
                await self._do("sends the form", lambda: self.ann.submits(modal, self._form()))
            elif "Creating" in words or "is planned" in words:
                # It was acknowledged: from here on nobody may have to ask twice.
                await self.until("the card", self.card)
            else:
                await self.ann.closes(modal, everything=True)
        except NotThere:
            # The screen changed under her fingers; she looks again.
            await self._soon(self.card)

    def _form(self) -> dict[str, Any]:
        now = int(time.time())
        return {
            "Android version": VERSION,
            "iOS version": VERSION,
            "Kick-off": now - 30,
            "Target": now + 7200,
            "Regression slot 1": now - 20,
            "Automated tests": ["Run them in every cycle"],
        }

    def test(self) -> None:
        """Testers run every case of both test runs, and all pass."""
        self._town.world.lab.pass_all()

    def finish_tickets(self) -> None:
        """The tickets are moved to Done."""
        self._town.world.tracker.finish_all()

    async def fix_late(self) -> None:
        """Dan pushes a fix to the release branch, and Ann asks for one more cycle."""
        grow(self._town.world.git, f"release/{VERSION}", [LATE_FIX])
        await self.commands("/release cycle automation", lambda: self.shown("rc.2"))

    async def approve(self) -> None:
        """Bo for QA, then Cleo for product."""
        await self._click(self.bo, lambda: self._signed("qa"))
        await self._click(self.cleo, lambda: self.told("approved Stage 3"))

    async def commands(self, words: str, seen: Seen) -> None:
        """Ann types a command once more only where Slack said that it failed and the bot did not keep it."""
        while not seen():
            kept, told = await self._kept(), len(self.ann.errors)
            await self._do(f"types {words}", lambda: self.ann.types(words, channel="releases"))
            if len(self.ann.errors) == told or await self._kept() > kept:
                await self.until(f"what became of {words}", seen)

    async def _kept(self) -> int:
        return await self._town.count("SELECT count(*) FROM inbox WHERE kind = 'command'")

    async def _click(self, who: Person, seen: Seen) -> None:
        end = time.monotonic() + PATIENCE
        while not seen():
            if time.monotonic() > end:
                raise NotSeen(f"the approval of {who.user.name} was never heard")
            gate = await self.until("the button", self._gate_with_button)
            with suppress(NotThere):  # the card was edited just then
                await self._do(
                    f"{who.user.name} approves", partial(who.clicks, gate, "gate.approve", confirm=True)
                )
            await self._soon(seen)

    async def _do(self, act: str, verb: Callable[[], Any]) -> None:
        """Act where the bot can be reached: who clicks in vain all the time is no help."""
        await self._soon(lambda: self._slack.socket.connections)
        if act not in self._acted:
            self._acted.add(act)
            self._acting(act)
        await verb()

    async def rest(self) -> None:
        """Nothing is left to be said or answered: whatever was stored has gone out."""
        for table in ("inbox", "outbox"):
            while await self._town.count(f"SELECT count(*) FROM {table} WHERE not_before_ms IS NOT NULL"):  # noqa: S608 - two fixed words
                await self._soon(lambda: False, within=0.1)

    # --- seeing ---

    async def until(self, what: str, seen: Seen, *, within: float = PATIENCE) -> Any:
        """Wait for something in Slack; NotSeen with the story so far."""
        try:
            return await self._slack.until(seen, within=within)
        except NotSeen as error:
            story = "\n".join(message.text for message in self.thread())
            raise NotSeen(f"{what} was not seen within {within} s. The thread so far:\n{story}") from error

    async def _soon(self, seen: Seen, *, within: float = _SOON) -> None:
        try:
            await self._slack.until(seen, within=within)
        except NotSeen:
            return

    def keyed(self, prefix: str) -> list[Message]:
        """The bot's messages in the home channel whose keys begin so, oldest first."""
        return [m for m in self._slack.world.messages[self.home].values() if key_of(m).startswith(prefix)]

    def card(self) -> Message | None:
        """The release's card."""
        return next(iter(self.keyed("card:")), None)

    def thread(self) -> list[Message]:
        """What stands under the card."""
        card = self.card()
        return self._slack.world.replies(card) if card is not None else []

    def told(self, words: str) -> int:
        """How many notices in the thread say so."""
        return sum(words in m.text for m in self.thread() if key_of(m).startswith("notice:"))

    def shown(self, words: str) -> int:
        """How many chapters in the thread say so."""
        return sum(words in text_on(m) for m in self.thread() if key_of(m).startswith("chapter:"))

    def asked(self) -> int:
        """How many times people were asked to approve Stage 3; a copy of a card asks nothing new."""
        return len({key_of(m) for m in self.keyed("gate:") if "Stage 3" in text_on(m)})

    def _signed(self, area: str) -> bool:
        """Whether the newest approval card shows a signature for an area."""
        gates = self.keyed("gate:")
        lines = text_on(gates[-1]).splitlines() if gates else []
        return any(area in line and ("signed by" in line or "Approved by" in line) for line in lines)

    def _gate_with_button(self) -> Message | None:
        gates = [m for m in self.keyed("gate:") if "gate.approve" in str(m.blocks)]
        return gates[-1] if gates else None


def key_of(message: Message) -> str:
    """Our key of a message, empty where it has none."""
    payload = (message.metadata or {}).get("event_payload") or {}
    return str(payload.get("key", ""))
