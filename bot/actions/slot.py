"""Buttons and forms about regression slots: the list, one more, another time, taken back."""

from datetime import datetime, timedelta

from bot.actions.carrying import carried_by, open_screen, release_of
from bot.actions.start import next_hour
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views.modals.slot_form import AT, read_slot, slot_form
from bot.views.slots import MOVE, REMOVE, slots_answer
from bot.views.values import carried
from orchestration.domain import slots
from orchestration.domain.change import Change
from orchestration.domain.cycles import last_flags
from orchestration.domain.errors import DomainError, NotNow
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags
from orchestration.services import regression
from orchestration.services.engine import Engine

_AFTER = timedelta(days=1)


def slot_id(release: Release, number: str) -> str:
    """The id of the slot that people call by this number."""
    return f"{release.id}/s{number.removeprefix('#')}"


async def show(call: Call) -> None:
    """The list, for the one who clicked."""
    await call.answer(slots_answer(await release_of(call)))


async def ask_add(call: Call) -> None:
    """The form of one more slot."""
    release = await release_of(call)
    at = max([next_hour(call.engine.clock.now()), *(s.at + _AFTER for s in release.planned_slots)])
    if at >= release.target_at:
        at = next_hour(call.engine.clock.now())
    flags = release.slots[-1].flags if release.slots else last_flags(release.cycles)
    form = slot_form(release, None, at=at, flags=flags, metadata=_carried(call, release, ""))
    await open_screen(call, form)


async def act(call: Call) -> None:
    """What was chosen from a slot's menu."""
    ids = carried_by(call.intent.value)
    release = await release_of(call)
    slot = slots.planned_slot(release, slot_id(release, ids.get("slot", "")))
    if ids.get("act") == MOVE:
        metadata = _carried(call, release, ids["slot"])
        await open_screen(call, slot_form(release, slot, at=slot.at, flags=slot.flags, metadata=metadata))
    elif ids.get("act") == REMOVE:
        change = await regression.cancel_slot(
            call.engine,
            release.tenant_id,
            release.id,
            slot.id,
            actor=call.intent.actor,
            along=call.along(lambda _change: None),
        )
        await _renew(call, call.intent.response_url or "", change.release, "The slot is taken back.")
    else:
        raise NotNow("This menu is of an older version. Use `/release slot`.")


def _carried(call: Call, release: Release, number: str) -> str:
    return carried(release=release.id, slot=number, home=call.intent.response_url or "")


async def check(engine: Engine, intent: Intent) -> Verdict:
    """All that is wrong with it, at the field of the time."""
    ids = carried_by(intent.metadata)
    async with engine.look() as work:
        release = await work.releases.get(intent.tenant_id, ids["release"])
    at, flags = read_slot(intent.state)
    try:
        _apply(Change(release, now=engine.clock.now(), actor=intent.actor), ids.get("slot", ""), at, flags)
    except DomainError as error:
        return Verdict(answer={"response_action": "errors", "errors": {AT: str(error)}}, store=False)
    return Verdict(answer={}, store=True)


def _apply(change: Change, number: str, at: datetime | None, flags: CycleFlags) -> None:
    if at is None:
        raise NotNow("Choose a time")
    if number:
        slots.move_slot(change, slot_id(change.release, number), at, flags)
    else:
        slots.add_slot(change, at, flags)


async def submit(call: Call) -> None:
    """The slot was filled in: it is planned, or moved."""
    ids = carried_by(call.intent.metadata)
    at, flags = read_slot(call.intent.state)
    number, home = ids.get("slot", ""), ids.get("home", "")
    if at is None:
        raise NotNow("Choose a time.")
    said = "The slot is moved." if number else "The slot is planned."
    along = call.along(lambda change: None if home else slots_answer(change.release, said))
    where, actor = (call.engine, call.intent.tenant_id, ids["release"]), call.intent.actor
    if number:
        moved = f"{ids['release']}/s{number}"
        change = await regression.move_slot(*where, moved, at=at, flags=flags, actor=actor, along=along)
    else:
        change = await regression.add_slot(*where, at, flags, actor=actor, along=along)
    await _renew(call, home, change.release, said)


async def _renew(call: Call, home: str, release: Release, says: str) -> None:
    """Show the list as it is now in the place of the one that was acted on."""
    if home:
        await call.replace(home, slots_answer(release, says))
