"""What people, CI and the repository do around the releases of a world."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from bot.views import values
from orchestration.domain.errors import NotNow
from orchestration.domain.freezes import Window
from orchestration.domain.gates import Condition, Gate, GateKind
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.submission import MOVING, STOPPED, Submission, Verb
from orchestration.domain.tasks import TaskState, TaskType, WaitOwner
from orchestration.ports.errors import TryLater
from orchestration.ports.runtime import DatabaseAway
from orchestration.services import freezing, rollout
from orchestration.services.credentials import keep_credentials_holds
from tests.simulation.agenda import Deed, Happening
from tests.simulation.outside import Outside
from tests.simulation.process import Process
from tests.simulation.requests import Requests
from tests.simulation.world import BEGIN, World
from tests.support.rehearsed import ANN, BO

STRANGER = "U00MALLORY"
_SETTLED_BY_A_CYCLE = frozenset({Condition.HEAD_IS_TESTED, Condition.AUTOMATION_GREEN})
_MADE_BY = {
    Condition.TICKETS_DONE: TaskType.CREATE_PROJECT_MANAGEMENT_TICKET,
    Condition.TESTS_PASSED: TaskType.CREATE_TEST_SUITE,
}
"""Who went on without making it goes on without what it would have shown."""
_ONCE_MORE = 5.0
HOME, ABROAD = "T0001", "T0002"


def owner_in(tenant: str) -> str:
    """Who may do everything in a workspace."""
    return ANN.id if tenant == HOME else STRANGER


class People:
    """Everybody around the releases: at home there are several, abroad one owner does everything."""

    def __init__(self, world: World, desk: Process) -> None:
        self._world = world
        self.desk = desk
        self.requests = Requests(world)
        self.outside = Outside(world)
        self.picked = 0

    async def releases(self) -> Sequence[Release]:
        """All that there are, as they are now, oldest first."""
        rows = self._world.ask("SELECT tenant_id, id FROM releases ORDER BY created_ms, id")
        async with self.desk.store.look() as work:
            return [await work.releases.get(tenant, release) for tenant, release in rows]

    def do(self, happening: Happening) -> None:
        """A deed of the agenda, as soon as its doer has looked at the release."""
        self._world.in_world(self._tried(happening))

    async def _tried(self, happening: Happening) -> None:
        """Nobody waits for a deed: the judge is told of one that broke off."""
        try:
            await self._do(happening)
        except Exception as error:  # noqa: BLE001 - whatever it is, this schedule is one to be looked at
            self._world.judge.blame("people may do what they do", f"{happening}: {error!r}")

    async def _do(self, happening: Happening) -> None:
        lot = Random(happening.number)
        every = await self.releases()
        if not every:
            return
        release = lot.choice(every)
        await asyncio.sleep(lot.choice((0.0, 0.1, 5.0)))
        name, deed, tenant = release.id, Deed(happening.what), release.tenant_id
        ann = owner_in(tenant)
        captain = lot.choice((ann, "U000CAPT4" if tenant == HOME else ann))
        words: Mapping[Deed, tuple[str, str]] = {
            Deed.HOLD: (captain, f"hold {name} Wait"),
            Deed.RESUME: (ann, f"resume {name}"),
            Deed.CYCLE: (ann, f"cycle {name}"),
            Deed.SLOT_ADD: (ann, f"slot {name} add {self._ahead(lot, minutes=lot.randrange(1, 40))}"),
            Deed.SLOT_REMOVE: (ann, f"slot {name} remove {lot.choice((1, 2))}"),
            Deed.TARGET: (ann, f"edit {name} target {self._ahead(lot, minutes=60 * 24 * 9)} Later"),
            Deed.RETRY: (ann, f"retry {name}"),
            Deed.SKIP: (ann, f"skip {name} Not this time"),
            Deed.ARCHIVE: (ann, f"archive {name} Given up"),
            Deed.HALT: (captain, f"halt {name} It crashes"),
            Deed.GO_ON: (ann, f"rollout resume {name}"),
            Deed.STEP: (ann, f"rollout step {lot.choice((5, 20, 50, 70))} {name}"),
            Deed.WITHDRAW: (ann, f"rollout withdraw {name}"),
        }
        if deed is Deed.STRANGER:
            mine = next((each.id for each in every if each.tenant_id == HOME), name)
            text = f"{lot.choice(('hold', 'archive', 'resume', 'halt'))} {mine} Mine now"
            self.requests.types(STRANGER, text, tenant=ABROAD, lot=lot)
        elif deed in words:
            who, text = words[deed]
            self.requests.types(who, text, tenant=tenant, lot=lot)
        else:
            await self._other(deed, release, lot, who=lot.choice((ann, BO.id if tenant == HOME else ann)))

    def _ahead(self, lot: Random, *, minutes: int) -> str:
        at = BEGIN + timedelta(seconds=self._world.loop.time(), minutes=minutes + lot.randrange(5))
        return f"{at:%Y-%m-%d %H:%M}"

    async def _other(self, deed: Deed, release: Release, lot: Random, *, who: str) -> None:
        tenant = release.tenant_id
        providers = self._world.providers[tenant]
        match deed:
            case Deed.APPROVE | Deed.REJECT | Deed.FORCE:
                for gate in release.open_gates[:1]:
                    self.decide(deed, release, gate, lot, who=who)
            case Deed.COMMIT:
                if release.branch in providers.scm.kept.branches:
                    providers.scm.grow(release.branch, [f"fix: {lot.randrange(1000)}"])
            case Deed.PICK:
                self.picked += 1
                sha = providers.scm.grow("main", [f"fix: late {self.picked}"])
                self.requests.types(owner_in(tenant), f"pick {sha} {release.id}", tenant=tenant, lot=lot)
            case Deed.CALLBACK:
                self._news(release, lot)
            case Deed.CONSOLE:
                self.outside.console(tenant, lot)
            case Deed.CREDENTIALS:
                await self._hold_for_credentials(tenant, lot)
            case Deed.FREEZE:
                await self._engine_acts(lambda: self._freeze(tenant, lot))
            case _:
                raise AssertionError(deed)

    async def _hold_for_credentials(self, tenant: str, lot: Random) -> None:
        engine = self.desk.engine
        await self._engine_acts(lambda: keep_credentials_holds(engine, tenant, "jira", "It expired"))
        await asyncio.sleep(lot.choice((30.0, 400.0)))
        await self._engine_acts(lambda: keep_credentials_holds(engine, tenant, "jira", None))

    async def _engine_acts(self, act: Callable[[], Any]) -> None:
        """As the bot's loops do: what the database did not take, or others were faster with, is done again."""
        while True:
            try:
                await act()
            except (DatabaseAway, TryLater):
                await asyncio.sleep(_ONCE_MORE)
            else:
                return

    async def _freeze(self, tenant: str, lot: Random) -> None:
        now = BEGIN + timedelta(seconds=self._world.loop.time())
        begin = now + timedelta(seconds=lot.choice((-60, 30, 300)))
        window = Window(
            reason="Quiet days", starts_at=begin, ends_at=now + timedelta(seconds=900), zone="UTC"
        )
        await freezing.add(self.desk.engine, tenant, window, actor=Actor(id=owner_in(tenant)))

    def _news(self, release: Release, lot: Random) -> None:
        waiting = [t for t in release.tasks if t.wait is not None and t.wait.owner is WaitOwner.CI]
        runs = [b.run_id for b in release.builds if b.run_id is not None]
        if waiting and runs:
            run_id = lot.choice(runs)
            key = f"callback:{run_id}:{lot.choice((1, 2))}"
            for _ in range(lot.choice((1, 2))):
                self.requests.tells(release.tenant_id, key, run_id, lot=lot)

    def decide(self, deed: Deed, release: Release, gate: Gate, lot: Random, *, who: str) -> None:
        """Click on the approval card as it was seen."""
        if gate.kind is GateKind.START_STAGE_2 or gate.evidence is None:
            return
        value = {"release": release.id, "gate": gate.id, "digest": gate.evidence.digest}
        tenant = release.tenant_id
        if deed is Deed.APPROVE:
            self.requests.clicks(who, values.APPROVE, value, tenant=tenant, lot=lot)
        else:
            form = values.REJECT if deed is Deed.REJECT else values.FORCE
            state = {"reason": {"reason": {"type": "plain_text_input", "value": "Because"}}}
            by = who if deed is Deed.REJECT else owner_in(tenant)
            self.requests.submits(by, form, value, state, tenant=tenant, lot=lot)

    def routine(self, release: Release, lot: Random) -> None:
        """What keeps a release going: retry what failed, resume what was held, approve what is fit."""
        tenant, owner = release.tenant_id, owner_in(release.tenant_id)

        def types(text: str, who: str = owner) -> None:
            self.requests.types(who, text, tenant=tenant, lot=lot)

        for task in release.tasks:
            if task.state is TaskState.FAILED:
                of = task.pair.platform.lower() if task.pair else task.about or ""
                types(f"retry {release.id} {task.type} {of}".rstrip())
        for hold in release.holds:
            if hold.cause == "user":
                types(f"resume {release.id}", hold.by)
        if not release.holds:
            self._answer_gates(release, lot)

    def _answer_gates(self, release: Release, lot: Random) -> None:
        tenant, owner = release.tenant_id, owner_in(release.tenant_id)
        left_out = {task.type for task in release.tasks if task.state is TaskState.SKIPPED}
        for gate in release.open_gates:
            unmet = {f.condition for f in gate.evidence.unmet} if gate.evidence is not None else set()
            if unmet & _SETTLED_BY_A_CYCLE:
                self.requests.types(owner, f"cycle {release.id}", tenant=tenant, lot=lot)
            if unmet and all(_MADE_BY.get(condition) in left_out for condition in unmet):
                self.decide(Deed.FORCE, release, gate, lot, who=owner)
            if gate.evidence is not None and not unmet:
                for signs in gate.missing():
                    who = BO.id if signs.area == "qa" and tenant == HOME else owner
                    self.decide(Deed.APPROVE, release, gate, lot, who=who)

    async def finish_stores(self, release: Release, lot: Random) -> None:
        """What nobody stops any more goes to everybody: sent again, resumed, completed."""
        for each in release.current_submissions:
            platform = each.pair.platform.lower()
            if each.turned_back:
                text = f"rollout resubmit {release.id} {platform}"
                self.requests.types(owner_in(release.tenant_id), text, tenant=release.tenant_id, lot=lot)
            elif each.instruction is None and each.state in MOVING | STOPPED:
                verb = Verb.COMPLETE if each.state in MOVING else Verb.RESUME
                await self._engine_acts(partial(self._instruct, release, each, verb))

    async def _instruct(self, release: Release, submission: Submission, verb: Verb) -> None:
        tenant = release.tenant_id
        with suppress(NotNow):
            await rollout.instruct(
                self.desk.engine, tenant, release.id, submission.id, verb, actor=Actor(id=owner_in(tenant))
            )
