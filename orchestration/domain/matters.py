"""What of a release waits for one person: a decision, a look at a failure, a build made by hand. PURE."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from orchestration.domain.candidates import asked
from orchestration.domain.drift import drifted
from orchestration.domain.gates import Condition, Gate, GateState
from orchestration.domain.picks import Pick
from orchestration.domain.release import Release
from orchestration.domain.standing import Standing, seat
from orchestration.domain.steps import CONDITION
from orchestration.domain.tasks import Task, TaskState, WaitOwner
from orchestration.domain.unmet import Unmet, unmet_conditions


class Need(StrEnum):
    """What is needed, most urgent first."""

    FAILED = "FAILED"
    BY_HAND = "BY_HAND"
    PICK = "PICK"
    DRIFT = "DRIFT"
    CONDITION = "CONDITION"
    DECIDE = "DECIDE"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One thing that waits: `says` it in a line; exactly one of the others is what it is about."""

    need: Need
    says: str
    task: Task | None = None
    pick: Pick | None = None
    gate: Gate | None = None
    unmet: Unmet | None = None

    @property
    def ready(self) -> bool:
        """Whether it can be answered now: a decision is not offered while a condition is not met."""
        if self.need is not Need.DECIDE:
            return True
        evidence = self.gate.evidence if self.gate is not None else None
        return evidence is not None and not evidence.unmet


def waiting(release: Release, me: Standing, others: Sequence[Standing] = ()) -> tuple[Waiting, ...]:
    """What waits for a person, and for those in whose place they may sign (`others`); nothing once it ended."""
    if release.ended:
        return ()
    mine = tuple(_for_captain(release)) if release.captain == me.person else ()
    return (*mine, *_conditions(release, me), *_decisions(release, me, others))


def _for_captain(release: Release) -> Iterator[Waiting]:
    for task in release.failed_tasks:
        yield Waiting(need=Need.FAILED, says=f"{task.title} failed", task=task)
    for task in release.tasks:
        if task.state is TaskState.WAITING and task.wait and task.wait.owner is WaitOwner.CAPTAIN:
            yield Waiting(need=Need.BY_HAND, says=f"{task.title}: {task.wait.what}", task=task)
    for pick in asked(release):
        says = f"Accept or decline the cherry-pick of {pick.wanted.name}"
        yield Waiting(need=Need.PICK, says=says, pick=pick)
    for gate in release.open_gates:
        drift = drifted(gate.evidence)
        if drift is not None:
            yield Waiting(need=Need.DRIFT, says=f"Test it or leave it out: {drift.says}", gate=gate)


def _conditions(release: Release, me: Standing) -> Iterator[Waiting]:
    """What is theirs of the conditions that are not met; the drift asks the captain by itself."""
    if not _may_be_asked(release, me.person):
        return
    drifts = any(drifted(gate.evidence) is not None for gate in release.open_gates)
    for each in unmet_conditions(release):
        if drifts and each.matter == f"{CONDITION}{Condition.HEAD_IS_TESTED}":
            continue
        if me.person in each.people:
            yield Waiting(need=Need.CONDITION, says=f"{each.what}. {each.remedy}", unmet=each)


def _may_be_asked(release: Release, person: str) -> bool:
    """Whether the owner of any unmet condition names the person: most releases need no more than this look."""
    return any(
        person in (finding.owner or release.captain)
        for gate in release.open_gates
        if gate.evidence is not None
        for finding in gate.evidence.findings
        if not finding.met
    )


def _decisions(release: Release, me: Standing, others: Sequence[Standing]) -> Iterator[Waiting]:
    for gate in release.open_gates:
        if gate.state is not GateState.OPEN or any(each.by == me.person for each in gate.signatures):
            continue
        areas = seat(gate, me, others).areas
        if areas and not {wanted.area for wanted in gate.missing()}.isdisjoint(areas):
            yield Waiting(need=Need.DECIDE, says=gate.question, gate=gate)
