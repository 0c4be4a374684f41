"""Jobs, the queue, and builds: by the clock or by command.

A build that is asked for waits first for its quiet period, then for an executor, and only then has a number. An item
that left the queue can be read for five minutes. Source: hudson.model.Queue.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

KEPT = 300.0
RESULTS = frozenset({"SUCCESS", "UNSTABLE", "FAILURE", "NOT_BUILT", "ABORTED"})
WITH_FILES = frozenset({"SUCCESS", "UNSTABLE"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How the next builds go; times in seconds, None for ever.

    `quiet` is the quiet period, `wait` how long no executor is free, `seconds` the build's time. `stubborn` is how many
    of the three buttons (stop, term, kill) a pipeline ignores. `artifacts` are (path, size in bytes).
    """

    quiet: float = 0.0
    wait: float | None = 0.2
    seconds: float | None = 1.0
    result: str = "SUCCESS"
    stubborn: int = 0
    artifacts: Sequence[tuple[str, int]] = (("build-output", 1_048_576),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """A parameter of a job; `choices` make it one of a few."""

    name: str
    default: str = ""
    choices: tuple[str, ...] | None = None


@dataclass(kw_only=True)
class Build:
    """A build. `ends` is when it ends by itself; `result` None while nobody said anything."""

    number: int
    item: int
    parameters: Mapping[str, str]
    began: float
    ends: float | None
    plan: Plan
    commits: Sequence[str] = ()
    building: bool = True
    result: str | None = None
    stops: int = 0

    @property
    def files(self) -> Sequence[tuple[str, int]]:
        """What it left behind."""
        return self.plan.artifacts if not self.building and self.result in WITH_FILES else ()


Checkout = Callable[[Mapping[str, str]], str | None]


@dataclass(kw_only=True)
class Job:
    """A job by its full name. `parameters` None: it is not parameterised.

    `commit` is what it builds. With a `checkout` that is found out from a build's parameters when it starts; where
    there is no such revision, the build fails.
    """

    name: str
    parameters: tuple[Definition, ...] | None = None
    pipeline: bool = False
    disabled: bool = False
    commit: str | None = None
    checkout: Checkout | None = None
    libraries: Sequence[str] = ()
    plan: Plan | None = None
    builds: list[Build] = field(default_factory=list)
    next_number: int = 1

    def numbered(self, number: int) -> Build | None:
        """The build of this number."""
        return next((build for build in self.builds if build.number == number), None)


@dataclass(kw_only=True)
class Item:
    """A queue item. `left` is when it left the queue; `build` its number then, None where it was cancelled."""

    id: int
    job: Job
    parameters: Mapping[str, str]
    since: float
    quiet_until: float
    ready: float | None
    plan: Plan
    left: float | None = None
    build: int | None = None

    @property
    def cancelled(self) -> bool:
        """Whether it will never be a build."""
        return self.left is not None and self.build is None


@dataclass(kw_only=True)
class World:
    """A server's content. `clock` gives seconds since 1970. `multibranch` are folders whose jobs are branches."""

    clock: Callable[[], float]
    jobs: dict[str, Job] = field(default_factory=dict)
    multibranch: set[str] = field(default_factory=set)
    items: dict[int, Item] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    quieting: bool = False
    last_item: int = 0

    def folder(self, name: str) -> bool:
        """Whether there is a folder of this name."""
        return any(job.startswith(f"{name}/") for job in self.jobs)

    def schedule(self, job: Job, parameters: Mapping[str, str]) -> Item:
        """Ask for a build. An item that waits with equal parameters is the answer, and no second one is made."""
        self.settle()
        for item in self.items.values():
            if item.left is None and item.job is job and item.parameters == parameters:
                return item
        plan, now = job.plan or self.plan, self.clock()
        self.last_item += 1
        item = Item(
            id=self.last_item,
            job=job,
            parameters=dict(parameters),
            since=now,
            quiet_until=now + plan.quiet,
            ready=None if plan.wait is None else now + plan.quiet + plan.wait,
            plan=plan,
        )
        self.items[item.id] = item
        return item

    def settle(self) -> None:
        """Let time have its effect."""
        now = self.clock()
        for item in list(self.items.values()):
            if item.left is None and item.ready is not None and item.ready <= now and not self.quieting:
                self.start(item, at=item.ready)
            if item.left is not None and now - item.left >= KEPT:
                del self.items[item.id]
        for job in self.jobs.values():
            for build in job.builds:
                if build.building and build.ends is not None and build.ends <= now:
                    self.finish(build, build.plan.result)

    def start(self, item: Item, *, at: float) -> Build:
        """An executor takes the item."""
        job, plan, seconds = item.job, item.plan, item.plan.seconds
        commit = job.commit if job.checkout is None else job.checkout(item.parameters)
        if commit is None and job.checkout is not None:
            plan = replace(plan, result="FAILURE")
        build = Build(
            number=job.next_number,
            item=item.id,
            parameters=item.parameters,
            began=at,
            ends=None if seconds is None else at + seconds,
            plan=plan,
            commits=([commit] if commit else []) + list(job.libraries),
        )
        job.next_number += 1
        job.builds.insert(0, build)
        item.left, item.build = at, build.number
        return build

    def cancel(self, item: Item) -> bool:
        """Take it out of the queue; False where it has left it."""
        if item.left is not None:
            return False
        item.left = self.clock()
        return True

    def press(self, job: Job, build: Build, button: str) -> None:
        """stop, term or kill. A stubborn pipeline goes on until it was pressed hard enough."""
        if not build.building:
            return
        build.stops += 1
        hardness = ("stop", "term", "kill").index(button)
        if not job.pipeline or hardness >= build.plan.stubborn:
            self.finish(build, "ABORTED")

    @staticmethod
    def finish(build: Build, result: str) -> None:
        """End a build."""
        build.building, build.result, build.ends = False, result, None
