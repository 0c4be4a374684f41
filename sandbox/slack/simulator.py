"""The Slack simulator: one workspace behind one port.

    slack = SlackSimulator()
    await slack.start()
    client = AsyncWebClient(token=slack.app_install.bot_token, base_url=f"{slack.url}/api/")

`clock` is Slack's own clock (timestamps, expiries, rate limits); `wall` is real time, for signatures.
"""

import time
from collections.abc import Callable
from typing import ClassVar, TypeVar

from sandbox.kit import Fault, FaultKind, Simulator
from sandbox.slack.app import App
from sandbox.slack.cabinet import Cabinet
from sandbox.slack.controls import Controls
from sandbox.slack.delivery import Delivery, DeliveryFault
from sandbox.slack.interactions import Interactions
from sandbox.slack.people import Person
from sandbox.slack.rate_limits import RateLimits
from sandbox.slack.replies import ResponseUrls
from sandbox.slack.seed import seed_app, seed_team
from sandbox.slack.signed_http import SignedHttp
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.tickets import Tickets
from sandbox.slack.values import StepRun, Violation
from sandbox.slack.web_api import WebApi
from sandbox.slack.web_functions import run_step
from sandbox.slack.workspace import Settings, Workspace
from sandbox.slack.world import World

T = TypeVar("T")


class SlackSimulator(Simulator):
    """A strict, stateful Slack workspace with one app installed."""

    name = "slack"
    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"app_install"})

    def __init__(
        self,
        *,
        app: App | None = None,
        clock: Callable[[], float] = time.time,
        wall: Callable[[], float] = time.time,
        settings: Settings | None = None,
        rate_scale: float = 1.0,
        seeded: bool = True,
    ) -> None:
        super().__init__()
        world = World(clock=clock)
        self.app_install = app or App()
        self.settings = settings or Settings()
        self.workspace = Workspace(
            world=world,
            app=self.app_install,
            tickets=Tickets(
                clock=clock, new_id=world.new_id, trigger_seconds=lambda: self.settings.trigger_seconds
            ),
            limits=RateLimits(clock=clock, scale=rate_scale),
            settings=self.settings,
        )
        self.socket = SocketMode(self.workspace)
        self.http = SignedHttp(self.workspace, wall=wall)
        self.delivery = Delivery(self.workspace, {"socket": self.socket, "http": self.http})
        self.interactions = Interactions(self.workspace, self.delivery)
        self.workspace.new_socket_url = self.socket.new_url
        seed_app(world, self.app_install)
        if seeded:
            seed_team(world)
        self._routes()

    def _routes(self) -> None:
        api, replies = WebApi(self.workspace), ResponseUrls(self.workspace)
        self.app.router.add_route("*", "/api/{method}", api.handle)
        self.app.router.add_post("/response/{team}/{ticket}", replies.handle)
        Cabinet(self.workspace).add_routes(self.app)
        self.app.router.add_get("/link/", self.socket.handle)
        Controls(self).add_routes(self.app)

    async def start(self, port: int = 0) -> str:
        """Listen on a loopback port (0: any free one) and return the base URL."""
        self.workspace.base_url = await super().start(port)
        return self.workspace.base_url

    async def stop(self) -> None:
        """Stop delivering, close sockets and the port."""
        await self.delivery.close()
        await self.socket.close()
        await self.http.close()
        await super().stop()

    @property
    def world(self) -> World:
        """The state of the workspace."""
        return self.workspace.world

    @property
    def violations(self) -> list[Violation]:
        """What the app did that Slack refuses or resents."""
        return self.workspace.world.violations

    def person(self, name: str) -> Person:
        """Return a person by handle or id."""
        return Person(self.workspace, self.interactions, self.world.user(name).id)

    def run_step(self, name: str, **inputs: str) -> StepRun:
        """Reach a step of a workflow that the app offers; see `world.steps` for what becomes of it."""
        return run_step(self.workspace, name, inputs)

    async def until(self, predicate: Callable[[], T], *, within: float = 10.0) -> T:
        """Return the predicate's first true value, asked again at each change; `NotSeen` when time is up."""
        return await self.world.until(predicate, within=within)

    def deliver_over_http(self, request_url: str) -> None:
        """Send everything to a request URL from now on."""
        self.settings.transport = "http"
        self.settings.request_url = request_url

    def delivery_fault(self, kind: str, *, about: str = "", times: int = 1) -> DeliveryFault:
        """Order a fault on the way to the app; see `sandbox.slack.delivery.DeliveryFault`."""
        return self.delivery.fault(kind, about=about, times=times)

    def storm(self, *, method: str = ".*", times: int = 1, seconds: int = 1) -> Fault:
        """Answer the next `times` calls of the methods that match with 429 and `Retry-After: seconds`."""
        return self.fault(
            path=f"/api/{method}",
            kind=FaultKind.ANSWER_BEFORE,
            times=times,
            status=429,
            headers={"Retry-After": str(seconds), "Content-Type": "application/json; charset=utf-8"},
            body='{"ok":false,"error":"ratelimited"}',
        )

    def go_down(self, *, down: bool = True) -> None:
        """Make all of Slack unavailable, sockets included, or bring it back."""
        self.settings.down = down
        if down:
            self.socket.abort()
        self.world.changed("setting", "down")

    def break_token(self, error: str = "token_revoked") -> None:
        """Answer every token with `error` from now on (`token_revoked`, `account_inactive`); '' heals it."""
        self.settings.token_error = error
        self.world.changed("setting", "token")
        if error == "token_revoked":
            tokens = {"oauth": [], "bot": [self.app_install.bot_user]}
            event = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.world.new_ts()}
            self.workspace.emit("tokens_revoked", event)
