"""A whole local world: Slack, and the chosen providers around one real git repository, each on a port of its own."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sandbox.gitgrowth import add_files
from sandbox.github.clone import clone_bare
from sandbox.gitrepo import GitRepo
from sandbox.keeping import keep, restore
from sandbox.kit import Simulator
from sandbox.page import Page
from sandbox.parts import PARTS, Cast, NoSuchCast
from sandbox.roles import Builder, Clock, Host, Lab, Member, Shop, Tracker
from sandbox.slack.app import App
from sandbox.slack.simulator import SlackSimulator
from sandbox.values import Given, Pace

__all__ = ["Cast", "Pace", "World"]

REPOSITORY = "pixel.git"
TICK = 0.1
FIRST_BUILD = 4711

S = TypeVar("S", bound=Simulator)
M = TypeVar("M", bound=Member)


class Door(Protocol):
    """What listens on a port of its own."""

    url: str

    async def start(self, port: int = 0) -> str:
        """Listen on this port of loopback, or on a free one."""
        ...

    async def stop(self) -> None:
        """Close the port."""
        ...


class World:
    """All simulators. `start` gives nothing away that is not in `addresses`.

    `schemas` are texts of vendors' own schemas by provider, for those whose simulators stand on one.
    """

    def __init__(
        self,
        folder: Path,
        repository: Path,
        *,
        cast: Cast | None = None,
        slack_app: App | None = None,
        pace: Pace | None = None,
        schemas: Mapping[str, str] | None = None,
    ) -> None:
        self.pace = pace or Pace()
        self.cast = cast or Cast()
        self.slack = SlackSimulator(app=slack_app, rate_scale=self.pace.slack_rate)
        self.slack.settings.ack_seconds *= self.pace.slack_patience
        self.slack.settings.trigger_seconds *= self.pace.slack_patience
        self.page = Page(self.slack)
        self.members = {key: self._join(key, schemas or {}) for key in self.cast.keys}
        self.host = self._as(Host, self.cast.scm)
        self.builder = self._as(Builder, self.cast.cicd)
        self.tracker = self._as(Tracker, self.cast.pm)
        self.lab = self._as(Lab, self.cast.test_platform)
        self.shops = [self._as(Shop, key) for key in self.cast.app_stores]
        self.git = self._repository(repository, folder / REPOSITORY)
        self.host.take(self.git)
        self.builder.check_out(self.git)
        for member in self.members.values():
            member.open_door()
        self._delivered: set[str] = set()
        self._living: asyncio.Task[None] | None = None

    def _repository(self, source: Path, path: Path) -> GitRepo:
        """That of an earlier world in this folder, or a clone with what the jobs need."""
        if path.exists():
            return GitRepo(path)
        git = clone_bare(source, path.with_suffix(".new"))
        add_files(git, git.head(), self.builder.files(), "Add workflows")
        path.with_suffix(".new").rename(path)
        return GitRepo(path)

    def _join(self, key: str, schemas: Mapping[str, str]) -> Member:
        part = PARTS[key]
        if part.by_schema and key not in schemas:
            raise NoSuchCast(f"{key} can't be simulated without its vendor's own schema")
        return part.join(Given(pace=self.pace, schema=schemas.get(key, "")))

    def _as(self, role: Callable[..., M], key: str) -> M:
        """The member of this key in this role."""
        member = self.members[key]
        if not isinstance(role, type) or not isinstance(member, role):
            raise TypeError(f"{key} is no {role}")
        return member  # type: ignore[return-value]  # abstract classes are no `type[M]` to mypy

    # --- who is in it ---

    @property
    def simulators(self) -> Sequence[Simulator]:
        """Slack and all providers."""
        return [self.slack, *(member.simulator for member in self.members.values())]

    def simulator(self, kind: type[S]) -> S:
        """The simulator of this class. LookupError where this world has none."""
        found = next((each for each in self.simulators if isinstance(each, kind)), None)
        if found is None:
            raise LookupError(f"there is no {kind.__name__} in this world")
        return found

    @property
    def default_branch(self) -> str:
        """The branch that releases are cut from."""
        return self.git.head()

    # --- its life ---

    def keep(self) -> str:
        """Everything that is in it, as text; the git repository is kept in its folder anyway."""
        return keep(self._all())

    def restore(self, text: str) -> None:
        """Become the world that was kept, which had the same providers; before it starts. NotKept."""
        restore(text, self._all())

    def _all(self) -> dict[str, Any]:
        return {
            "slack": self.slack,
            "members": self.members,
            "delivered": self._delivered,
            "page": self.page.memory,
        }

    async def start(self, *, ports: Mapping[str, int] | None = None) -> None:
        """Listen, on the ports that are given by name and on free ones, and let go on what goes on by itself."""
        wanted = ports or {}
        for name, door in self._doors().items():
            await _open(door, wanted.get(name, 0))
        self._living = asyncio.create_task(self._live())

    async def stop(self) -> None:
        """Close all ports."""
        if self._living is not None:
            self._living.cancel()
            with suppress(asyncio.CancelledError):
                await self._living
        for door in reversed(self._doors().values()):
            await door.stop()

    def _doors(self) -> dict[str, Door]:
        return {
            "slack": self.slack,
            **{key: member.simulator for key, member in self.members.items()},
            "page": self.page,
        }

    def ports(self) -> dict[str, int]:
        """Where it listens, by name."""
        return {name: int(door.url.rpartition(":")[2]) for name, door in self._doors().items()}

    async def _live(self) -> None:
        while True:
            for member in self.members.values():
                await member.tick()
            self.deliver()
            await asyncio.sleep(TICK)

    def follow(self, clock: Clock) -> None:
        """Providers that date things do so by the time of releases; before it starts."""
        for member in self.members.values():
            member.follow(clock)

    def tell_of_builds(self, bot: str) -> None:
        """News of CI runs go to the bot's web server at this address, from now on and once."""
        url = f"{bot}/hooks/{self.slack.world.team_id}/{self.cast.cicd}"
        if not self.builder.hears(url):
            self.builder.listen(url)

    def deliver(self) -> None:
        """What CI built for a store is there: the last step of a job that passed uploads it."""
        for shop in self.shops:
            for run in self.builder.runs():
                if run.passed and run.kind == shop.kind and run.correlation not in self._delivered:
                    shop.upload(run.version, FIRST_BUILD + len(self._delivered))
                    self._delivered.add(run.correlation)

    def addresses(self) -> dict[str, Any]:
        """Where everything is, with the made-up tokens; what a bot needs to be connected."""
        return {
            "page": {"url": self.page.url},
            "slack": self._slack_address(),
            "git": {"path": str(self.git.path), "default_branch": self.default_branch},
            "roles": {
                "scm": self.cast.scm,
                "cicd": self.cast.cicd,
                "pm": self.cast.pm,
                "test_platform": self.cast.test_platform,
                "app_stores": list(self.cast.app_stores),
                "release_health": list(self.cast.release_health),
            },
            "providers": {key: member.address() for key, member in self.members.items()},
        }

    def _slack_address(self) -> dict[str, Any]:
        app, world = self.slack.app_install, self.slack.world
        return {
            "url": self.slack.url,
            "api_url": f"{self.slack.url}/api/",
            "bot_token": app.bot_token,
            "app_token": app.app_token,
            "signing_secret": app.signing_secret,
            "team": world.team_id,
            "channels": {channel.name: channel.id for channel in world.channels.values()},
            "people": {user.name: user.id for user in world.users.values() if not user.is_bot},
        }


async def _open(door: Door, port: int) -> None:
    """On this port, or on a free one where somebody else has it by now."""
    try:
        await door.start(port)
    except OSError:
        if port == 0:
            raise
        await door.stop()
        await door.start()
