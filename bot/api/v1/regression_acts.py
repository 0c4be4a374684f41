"""Stage 2 over REST: regression cycles and the slots that are planned for them."""

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call, after
from bot.api.v1.release_acts import part
from bot.api.v1.release_bodies import CycleOrder, ReasonOrder, SlotOrder, SlotPatch, sent
from orchestration.domain.errors import NotNow
from orchestration.domain.stages import CycleFlags, Slot
from orchestration.services import act, regression


async def start_cycle(call: Call) -> Answer:
    """Run a regression cycle now, or as soon as the one under way is done."""
    flags = CycleFlags(**sent(call, CycleOrder).model_dump())
    doing = act.cycle(*call.target, flags, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def abandon_cycle(call: Call) -> Answer:
    """Give the regression cycle under way up, with a reason; its CI runs are stopped."""
    reason = sent(call, ReasonOrder).reason
    cycle_id = await part(call, "cycle", lambda release: [cycle.id for cycle in release.cycles])

    async with call.engine.look() as work:
        release = await work.releases.get(call.tenant_id, call.names["id"])
    active = release.active_cycle
    if active is None or active.id != cycle_id:
        raise NotNow("This regression cycle is not under way.", settled=True)
    doing = regression.abandon_cycle(*call.target, reason, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def add_slot(call: Call) -> Answer:
    """Plan a regression slot."""
    order = sent(call, SlotOrder)
    flags = CycleFlags(regression_builds=order.regression_builds, automation=order.automation)
    doing = regression.add_slot(
        *call.target, order.at, flags, actor=call.actor, along=call.along(views.shown)
    )
    return await after(doing, views.shown)


async def move_slot(call: Call) -> Answer:
    """Put a planned slot elsewhere, or change what its cycle does, by a merge patch."""
    patch = sent(call, SlotPatch)
    slot_id = await _slot(call)
    async with call.engine.look() as work:
        release = await work.releases.get(call.tenant_id, call.names["id"])
    before: Slot = next(slot for slot in release.slots if slot.id == slot_id)
    given = patch.model_dump(include=patch.model_fields_set)
    at = given.pop("at", before.at)
    flags = CycleFlags(
        regression_builds=given.get("regression_builds", before.flags.regression_builds),
        automation=given.get("automation", before.flags.automation),
    )
    doing = regression.move_slot(
        *call.target, slot_id, at=at, flags=flags, actor=call.actor, along=call.along(views.shown)
    )
    return await after(doing, views.shown)


async def remove_slot(call: Call) -> Answer:
    """Take a planned slot back."""
    slot_id = await _slot(call)
    await regression.cancel_slot(
        call.engine,
        call.tenant_id,
        call.names["id"],
        slot_id,
        actor=call.actor,
        along=call.along(lambda _release: Answer(status=204)),
    )
    return Answer(status=204)


async def _slot(call: Call) -> str:
    return await part(call, "slot", lambda release: [slot.id for slot in release.slots])
