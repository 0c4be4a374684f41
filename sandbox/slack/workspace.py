"""What all parts of the simulator share: the world, the app, tickets, limits and settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sandbox.slack.app import App
from sandbox.slack.rate_limits import RateLimits
from sandbox.slack.tickets import Tickets
from sandbox.slack.values import Json, Message
from sandbox.slack.world import World


@dataclass(kw_only=True, slots=True)
class Settings:
    """What may be changed while the simulator runs. All times are seconds of real time.

    `transport` is `socket` or `http`; within `ack_seconds` the app must acknowledge, and within `trigger_seconds`
    open the form that was asked for; `retry_delays` are the waits before the three retries of an event;
    `page_size` bounds pages of lists, `empty_pages` puts an empty page with a cursor before the first;
    `only_people_make_channels` is the workspace's own setting;
    `token_error` is what every token gets, such as `token_revoked`.
    """

    transport: str = "socket"
    request_url: str = ""
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    down: bool = False
    token_error: str = ""
    page_size: int = 1000
    empty_pages: bool = False
    only_people_make_channels: bool = False


@dataclass(kw_only=True, slots=True)
class Workspace:
    """One workspace with one app installed. `emit` sends an event to the app, `new_socket_url` makes
    a WebSocket URL for it; both are set by the delivery. The app is what the manifest of the day says."""

    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"app", "base_url"})

    world: World
    app: App
    tickets: Tickets
    limits: RateLimits
    settings: Settings
    base_url: str = ""
    emit: Callable[[str, Json], None] = field(default=lambda _subscription, _event: None)
    new_socket_url: Callable[[], str] = field(default=lambda: "")

    def mine(self, message: Message) -> bool:
        """Whether the app wrote the message."""
        return message.bot_id == self.app.bot_id


class SlackError(Exception):
    """A call is refused with Slack's `error` word and whatever else stands in the answer."""

    def __init__(
        self, error: str, *, status: int = 200, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    @property
    def body(self) -> Json:
        """The answer's JSON."""
        return {"ok": False, "error": self.error, **self.extra}


def refuse_problems(error: str, problems: list[Any]) -> SlackError:
    """Return the refusal that points at each broken rule, in both places where Slack lists them."""
    words = [str(p) for p in problems]
    return SlackError(
        error, errors=words, response_metadata={"messages": [f"[ERROR] {word}" for word in words]}
    )
