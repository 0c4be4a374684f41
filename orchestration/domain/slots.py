"""Regression slots, each a row of its own: planned, moved and taken back while they are ahead."""

from dataclasses import replace
from datetime import datetime

from orchestration.domain.acts import MOVE_TARGET, require_alive
from orchestration.domain.asking import look_again
from orchestration.domain.builds import BuildKind
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.release import Release
from orchestration.domain.snapshot import BuildMode
from orchestration.domain.stages import (
    SLOT_MOVES,
    CycleFlags,
    Slot,
    SlotSignal,
    SlotState,
    Stage,
    StageState,
    take,
)


def add_slot(change: Change, at: datetime, flags: CycleFlags) -> Slot:
    """Plan a slot; when it comes due Stage 2 opens again, until Stage 3 starts."""
    _require_open(change)
    require_possible(change.release, flags)
    _check_time(change, at)
    slot = Slot(id=f"{change.release.id}/s{len(change.release.slots) + 1}", at=at, flags=flags)
    slot = replace(slot, remind_at=remind_at(change.release, at, now=change.now))
    change.release = replace(change.release, slots=(*change.release.slots, slot))
    look_again(change)
    change.tell(EventKind.SLOT_ADDED, slot=slot.id, at=at.isoformat())
    return slot


def move_slot(change: Change, slot_id: str, at: datetime, flags: CycleFlags | None = None) -> Slot:
    """Put a planned slot elsewhere, or change what its cycle does; what is the same already is NotNow(settled)."""
    _require_open(change)
    slot = planned_slot(change.release, slot_id)
    moved = replace(slot, at=at, flags=flags if flags is not None else slot.flags)
    if moved == slot:
        raise NotNow("The slot is planned like that already.", settled=True)
    require_possible(change.release, moved.flags)
    if moved.at != slot.at:
        _check_time(change, at, but=slot.id)
        moved = replace(moved, remind_at=remind_at(change.release, at, now=change.now))
    change.release = _with(change.release, moved)
    look_again(change)
    change.tell(EventKind.SLOT_MOVED, slot=slot.id, old=slot.at.isoformat(), at=at.isoformat())
    return moved


def cancel_slot(change: Change, slot_id: str) -> Slot:
    """Take a planned slot back. The last chance to test anything at all is not taken away."""
    _require_open(change)
    release = change.release
    slot = planned_slot(release, slot_id)
    if len(release.planned_slots) == 1 and release.active_cycle is None and release.tested_cycle is None:
        raise NotNow(
            "This is the only regression slot, and nothing was tested yet. Add another one first, "
            "or move this one."
        )
    gone = replace(slot, state=take("The slot", SLOT_MOVES, slot.state, SlotSignal.CANCEL))
    change.release = _with(release, gone)
    look_again(change)
    change.tell(EventKind.SLOT_CANCELLED, slot=slot.id, at=slot.at.isoformat())
    return gone


def remind_at(release: Release, at: datetime, *, now: datetime) -> datetime | None:
    """When people are reminded of a slot; None where it is so near that its planning reminded them."""
    early = at - release.snapshot.timing.slot_reminder_before
    return early if early > now else None


def planned_slot(release: Release, slot_id: str) -> Slot:
    """The slot, which must still be ahead; NotNow says what became of it."""
    slot = next((s for s in release.slots if s.id == slot_id), None)
    if slot is None:
        raise NotNow(f"{release.title} has no such regression slot.")
    said = {
        SlotState.STARTED: "has started its cycle",
        SlotState.EXPIRED: "has expired",
        SlotState.CANCELLED: "was taken back",
    }
    if slot.state is not SlotState.PLANNED:
        raise NotNow(f"The slot of {slot.at:%Y-%m-%d %H:%M} UTC {said[slot.state]}.", settled=True)
    return slot


def require_possible(release: Release, flags: CycleFlags) -> None:
    """NotNow where a cycle with these flags would wait for something that nobody starts."""
    snapshot = release.snapshot
    if snapshot.build_mode is BuildMode.MANUAL:
        if flags.automation:
            raise NotNow(
                f"Automated tests are started in CI, and the builds of {snapshot.name} are made by hand. "
                "Plan it without automation."
            )
        return
    wanted = [BuildKind.REGRESSION] if flags.regression_builds else []
    wanted += [BuildKind.AUTOMATION] if flags.automation else []
    for kind in wanted:
        for plan in release.plans:
            if not snapshot.jobs(kind, plan.pair.platform):
                raise NotNow(
                    f"This release has no CI workflow for the {kind.lower()} build of {plan.pair.title}. "
                    "Plan it without, or start the next release with one in its configuration."
                )


def _require_open(change: Change) -> None:
    require_alive(change)
    if not change.release.in_state(Stage.PRE_RELEASE, StageState.PENDING):
        raise NotNow("Stage 3 has started: the commit to ship is fixed.")


def _check_time(change: Change, at: datetime, *, but: str = "") -> None:
    release = change.release
    if at <= change.now:
        raise NotNow("A slot must be in the future. To run a cycle now use /release cycle.")
    if at >= release.target_at:
        raise NotNow(
            f"A slot must come before the target date, {release.target_at:%Y-%m-%d %H:%M} UTC. {MOVE_TARGET}."
        )
    if at <= release.kick_off_at:
        raise NotNow(f"A slot must come after kick-off, {release.kick_off_at:%Y-%m-%d %H:%M} UTC.")
    if any(s.at == at for s in release.planned_slots if s.id != but):
        raise NotNow("Another slot is planned for that time already.")


def _with(release: Release, slot: Slot) -> Release:
    return replace(release, slots=tuple(slot if s.id == slot.id else s for s in release.slots))
