"""The providers of the world: the twins in memory behind a wire that is slow, loses answers and shows things late.

A twin of the port's contract would forgive a second making; a provider does not. So what makes a thing looks, as an
adapter does, with the provider's own delay, and then makes another one; `made` counts what was made by natural key.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Any

from integrations.rehearsal.app_store import RehearsalAppStore
from integrations.rehearsal.cicd import RehearsalCicd
from integrations.rehearsal.pm import RehearsalPm
from integrations.rehearsal.scm import RehearsalScm
from integrations.rehearsal.test_platform import RehearsalCase, RehearsalTestPlatform
from orchestration.ports.app_store import Rollout
from orchestration.ports.cicd import BuildRequest, Run
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from orchestration.ports.making import check_before_making
from orchestration.ports.pm import Ticket
from orchestration.ports.runtime import Integrations
from orchestration.ports.test_platform import Suite

_MAKING = frozenset(
    {
        "fork_out_branch",
        "create_release_tag",
        "create_release",
        "cherry_pick",
        "create_release_ticket",
        "create_test_suite",
        "reset_test_suite",
        "trigger_planned_release",
        "trigger_regression_builds",
        "trigger_automation_runs",
        "create_test_flight_build",
        "create_aab_build",
        "cancel_run",
        "send_message",
        "update_message",
        "share_with_testers",
        "submit",
        "withdraw",
        "release",
        "set_rollout",
        "pause",
        "halt",
        "resume",
        "complete",
    }
)


class TroubleKind(StrEnum):
    """What a call may meet; LOST had its effect, GONE had none, and the caller can't tell them apart."""

    LATER = "try later"
    WISH = "try later, with a wish"
    LOST = "lost answer after the effect"
    GONE = "lost request"
    REFUSED = "refused"
    CREDENTIALS = "credentials"
    SLOW = "slow beyond the lease"


def _raise(kind: TroubleKind) -> None:
    match kind:
        case TroubleKind.LATER:
            raise TryLater("It is not available (503)")
        case TroubleKind.WISH:
            raise TryLater("Too many requests (429)", after=timedelta(seconds=20))
        case TroubleKind.GONE:
            raise TryLater("The request was lost", maybe_done=True)
        case TroubleKind.REFUSED:
            raise Refused("It says no (422)")
        case TroubleKind.CREDENTIALS:
            raise NeedsCredentials("It does not know the account (401)")
        case TroubleKind.LOST | TroubleKind.SLOW:
            return


@dataclass(kw_only=True)
class Weather:
    """How the wires to all providers are: latency by lot, and the troubles that the next calls will meet."""

    chance: Random
    clock: Callable[[], float]
    met: Counter[str] = field(default_factory=Counter)
    ahead: dict[str, deque[TroubleKind]] = field(default_factory=dict)
    away: dict[str, float] = field(default_factory=dict)

    def trouble(self, port: str, kind: TroubleKind, calls: int) -> None:
        """The next `calls` calls of a port meet this."""
        self.ahead.setdefault(port, deque()).extend([kind] * calls)

    def go_away(self, port: str, seconds: float) -> None:
        """Nobody answers at a port for so long."""
        self.away[port] = self.clock() + seconds

    def clear(self) -> None:
        """Good weather from now on."""
        self.away.clear()
        self.ahead.clear()

    def _next(self, port: str) -> TroubleKind | None:
        waiting = self.ahead.get(port)
        return waiting.popleft() if waiting else None

    async def call(self, port: str, verb: str, effect: Callable[[], Awaitable[Any]]) -> Any:
        """One exchange: there, the effect, and back."""
        kind = self._next(port)
        if kind is not None:
            self.met[f"{port}: {kind.value}"] += 1
        await asyncio.sleep(self.chance.random() * 0.4)
        if self.clock() < self.away.get(port, 0.0):
            self.met[f"{port}: away"] += 1
            raise TryLater("Nobody answers")
        if kind is not None:
            _raise(kind)
        if kind is TroubleKind.SLOW:
            await asyncio.sleep(self.chance.uniform(5.0, 50.0))
        if verb in _MAKING:
            check_before_making()
        answer = await effect()
        await asyncio.sleep(self.chance.random() * 0.4)
        if kind is TroubleKind.LOST and verb in _MAKING:
            raise TryLater("The answer was lost", maybe_done=True)
        return answer


class Wired:
    """A twin at the end of a wire: every coroutine of it is an exchange."""

    def __init__(self, port: str, twin: Any, weather: Weather) -> None:
        self._port = port
        self._twin = twin
        self._weather = weather

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._twin, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def exchange(*args: Any, **named: Any) -> Any:
            return await self._weather.call(self._port, name, lambda: found(*args, **named))

        return exchange


class Late:
    """What is made is found only after a while; `made` counts it by its natural key."""

    def __init__(self, clock: Callable[[], float], *, lag: float, **options: Any) -> None:
        super().__init__(**options)
        self._clock = clock
        self._lag = lag
        self._at: dict[str, float] = {}
        self.made: Counter[str] = Counter()

    def _seen(self, made_id: str) -> bool:
        return self._clock() - self._at[made_id] >= self._lag * 0.9

    def _count(self, made_id: str, key: str) -> None:
        if made_id not in self._at:
            self._at[made_id] = self._clock()
            self.made[key] += 1


class LateCicd(Late, RehearsalCicd):
    """Runs are found only after a while; `made` counts them by correlation id."""

    @property
    def dispatch_lag(self) -> timedelta:
        """What the provider says of itself."""
        return timedelta(seconds=self._lag)

    def _found(self, request: BuildRequest) -> Run | None:
        run = super()._found(request)
        return run if run is not None and self._seen(run.id) else None

    def _start(self, verb: str, request: BuildRequest) -> Run:
        run = super()._start(verb, request)
        self._count(run.id, f"{request.correlation_id}")
        return run


class LatePm(Late, RehearsalPm):
    """Tickets are found only after a while; `made` counts them by label."""

    @property
    def search_lag(self) -> timedelta:
        """What the provider says of itself."""
        return timedelta(seconds=self._lag)

    async def find_ticket(self, *, project: str, label: str) -> Ticket | None:
        """As the search shows it."""
        found = await super().find_ticket(project=project, label=label)
        return found if found is not None and self._seen(found.key) else None

    async def create_release_ticket(self, request: Any) -> Ticket:
        """Look, then make."""
        ticket = await super().create_release_ticket(request)
        self._count(ticket.key, request.label)
        return ticket


class LateTests(Late, RehearsalTestPlatform):
    """Test runs are found only after a while; `made` counts them by name."""

    async def find_suite(self, *, project: str, name: str) -> Suite | None:
        """As the list shows it."""
        found = await super().find_suite(project=project, name=name)
        return found if found is not None and self._seen(found.id) else None

    async def create_test_suite(self, **asked: Any) -> Suite:
        """Look, then make."""
        suite = await super().create_test_suite(**asked)
        self._count(suite.id, suite.name)
        return suite


class CountedScm(RehearsalScm):
    """Counts what each commit was picked into; branches and tags are unique by themselves."""

    def picked(self) -> Counter[str]:
        """How often each commit was picked, by the branch that it is in."""
        count: Counter[str] = Counter()
        for branch, head in self.kept.branches.items():
            for commit in self._history(head):
                source = self.kept.nodes[commit.sha].picked
                if source is not None:
                    count[f"{source} into {branch}"] += 1
        return count

    def carries(self, branch: str, commit: str) -> bool:
        """Whether a branch has a change: by a pick, or because it was forked behind it."""
        there = [each.sha for each in self._history(self.kept.branches[branch])]
        return commit in there or any(self.kept.nodes[sha].picked == commit for sha in there)


class Providers:
    """The providers of one tenant."""

    def __init__(self, weather: Weather, clock: Callable[[], float], chance: Random) -> None:
        self.scm = CountedScm(titles=tuple(f"feat: change {n}" for n in range(1, 5)))
        self.cicd = LateCicd(clock, lag=chance.choice((0.0, 5.0, 20.0)), commit_of=self.scm.kept.tags.get)
        self.pm = LatePm(clock, lag=chance.choice((0.0, 4.0, 30.0)), projects={"MOB": ("Task",)})
        cases = tuple(
            RehearsalCase(squad=n, squad_name=name) for n, name in (("1", "Checkout"), ("2", "Login"))
        )
        self.tests = LateTests(clock, lag=chance.choice((0.0, 2.0)), projects={"1": cases})
        self.stores = {
            "apple": RehearsalAppStore(groups=("QA",), rollout=Rollout.PHASED),
            "play": RehearsalAppStore(groups=("internal",), rollout=Rollout.STAGED),
        }
        self._wired = Integrations(
            app_stores={name: Wired("store", store, weather) for name, store in self.stores.items()},
            scm={"github": Wired("scm", self.scm, weather)},
            cicd={"actions": Wired("cicd", self.cicd, weather)},
            pm={"jira": Wired("pm", self.pm, weather)},
            test_platform={"checkmate": Wired("tests", self.tests, weather)},
        )

    def ports(self) -> Integrations:
        """As the engine sees them."""
        return self._wired

    def made_twice(self) -> dict[str, int]:
        """What was made more than once, by natural key."""
        counts = (self.cicd.made, self.pm.made, self.tests.made, self.scm.picked())
        return {key: n for count in counts for key, n in count.items() if n > 1}
