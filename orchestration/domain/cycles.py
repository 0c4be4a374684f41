"""Giving a regression cycle up: its tasks are cancelled, its runs are stopped, and the candidate is out of the race."""

from dataclasses import replace

from orchestration.domain.acts import cancel_tasks, require_alive
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.stages import CYCLE_MOVES, Cycle, CycleFlags, CycleSignal, Stage, take


def abandon_cycle(change: Change, reason: str) -> Cycle:
    """Abandon the cycle under way; a later slot or `cycle` tests the next candidate.

    What was tested before stays what it is. A failure in the cycle holds the release no longer.
    """
    require_alive(change)
    cycle = change.release.active_cycle
    if cycle is None:
        raise NotNow("No regression cycle is under way.", settled=True)
    cancel_tasks(
        change, f"cycle {cycle.number} was abandoned", change.release.tasks_of(Stage.REGRESSION, cycle.id)
    )
    gone = replace(
        cycle,
        state=take("The cycle", CYCLE_MOVES, cycle.state, CycleSignal.ABANDON),
        finished_at=change.now,
    )
    cycles = tuple(gone if c.id == cycle.id else c for c in change.release.cycles)
    change.release = replace(change.release, cycles=cycles)
    change.tell(EventKind.CYCLE_ABANDONED, cycle=cycle.id, tag=cycle.tag, reason=reason)
    return gone


def last_flags(cycles: tuple[Cycle, ...]) -> CycleFlags:
    """What one more cycle does where nobody says otherwise: the same as the last one did."""
    return cycles[-1].flags if cycles else CycleFlags()
