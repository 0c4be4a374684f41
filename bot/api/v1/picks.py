"""Cherry-picks over REST: asked for, accepted, declined."""

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call, after
from bot.api.v1.release_acts import part
from bot.api.v1.release_bodies import PickOrder, ReasonOrder, sent
from orchestration.domain.errors import Invalid, NotNow, Problem
from orchestration.services import picks
from orchestration.services.pick_reference import Reference, reference


async def ask_pick(call: Call) -> Answer:
    """Ask for a late commit or merged pull request in the release branch."""
    wanted = _reference(sent(call, PickOrder).change)
    doing = picks.ask(*call.target, wanted, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


def _reference(text: str) -> Reference:
    try:
        return reference(text)
    except NotNow:
        says = "must be a merged pull request such as #123, a commit, or a link to one"
        raise Invalid([Problem(field="change", message=says)]) from None


async def accept_pick(call: Call) -> Answer:
    """Take a change in that was asked for; what is approved of Stage 3 is void then."""
    pick_id = await _pick(call)
    doing = picks.accept(*call.target, pick_id, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def decline_pick(call: Call) -> Answer:
    """Leave a change out that was asked for, with a reason."""
    reason = sent(call, ReasonOrder).reason
    pick_id = await _pick(call)
    doing = picks.decline(*call.target, pick_id, reason, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def _pick(call: Call) -> str:
    return await part(call, "pick", lambda release: [pick.id for pick in release.picks])
