"""Buttons and forms of a cherry-pick: accepted at once, declined with a reason."""

from bot.actions.carrying import carried_by, open_screen, reason_of, release_of
from bot.slack.desk import Call
from bot.views import pick_news
from bot.views.modals.reasons import ReasonAct, reason_form
from orchestration.domain.errors import NotNow
from orchestration.services import picks


async def accept(call: Call) -> None:
    """Take it in."""
    ids = carried_by(call.intent.value)
    pick_id = ids.get("pick", "")
    await picks.accept(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        pick_id,
        actor=call.intent.actor,
        along=call.along(lambda change: pick_news.decided(change.release, pick_id)),
    )


async def ask_decline(call: Call) -> None:
    """The form for the reason."""
    release = await release_of(call)
    pick_id = carried_by(call.intent.value).get("pick", "")
    pick = next((p for p in release.picks if p.id == pick_id), None)
    if pick is None:
        raise NotNow(f"{release.title} has no such cherry-pick.")
    subject = f"{pick.wanted.name} for {release.title}"
    await open_screen(call, reason_form(ReasonAct.DECLINE, subject, metadata=call.intent.value))


async def decline(call: Call) -> None:
    """The reason was given."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    pick_id = ids.get("pick", "")
    await picks.decline(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        pick_id,
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: pick_news.decided(change.release, pick_id)),
    )
