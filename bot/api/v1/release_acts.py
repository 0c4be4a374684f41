"""What is done to a running release over REST; each answer is the release, or the part, as it is then."""

from collections.abc import Callable

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call, Shown, after
from bot.api.v1.problems import missing
from bot.api.v1.reading import etag
from bot.api.v1.release_bodies import CaptainOrder, DoneOrder, ReasonOrder, sent
from bot.api.v1.releases import found
from orchestration.domain.release import Release
from orchestration.services import act, captains


async def list_tasks(call: Call) -> Answer:
    """All tasks of a release, in the order of its plan."""
    release = await found(call)
    return call.page({f"{n:06d}": views.task(release, each) for n, each in enumerate(release.tasks)})


async def hold_release(call: Call) -> Answer:
    """Let a release stand still, with a reason; holding again changes the reason."""
    reason = sent(call, ReasonOrder).reason
    doing = act.hold(*call.target, reason, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def resume_release(call: Call) -> Answer:
    """Take back one's own hold, and no other."""
    doing = act.resume(*call.target, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def archive_release(call: Call) -> Answer:
    """Give a release up, with a reason; what exists at the providers stays there."""
    reason = sent(call, ReasonOrder).reason
    doing = act.archive(*call.target, reason, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def hand_over_release(call: Call) -> Answer:
    """Let somebody else lead a release."""
    person = sent(call, CaptainOrder).person
    doing = captains.set_captain(*call.target, person, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def retry_task(call: Call) -> Answer:
    """Run a failed task again; nothing else is redone."""
    task_id = await _task(call)
    shown = _task_shown(task_id)
    doing = act.retry(*call.target, task_id, actor=call.actor, along=call.along(shown))
    return await after(doing, shown)


async def skip_task(call: Call) -> Answer:
    """Go on without a failed task, with a reason."""
    reason = sent(call, ReasonOrder).reason
    task_id = await _task(call)
    shown = _task_shown(task_id)
    doing = act.skip(*call.target, task_id, reason, actor=call.actor, along=call.along(shown))
    return await after(doing, shown)


async def finish_task(call: Call) -> Answer:
    """Say that a person did what a failed or waiting task should do, and where it can be seen."""
    told = sent(call, DoneOrder)
    task_id = await _task(call)
    shown = _task_shown(task_id)
    doing = act.done(
        *call.target,
        task_id,
        number=told.number,
        evidence=told.evidence,
        actor=call.actor,
        along=call.along(shown),
    )
    return await after(doing, shown)


async def _task(call: Call) -> str:
    """The id of the task that the path names. Trouble: 404."""
    return await part(call, "task", lambda release: [task.id for task in release.tasks])


async def part(call: Call, name: str, ids: Callable[[Release], list[str]]) -> str:
    """The id of a part of the release. Trouble: 404 where it has none of this name; who may is judged by the act."""
    async with call.engine.look() as work:
        release = await work.releases.get(call.tenant_id, call.names["id"])
    wanted = views.whole_id(release.id, call.names[name])
    if wanted not in ids(release) or views.short(release, wanted) != call.names[name]:
        raise missing()
    return wanted


def _task_shown(task_id: str) -> Shown:
    def shown(release: Release) -> Answer:
        task = release.task(task_id)
        body = views.task(release, task) if task is not None else None
        return Answer(body=body, headers={"ETag": etag(release.revision)})

    return shown
