"""The people of a rehearsal: they do what the release asks of people, and it is noted who had to do what."""

from dataclasses import dataclass, field

from bot.rehearsal_company import Company
from integrations.rehearsal.test_platform import CaseState
from orchestration.domain.gates import ANY_APPROVER, Gate, GateState, SignOff
from orchestration.domain.people import OWNER, SYSTEM, Actor
from orchestration.domain.rehearsed import Deed
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.tasks import Task, TaskState, TaskType, WaitOwner
from orchestration.services import act, decide
from orchestration.services.engine import Engine
from orchestration.store.store import Store

_STORE_BUILDS = frozenset({TaskType.TRIGGER_TEST_FLIGHT_BUILD, TaskType.CREATE_AAB_BUILD})
_AREA = 9
"""People of an area for which the configuration names nobody."""
_LOOKS = 3
"""Looks at a gate after which what is still not met is taken to be somebody's to settle."""


@dataclass(kw_only=True)
class People:
    """Testers, approvers, the captain, and whoever uploads a build."""

    engine: Engine
    store: Store
    company: Company
    tenant_id: str
    deeds: list[Deed] = field(default_factory=list)
    captain: str = ""
    _uploaded: set[str] = field(default_factory=set)
    _finished: set[str] = field(default_factory=set)
    _looked: dict[str, int] = field(default_factory=dict)

    async def employ(self, snapshot: Snapshot, actor: str, captain: str) -> None:
        """Give the roles that the rehearsal needs: what people may is not rehearsed."""
        self.captain = captain
        async with self.store.work() as work:
            for person in {actor, captain}:
                await work.directory.grant(self.tenant_id, person, OWNER)
            for wanted in snapshot.gate.sign_offs:
                for person in _signers(wanted):
                    await work.directory.grant(self.tenant_id, person, f"approver:{wanted.area}")
            await work.commit()

    async def act(self, release: Release) -> bool:
        """Do the next thing that is asked of people; False where nothing is."""
        for task in release.tasks:
            if task.state is TaskState.WAITING and task.wait is not None and await self._bring(release, task):
                return True
        for gate in release.open_gates:
            if gate.state is GateState.OPEN and await self._decide(release, gate):
                return True
        return False

    async def _bring(self, release: Release, task: Task) -> bool:
        """A build that only people can bring, or one that CI has uploaded to its store."""
        owner = task.wait.owner if task.wait is not None else None
        key = f"{task.id}:{task.generation}"
        plan = next((p for p in release.plans if p.pair == task.pair), None)
        in_store = release.snapshot.stores.get(plan.pair.key) if plan is not None else None
        number = str(len(self._uploaded) + 1)
        if (
            in_store is not None
            and plan is not None
            and task.type in _STORE_BUILDS
            and key not in self._uploaded
        ):
            self._uploaded.add(key)
            shelf = self.company.stores[in_store.integration]
            shelf.upload(str(plan.version), number, at=self.engine.clock.now())
        if owner is not WaitOwner.CAPTAIN or key in self._finished:
            return False
        self._finished.add(key)
        self._note(self.captain, f"Bring {task.title}, and say so with /release done")
        await act.done(
            self.engine,
            self.tenant_id,
            release.id,
            task.id,
            number=number,
            evidence=f"https://rehearsal.invalid/builds/{number}",
            actor=Actor(id=self.captain),
        )
        return True

    async def _decide(self, release: Release, gate: Gate) -> bool:
        """See to what is not met, then sign as the configuration asks; override what nobody here can settle."""
        if gate.evidence is None:
            return False
        unmet = gate.evidence.unmet
        if unmet:
            self._work_outside(release, gate)
            self._looked[gate.id] = self._looked.get(gate.id, 0) + 1
            if self._looked[gate.id] <= _LOOKS:
                return False
            for finding in unmet:
                self._note(finding.owner or self.captain, f"Settle before the approval: {finding.says}")
            force = "Rehearsed: what is not met would be settled by people"
            await self._sign(release, gate, self.captain, force=force)
            return True
        for wanted in gate.missing():
            signed = {signature.by for signature in gate.signatures}
            signers = (self.captain,) if wanted == ANY_APPROVER else _signers(wanted)
            person = next((p for p in signers if p not in signed), self.captain)
            named = person if person in wanted.people or person == self.captain else wanted.area
            self._note(named, gate.question)
            await self._sign(release, gate, person)
            return True
        return False

    def _work_outside(self, release: Release, gate: Gate) -> None:
        """Test the candidate and finish the tickets, once a question."""
        if gate.id in self._finished:
            return
        self._finished.add(gate.id)
        for plan in release.plans:
            suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=plan.pair)
            ticket = release.output(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, "key", pair=plan.pair)
            if suite is not None:
                self.company.tests.fill(suite, CaseState.PASSED)
                self._note("the testers", f"Finish the test run of {plan.pair.title}")
            if ticket is not None:
                self.company.pm.move(ticket, self.company.done)
                self._note(self.captain, f"Move the ticket of {plan.pair.title} to “{self.company.done}”")

    async def _sign(self, release: Release, gate: Gate, person: str, *, force: str | None = None) -> None:
        if gate.evidence is None:
            return
        await decide.approve(
            self.engine,
            self.tenant_id,
            release.id,
            gate.id,
            digest=gate.evidence.digest,
            actor=Actor(id=person),
            force=force,
        )

    def _note(self, who: str, what: str) -> None:
        self.deeds.append(Deed(at=self.engine.clock.now(), who=who or SYSTEM.id, what=what))


def _signers(wanted: SignOff) -> tuple[str, ...]:
    """Those who may sign for an area: the people of the configuration, else some without a name."""
    return wanted.people or tuple(f"U0REHEARSAL{wanted.area.upper()}{n}" for n in range(_AREA))
