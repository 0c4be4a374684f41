"""Buttons and forms about one task: retry, skip, done by hand."""

from bot.actions.carrying import carried_by, open_screen, reason_of, release_of
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views.modals.hand_build import hand_build, problems, read_hand_build
from bot.views.modals.reasons import ReasonAct, reason_form
from orchestration.domain.errors import NotNow
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task
from orchestration.services import act
from orchestration.services.engine import Engine


def _task(release: Release, task_id: str) -> Task:
    task = release.task(task_id)
    if task is None:
        raise NotNow(f"{release.title} has no such task any more.")
    return task


async def retry(call: Call) -> None:
    """Run the failed task again."""
    ids = carried_by(call.intent.value)
    await act.retry(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        ids.get("task", ""),
        actor=call.intent.actor,
        along=call.along(lambda change: f"{_task(change.release, ids.get('task', '')).title} runs again."),
    )


async def ask_skip(call: Call) -> None:
    """The form for the reason."""
    release = await release_of(call)
    task = _task(release, carried_by(call.intent.value).get("task", ""))
    subject = f"{task.title} of {release.title}"
    await open_screen(call, reason_form(ReasonAct.SKIP, subject, metadata=call.intent.value))


async def skip(call: Call) -> None:
    """The reason was given."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    await act.skip(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        ids.get("task", ""),
        reason,
        actor=call.intent.actor,
        along=call.along(
            lambda change: f"{_task(change.release, ids.get('task', '')).title} is skipped: {reason}"
        ),
    )


async def ask_done(call: Call) -> None:
    """The form for the build's number and the evidence."""
    release = await release_of(call)
    task = _task(release, carried_by(call.intent.value).get("task", ""))
    await open_screen(call, hand_build(release, task, metadata=call.intent.value))


async def check_done(engine: Engine, intent: Intent) -> Verdict:
    """All that is missing or wrong, each at its field."""
    ids = carried_by(intent.metadata)
    async with engine.look() as work:
        release = await work.releases.get(intent.tenant_id, ids["release"])
    found = problems(read_hand_build(intent.state), _task(release, ids.get("task", "")))
    if not found:
        return Verdict(answer={}, store=True)
    answer = {"response_action": "errors", "errors": {p.field: p.message for p in found}}
    return Verdict(answer=answer, store=False)


async def done(call: Call) -> None:
    """A person did it."""
    ids, filled = carried_by(call.intent.metadata), read_hand_build(call.intent.state)
    await act.done(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        ids.get("task", ""),
        number=filled.number,
        evidence=filled.evidence,
        actor=call.intent.actor,
        along=call.along(lambda change: done_words(change.release, ids.get("task", ""))),
    )


def done_words(release: Release, task_id: str) -> str:
    """What came of it: done, or a build whose store is looked into first."""
    task = release.task(task_id)
    if task is None:
        return "It is done by hand."
    if task.wait is not None:
        return f"{task.title}: it is done once {task.wait.what} is ready."
    return f"{task.title} is done by hand."
