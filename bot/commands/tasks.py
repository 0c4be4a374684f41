"""`/release retry`, `/release skip` and `/release done`: what to do about a task."""

from bot.actions.task import done_words
from bot.commands.naming import named_release, named_task, required_reason, split_before_task
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from orchestration.domain.errors import NotNow
from orchestration.domain.given import BUILD_KINDS, links_in
from orchestration.domain.tasks import TaskState
from orchestration.services import act

_FAILED = frozenset({TaskState.FAILED})
_OPEN = frozenset({TaskState.FAILED, TaskState.WAITING})


async def run_retry(call: Call) -> None:
    """Run a failed task again; nothing else is redone."""
    words, rest = split_before_task(call.intent.text)
    release = await named_release(call, words)
    task, _rest = named_task(release, rest, _FAILED, "retry")
    await act.retry(
        call.engine,
        release.tenant_id,
        release.id,
        task.id,
        actor=call.intent.actor,
        along=call.along(lambda _change: f"{task.title} runs again."),
    )


async def run_skip(call: Call) -> None:
    """Go on without a failed task."""
    words, rest = split_before_task(call.intent.text)
    release = await named_release(call, words)
    task, rest = named_task(release, rest, _FAILED, "skip")
    reason = required_reason(rest, "/release skip CREATE_TEST_SUITE ios Tested by hand this time")
    await act.skip(
        call.engine,
        release.tenant_id,
        release.id,
        task.id,
        reason,
        actor=call.intent.actor,
        along=call.along(lambda _change: f"{task.title} is skipped: {reason}"),
    )


async def run_done(call: Call) -> None:
    """Say that a person did it; a build needs its number."""
    words, rest = split_before_task(call.intent.text, numbered=True)
    release = await named_release(call, words)
    task, rest = named_task(release, rest, _OPEN, "mark as done")
    number, evidence = parted(rest)
    if task.type not in BUILD_KINDS or links_in(number):
        number, evidence = "", rest
    if not (number or evidence):
        raise NotNow(
            "Please say where it can be seen, for example `/release done CREATE_AAB_BUILD 1042 https://…`."
        )
    await act.done(
        call.engine,
        release.tenant_id,
        release.id,
        task.id,
        number=number or None,
        evidence=evidence or f"build {number}",
        actor=call.intent.actor,
        along=call.along(lambda change: done_words(change.release, task.id)),
    )


RETRY = Word(
    word="retry",
    usage="retry [release] [task] [platform]",
    does="Run a failed task again",
    example="/release retry TRIGGER_REGRESSION_BUILDS android",
    run=run_retry,
)
SKIP = Word(
    word="skip",
    usage="skip [release] [task] [platform] <reason>",
    does="Go on without a failed task",
    example="/release skip CREATE_TEST_SUITE ios Tested by hand this time",
    run=run_skip,
)
DONE = Word(
    word="done",
    usage="done [release] [task] [platform] [build number] <evidence>",
    does="Mark a task as done by hand",
    example="/release done CREATE_AAB_BUILD android 1042 https://play.google.com/…",
    run=run_done,
)
