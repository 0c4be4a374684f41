"""Rehearsals over REST: a whole release on simulated providers, played while the client waits."""

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call
from bot.api.v1.rehearsal_shapes import DeedShape, PlayedShape, RehearsalOrder, RehearsalShape
from bot.api.v1.release_bodies import sent
from bot.views.rehearsal import NOT_CHECKED
from orchestration.domain.rehearsed import Rehearsed
from orchestration.services.rehearse import rehearse


async def rehearse_release(call: Call) -> Answer:
    """Play the next release of a configuration on simulated providers: what would happen; nothing is stored."""
    order = sent(call, RehearsalOrder)
    found = await rehearse(
        call.engine, call.tenant_id, order.configuration or "", actor=call.actor, captain=order.captain
    )
    return Answer(body=_shape(found))


def _shape(found: Rehearsed) -> RehearsalShape:
    began, ended = found.events[0].at, found.events[-1].at
    plan = views.plan(found.release)
    return RehearsalShape(
        release=plan.release,
        tasks=plan.tasks,
        stopped=found.stopped,
        began_at=began,
        ended_at=ended,
        moments=views.timeline(found.release, now=ended).items,
        deeds=tuple(DeedShape(at=deed.at, who=deed.who, what=deed.what) for deed in found.deeds),
        events=tuple(
            PlayedShape(kind=event.kind, at=event.at, actor=event.actor.id, data=dict(event.data))
            for event in found.events
        ),
        not_checked=NOT_CHECKED,
    )
