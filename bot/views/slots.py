"""The regression slots of a release as a list, with what can be done about each."""

from bot.views.blocks import Json, actions, button, section
from bot.views.inputs import option, overflow
from bot.views.rendered import MESSAGE, TEXT, Rendered, fit
from bot.views.text import Mrkdwn, and_more, bold, code, escape, say, truncate
from bot.views.values import SLOT_ACT, SLOT_ADD, carried
from bot.views.words import dotted, one_line, when
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags, Slot, SlotState, Stage, StageState

MOVE, REMOVE = "move", "remove"
_ROOMS = (30, 20, 12, 6)
_STATES = {
    SlotState.PLANNED: "planned",
    SlotState.STARTED: "started",
    SlotState.EXPIRED: "expired: the target date had passed",
    SlotState.CANCELLED: "taken back",
}


def number_of(slot: Slot) -> str:
    """What people call a slot: it is never given to another one."""
    return slot.id.rpartition("/s")[2]


def slots_answer(release: Release, says: str = "") -> Rendered:
    """Every slot by its number, planned ones with a menu; and how one more is added."""
    ordered = sorted(release.slots, key=lambda slot: (slot.state is not SlotState.PLANNED, slot.at))
    open_still = release.in_state(Stage.PRE_RELEASE, StageState.PENDING) and not release.ended
    head = bold(f"Regression slots of {one_line(release.title, 200)}")

    def render(room: int) -> Rendered:
        rows = [_row(release, slot, menu=open_still) for slot in ordered[:room]]
        rest = [section(escape(and_more(len(ordered) - room)))] if len(ordered) > room else []
        foot = [_foot(release)] if open_still else []
        top = section(say("{head}\n{says}", head=head, says=says) if says else head)
        text = say(
            "{n} planned: {title}. {says}", n=len(release.planned_slots), title=release.title, says=says
        )
        return Rendered(text=truncate(text, size=TEXT), blocks=(top, *rows, *rest, *foot))

    return fit(render, _ROOMS, limit=MESSAGE)


def flag_words(flags: CycleFlags) -> str:
    """What a cycle does, besides tag and notes."""
    wanted = [
        word
        for word, on in (("builds", flags.regression_builds), ("automated tests", flags.automation))
        if on
    ]
    return " and ".join(wanted) or "tag and notes only"


def _row(release: Release, slot: Slot, *, menu: bool) -> Json:
    parts: list[Mrkdwn | str] = [bold(f"Slot {number_of(slot)}"), when(slot.at), _STATES[slot.state]]
    cycle = next((c for c in release.cycles if c.id == slot.cycle_id), None)
    parts.append(code(cycle.tag) if cycle is not None else escape(flag_words(slot.flags)))
    block_id = f"slot:{slot.id}:{release.revision}"
    if not menu or slot.state is not SlotState.PLANNED:
        return section(dotted(parts), block_id=block_id)
    acts = [
        option(label, carried(release=release.id, slot=number_of(slot), act=act))
        for label, act in (("Move or change…", MOVE), ("Remove", REMOVE))
    ]
    return section(dotted(parts), accessory=overflow(SLOT_ACT, acts), block_id=block_id)


def _foot(release: Release) -> Json:
    add = button("Add Slot…", action_id=SLOT_ADD, value=carried(release=release.id))
    return actions(add, block_id=f"slots:{release.id}:{release.revision}")
