"""Re-planning a release from its configuration: the differences, then the button."""

from bot.actions.carrying import carried_by
from bot.slack.desk import Call
from bot.views.replan_offer import replan_offer
from orchestration.services import replan as service


async def offer(call: Call, release_id: str) -> None:
    """What would change, for the one who asks."""
    found = await service.preview(call.engine, call.intent.tenant_id, release_id, actor=call.intent.actor)
    await call.answer(replan_offer(found.release, found.changes, found.stays, found.digest))


async def replan(call: Call) -> None:
    """Do it, as it was seen."""
    ids = carried_by(call.intent.value)
    await service.replan(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        ids.get("seen", ""),
        actor=call.intent.actor,
        along=call.along(lambda change: f"{change.release.title} follows its configuration as it is now."),
    )
