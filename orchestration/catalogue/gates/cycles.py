"""Stage 2 must be over: no cycle under way, no slot to come, and at least one cycle done."""

from orchestration.catalogue.specs import Facts, GateSpec
from orchestration.domain.gates import Condition, Finding
from orchestration.domain.release import Release
from orchestration.ports.runtime import Integrations


async def read_nothing(_release: Release, _ports: Integrations) -> Facts:
    """The release itself says it all."""
    return {}


def judge_cycle(release: Release, _facts: Facts) -> Finding:
    """An untested release does not pass either."""
    active = release.active_cycle
    if active is not None:
        says = f"Cycle {active.number} ({active.tag}) is still running"
        return Finding(condition=Condition.NO_ACTIVE_CYCLE, met=False, says=says)
    if release.tested_cycle is None:
        return Finding(condition=Condition.NO_ACTIVE_CYCLE, met=False, says="No cycle was finished")
    tested = release.tested_cycle
    if release.skipped is not None and tested.number == 1:
        says = f"Regression is skipped ({release.skipped.reason}); {tested.tag} is what will be shipped"
        return Finding(condition=Condition.NO_ACTIVE_CYCLE, met=True, says=says)
    return Finding(
        condition=Condition.NO_ACTIVE_CYCLE, met=True, says=f"Cycle {tested.number} ({tested.tag}) is done"
    )


def judge_slots(release: Release, _facts: Facts) -> Finding:
    """A planned cycle may still change what is shipped."""
    slots = release.planned_slots
    if slots:
        says = f"A regression slot is planned for {slots[0].at:%Y-%m-%d %H:%M} UTC"
        return Finding(condition=Condition.NO_SLOTS_LEFT, met=False, says=says)
    return Finding(condition=Condition.NO_SLOTS_LEFT, met=True, says="No regression slot is left")


NO_ACTIVE_CYCLE = GateSpec(
    condition=Condition.NO_ACTIVE_CYCLE,
    title="Regression is done",
    applies=lambda _release: True,
    read=read_nothing,
    judge=judge_cycle,
)
NO_SLOTS_LEFT = GateSpec(
    condition=Condition.NO_SLOTS_LEFT,
    title="No slot is left",
    applies=lambda _release: True,
    read=read_nothing,
    judge=judge_slots,
)
