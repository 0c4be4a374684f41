"""The Slack adapter against its simulator over TCP, with a clock in the test's hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache

from aiohttp import ClientSession

from integrations.slack import (
    SlackNotification,
    SlackSecrets,
    SlackSettings,
    SlackWeb,
    open_client,
    open_session,
)
from orchestration.ports.notification import Json, Message, MessageRef
from sandbox.kit import Exchange, FaultKind
from sandbox.slack import App, Channel, SlackSimulator
from sandbox.slack import Message as Shown
from sandbox.slack.app import DEFAULT_SCOPES
from tests.support.oracle import Oracle, oracle

START = 1_790_000_000.0
HISTORY = frozenset({"channels:history", "groups:history", "im:history"})
METHODS = {
    "send_message": "chat.postMessage",
    "update_message": "chat.update",
    "delete_message": "chat.delete",
    "find_message": "conversations.(history|replies)",
    "send_ephemeral": "chat.postEphemeral",
    "open_direct": "conversations.open",
    "send_file": "files.completeUploadExternal",
    "find_file": "conversations.(history|replies)",
}
SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "*Ready*"}, "block_id": "a"}
"""With an id of ours: Slack gives one to a block that has none."""


class Clock:
    """Seconds since 1970 that pass only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


def message(key: str = "card:1", *, channel: str, text: str = "Ready", **changes: object) -> Message:
    """A message to send."""
    made = Message(key=key, channel=channel, text=text, blocks=(SECTION,))
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names fields of Message


@dataclass(kw_only=True)
class SlackRig:
    """One adapter and the workspace that it talks to."""

    simulator: SlackSimulator
    session: ClientSession
    clock: Clock
    web: SlackWeb
    slack: SlackNotification

    @property
    def channel(self) -> str:
        """A public channel with everybody in it but the bot."""
        return self.simulator.world.channel("releases").id

    @property
    def user(self) -> str:
        """Somebody in the channel."""
        return self.simulator.world.user("ann").id

    @property
    def outsider(self) -> str:
        """Somebody who is in no channel."""
        return self.simulator.world.user("out").id

    def put_channel(self, name: str, **changes: object) -> Channel:
        """Change a channel, as a person does."""
        channel = self.simulator.world.channel(name)
        return self.simulator.world.put_channel(replace(channel, **changes))  # type: ignore[arg-type]  # see above

    def archive(self) -> None:
        """Archive the channel."""
        self.put_channel("releases", archived=True)

    def shown(self, ref: MessageRef) -> tuple[str, list[Json]]:
        """Text and blocks as people see them."""
        found = self._message(ref)
        return found.text, list(found.blocks)

    def _message(self, ref: MessageRef) -> Shown:
        found = self.simulator.world.message(ref.channel, ref.ts)
        assert found is not None
        return found

    def count(self, key: str) -> int:
        """How many messages carry the key."""
        everything = (m for of in self.simulator.world.messages.values() for m in of.values())
        return sum((m.metadata or {}).get("event_payload", {}).get("key") == key for m in everything)

    def replies(self, ref: MessageRef) -> list[tuple[str, bool]]:
        """The text of each reply, and whether the channel sees it too."""
        return [(m.text, m.broadcast) for m in self.simulator.world.replies(self._message(ref))]

    def whispers(self, user: str) -> list[str]:
        """What only this person has been shown."""
        everything = (m for of in self.simulator.world.messages.values() for m in of.values())
        return [m.text for m in everything if m.only_for == user]

    def lose_answer(self, verb: str) -> None:
        """The next call of the verb has its effect, and its answer is lost."""
        self.simulator.fault(path=f"/api/{METHODS[verb]}$|/api/{METHODS[verb]}\\?", kind=FaultKind.DROP_AFTER)

    def limit(self, verb: str, seconds: int) -> None:
        """The next call of the verb is one too many."""
        self.simulator.fault(
            path=f"/api/{METHODS[verb]}",
            status=429,
            headers={"Retry-After": str(seconds), "Content-Type": "application/json"},
            body='{"ok": false, "error": "ratelimited"}',
        )

    def asked(self, method: str) -> int:
        """How many requests came for a method of the Web API."""
        return sum(exchange.path == f"/api/{method}" for exchange in self.simulator.record)

    def check(self) -> None:
        """Hold everything that was sent and answered against Slack's own description."""
        calls = [e for e in self.simulator.record if e.path.startswith("/api/")]
        if calls:
            judge(calls)


@asynccontextmanager
async def slack_rig(
    *, scopes: frozenset[str] = DEFAULT_SCOPES | HISTORY, patience: float = 10.0
) -> AsyncIterator[SlackRig]:
    """A workspace without rate limits, and an adapter for it."""
    clock = Clock()
    simulator = SlackSimulator(app=App(scopes=scopes), clock=clock, rate_scale=0)
    await simulator.start()
    world = simulator.world
    world.put_user(replace(world.user("dan"), id="U0OUTSIDER", name="out"))
    settings = SlackSettings(base_url=f"{simulator.url}/api", timeout=patience)
    secrets = SlackSecrets.model_validate({"bot_token": simulator.app_install.bot_token})
    async with open_session(settings) as session:
        web = SlackWeb(client=open_client(settings, secrets, session), session=session, clock=clock)
        rig = SlackRig(
            simulator=simulator,
            session=session,
            clock=clock,
            web=web,
            slack=SlackNotification(web=web),
        )
        try:
            yield rig
        finally:
            await simulator.stop()


@cache
def _description() -> Oracle:
    return oracle("slack.json", prefixes={"/api": ""})


def judge(exchanges: Sequence[Exchange]) -> int:
    """Hold exchanges against Slack's own description, and return how many."""
    return _description().check_all(exchanges)
