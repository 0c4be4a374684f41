"""What a release needs of one person, now: a decision, a look at a failure, a build made by hand."""

from collections.abc import Collection

from orchestration.domain.candidates import asked
from orchestration.domain.decisions import areas_for
from orchestration.domain.drift import drifted
from orchestration.domain.gates import GateState
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskState, WaitOwner


def needs(release: Release, person: str, *, areas: Collection[str], may_approve: bool) -> tuple[str, ...]:
    """What waits for this person, most urgent first; empty where nothing does."""
    if release.ended:
        return ()
    found = []
    if release.captain == person:
        found += [f"{task.title} failed" for task in release.failed_tasks]
        found += [
            f"{task.title}: {task.wait.what}"
            for task in release.tasks
            if task.state is TaskState.WAITING and task.wait and task.wait.owner is WaitOwner.CAPTAIN
        ]
        found += [f"Accept or decline the cherry-pick of {p.wanted.name}" for p in asked(release)]
    for gate in release.open_gates:
        drift = drifted(gate.evidence)
        if drift is not None and release.captain == person:
            found.append(f"Test it or leave it out: {drift.says}")
        if gate.state is GateState.OPEN:
            signed = any(signature.by == person for signature in gate.signatures)
            missing = {wanted.area for wanted in gate.missing()}
            mine = set(areas_for(gate, person, areas, may_approve=may_approve)) & missing
            if mine and not signed:
                found.append(gate.question)
    return tuple(found)
