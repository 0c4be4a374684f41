"""What happens in the demo: people type and click in Slack, testers and developers work at the providers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from io import StringIO
from typing import Any, TypeVar

import aiohttp
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from bot.demo.speech import buttons_in_a_row, spoken
from sandbox.slack.remote import RemotePerson, RemoteSlack
from sandbox.slack.world import NotSeen

Message = dict[str, Any]

Seen = TypeVar("Seen")
Look = Callable[[], Awaitable[Seen | None]]

_VERSION = "2.14.0"
_STAGE_SECONDS = 90.0


class StoryError(Exception):
    """Something that should have been seen was not."""


class Story:
    """Plays the release and remembers what was seen."""

    def __init__(
        self, *, slack: RemoteSlack, addresses: dict[str, Any], console: Console, bot_port: str
    ) -> None:
        self.slack = slack
        self.addresses = addresses
        self.console = console
        self.bot_port = bot_port
        self.ann, self.bo, self.cleo = (slack.person(name) for name in ("ann", "bo", "cleo"))
        self.home: str = addresses["slack"]["channels"]["releases"]
        self.release_id = ""
        self.version = _VERSION
        self.highlights = Console(record=True, width=96, file=StringIO(), highlight=False)
        self._shown: set[str] = set()

    async def play(self) -> None:
        """From `/release start` to the published notes; what follows is `store_story`."""
        await self._listen_to_ci()
        await self._start()
        await self._first_cycle()
        await self._late_fix()
        await self._work_done_outside()
        await self._approve()

    async def _listen_to_ci(self) -> None:
        team, key = self.addresses["slack"]["team"], self.addresses["roles"]["cicd"]
        await self._at("cicd", "listen", {"url": f"http://127.0.0.1:{self.bot_port}/hooks/{team}/{key}"})

    async def _start(self) -> None:
        self.says("Ann", "/release start")
        await self.ann.types("/release start", channel="releases")
        modal = await self.until("the form", self.ann.modal)
        now = int(time.time())
        wrong = await self.ann.submits(
            modal, {"Android version": "2.14", "Target": now + 7200, "Regression slot 1": now - 60}
        )
        self._expect(len(wrong) == 2, f"two errors at their fields, not {wrong}")  # noqa: PLR2004 - both that were made
        for place, message in wrong.items():
            self.console.print(f"   [yellow]at {place.partition('@')[0]}:[/] {message}")
        errors = await self.ann.submits(
            modal,
            {
                "Android version": self.version,
                "iOS version": self.version,
                "Target": now + 7200,
                "Regression slot 1": int(time.time()) + 8,
                "Automated tests": ["Run them in every cycle"],
            },
        )
        self._expect(not errors, f"no errors, not {errors}")
        preview = await self.until("the preview of the plan", lambda: self._modal_with("Check the plan"))
        self.show(preview, "What will happen", "blue")
        self.says("Ann", "presses Start Release")
        await self.ann.submits(preview, {})
        card = await self.until("the card", self.card)
        self.release_id = card["metadata"]["event_payload"]["key"].removeprefix("card:")
        self.show(card, "The card in #releases", "cyan")

    async def _first_cycle(self) -> None:
        await self.tell_until("the approval card", lambda: self._gate("Approve Stage 3"))
        self.says("Ann", "/release why")
        await self.ann.types("/release why", channel="releases")
        answer = await self.until("the answer", lambda: self._ephemeral(self.ann))
        self.show(answer, "Only visible to Ann", "yellow")

    async def _late_fix(self) -> None:
        branch = f"release/{self.version}"
        await self._at(
            "scm",
            "commits",
            {"branch": branch, "titles": ["fix: keep the cart when the app is killed (#812)"]},
        )
        self.says("Dan", f"pushes a late fix to {branch}")
        await self.tell_until("the drift in the approval card", lambda: self._gate("untested commit"))
        self.says("Ann", "/release cycle automation")
        await self.ann.types("/release cycle automation", channel="releases")
        await self.tell_until("the second candidate", lambda: self._gate("rc.2"))

    async def _work_done_outside(self) -> None:
        self.says("Testers", "finish both test runs; the tickets are moved to Done")
        await self._at("test_platform", "tests/pass", {})
        await self._at("pm", "tickets/done", {})
        gate = await self.tell_until("the button", lambda: self._gate_with_button("gate.approve"))
        self.show(gate, "The approval card, with its evidence", "green", highlight=True)

    async def _approve(self) -> None:
        self.says("Bo (QA)", "presses Approve and confirms")
        await self.bo.clicks(await self._gate_now(), "gate.approve", confirm=True)
        await self.tell_until("Bo's signature", lambda: self._gate("signed by"))
        self.says("Cleo (product)", "presses Approve and confirms")
        await self.cleo.clicks(await self._gate_now(), "gate.approve", confirm=True)
        await self.tell_until("the end of Stage 3", lambda: self.card_with("Ready for submission"))
        card = await self.until("the card", self.card)
        self.show(card, "The living card in #releases, edited in place", "cyan")

    # --- seeing ---

    async def card(self) -> Message | None:
        """The release's card in the home channel."""
        return await self._keyed("card:")

    async def cards(self) -> list[Message]:
        """All cards in the home channel: there must be one."""
        return [m for m in await self.messages() if self.key(m).startswith("card:")]

    async def thread(self) -> list[Message]:
        """The card's thread, oldest first, without the card."""
        card = await self.card()
        if card is None:
            return []
        return (await self.ann.sees(self.home, thread=card["ts"]))[1:]

    async def messages(self) -> list[Message]:
        """What stands in the home channel, as Ann sees it."""
        return list(await self.ann.sees(self.home))

    async def _keyed(self, prefix: str) -> Message | None:
        found = [m for m in await self.messages() if self.key(m).startswith(prefix)]
        return found[-1] if found else None

    @staticmethod
    def key(message: Message) -> str:
        """The key that our own messages carry."""
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        return str(payload.get("key", ""))

    async def card_with(self, words: str) -> Message | None:
        """The card, once it says `words`."""
        card = await self.card()
        return card if card and words in card["words"] else None

    async def _gate_now(self) -> Message:
        gate = await self._keyed("gate:")
        if gate is None:
            raise StoryError("There is no approval card")
        return gate

    async def _gate(self, words: str) -> Message | None:
        gate = await self._keyed("gate:")
        return gate if gate and words in gate["words"] else None

    async def _gate_with_button(self, action_id: str) -> Message | None:
        gate = await self._keyed("gate:")
        if gate is None:
            return None
        buttons = [e.get("action_id") for b in gate.get("blocks", []) for e in b.get("elements", [])]
        return gate if action_id in buttons else None

    async def _ephemeral(self, person: RemotePerson) -> Message | None:
        found = [m for m in await person.sees(self.home) if m["only_for"]]
        return found[-1] if found else None

    async def _modal_with(self, title: str) -> Message | None:
        modal = await self.ann.modal()
        return modal if modal and modal["title"]["text"] == title else None

    # --- telling ---

    def says(self, who: str, what: str) -> None:
        """Print what a person does."""
        self.console.print(f"\n[bold cyan]{who}[/]  {what}")

    def _spoken(self, text: str) -> str:
        slack = self.addresses["slack"]
        return escape(spoken(text, people=slack["people"], channels=slack["channels"]))

    def show(self, message: Message, title: str, colour: str, *, highlight: bool = False) -> None:
        """Print a message as it is seen."""
        words = buttons_in_a_row(message["words"], message.get("blocks") or ())
        panel = Panel(self._spoken(words), title=title, border_style=colour)
        self.console.print(panel)
        if highlight:
            self.highlights.print(panel)

    async def tell_until(self, what: str, look: Look[Seen]) -> Seen:
        """Print the thread as it grows until `look` sees something."""

        async def tell() -> Seen | None:
            for message in await self.thread():
                if not self.key(message).startswith(("notice:", "chapter:")):
                    continue
                said = message["text"].partition(": ")[2]
                if said not in self._shown:
                    # A chapter is one message that is edited, so its words tell what is new.
                    self._shown.add(said)
                    self.console.print(f"   [dim]in the thread[/]  {self._spoken(said)}")
            return await look()

        return await self.until(what, tell)

    async def until(self, what: str, look: Look[Seen]) -> Seen:
        """What `look` sees first; StoryError where that takes too long."""
        try:
            seen = await self.slack.until(look, within=_STAGE_SECONDS)
        except NotSeen:
            seen = None
        if seen is None:
            raise StoryError(f"{what} was not seen within {_STAGE_SECONDS:.0f} s")
        return seen

    @staticmethod
    def _expect(holds: object, what: str) -> None:
        if not holds:
            raise StoryError(f"expected {what}")

    # --- the world outside Slack ---

    def _address(self, role: str) -> Any:  # noqa: ANN401 - JSON of the sandbox
        return self.addresses["providers"][self.addresses["roles"][role]]

    async def _at(self, role: str, path: str, body: dict[str, Any]) -> None:
        await self.order(self._address(role), path, body)

    async def order(self, provider: dict[str, Any], path: str, body: dict[str, Any]) -> None:
        """Have something done at a provider. StoryError where it is refused."""
        url = f"{provider['url']}/_sandbox/{path}"
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
            if answer.status >= 400:  # noqa: PLR2004 - HTTP
                raise StoryError(f"{provider['title']} refused {path}: {await answer.text()}")

    async def held(self, role: str) -> Any:  # noqa: ANN401 - JSON of a simulator
        """What the provider in this role holds."""
        return await self._read(self._address(role)["url"])

    def stores(self) -> list[Any]:
        """The app stores of this world."""
        return [self.addresses["providers"][key] for key in self.addresses["roles"]["app_stores"]]

    def gauges(self) -> list[Any]:
        """What counts sessions and crashes in this world."""
        return [self.addresses["providers"][key] for key in self.addresses["roles"]["release_health"]]

    async def held_by_stores(self) -> list[Any]:
        """What each app store holds, with its pair."""
        return [{**await self._read(shop["url"]), "pair": shop["pair"]} for shop in self.stores()]

    @staticmethod
    async def _read(url: str) -> Any:  # noqa: ANN401 - JSON of a simulator
        async with aiohttp.ClientSession() as session, session.get(f"{url}/_sandbox/member") as answer:
            return await answer.json()

    async def git(self, *words: str) -> str:
        """What git says of the provider's own repository."""
        run = await asyncio.create_subprocess_exec(
            "git", "-C", self.addresses["git"]["path"], *words, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await run.communicate()
        return out.decode().strip()
