"""Notices about tasks and builds: what was made, what is awaited, what failed and what to do about it."""

from collections.abc import Callable
from datetime import datetime

from bot.views import pick_news, pull_news
from bot.views.blocks import Json
from bot.views.news import LINK, WORDS, task_of, tell
from bot.views.rendered import Rendered
from bot.views.task_buttons import task_buttons, waits_for_hand
from bot.views.text import Mrkdwn, escape, joined, mention, say
from bot.views.words import BUILD_KINDS, brief, linked, person, when
from orchestration.domain.builds import BuildKind
from orchestration.domain.events import Event
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task, TaskState, TaskType, TroubleKind, WaitOwner

_WHAT_TO_DO = {
    TroubleKind.TRANSIENT: "The automatic tries are used up. Retry it when the provider is well again.",
    TroubleKind.CREDENTIALS: "Connect the account again with /release connect, then retry.",
    TroubleKind.REFUSED: "Mend what the provider refuses, then retry; or skip it with a reason.",
    TroubleKind.DIFFERENT: "Remove or rename what is there, then retry; or mark this done by hand.",
    TroubleKind.OVERDUE: "Look what became of it, then retry, or mark it done by hand.",
    TroubleKind.UNKNOWN: "Retry it, skip it with a reason, or mark it done by hand.",
}


def failed(event: Event, release: Release, _now: datetime) -> Rendered:
    """What failed, why, where to look and what to do; the buttons go once it is no longer failed."""
    task = task_of(event, release)
    reason = brief(event.data.get("reason", "no reason known"), WORDS)
    sentence = say(
        "{title} failed: {reason}.",
        title=task.title if task else "A task",
        reason=linked(event.data.get("link"), reason, LINK),
    )
    if task is None or task.state is not TaskState.FAILED:
        return tell(release, sentence)
    kind = task.trouble.kind if task.trouble else TroubleKind.UNKNOWN
    ask = say("{captain}: {do}", captain=person(release.captain), do=_WHAT_TO_DO[kind])
    if task.type is TaskType.CHERRY_PICK and kind is TroubleKind.REFUSED:
        ask = pick_news.refused(task, release)
    return tell(release, sentence + " " + ask, *_buttons(release, task))


def waiting(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """Asks the captain for what only a person can bring; waiting for CI is the card's matter."""
    task = task_of(event, release)
    if event.data.get("owner") != WaitOwner.CAPTAIN or task is None:
        return None
    if not waits_for_hand(task) or task.wait is None:
        return tell(release, say("{title} was awaited.", title=task.title))
    sentence = say(
        "{title} waits for {what} from {captain}, until {deadline}.",
        title=task.title,
        what=linked(task.wait.link, brief(task.wait.what, WORDS), LINK),
        captain=mention(release.captain),
        deadline=when(task.wait.deadline_at),
    )
    return tell(release, sentence, *_buttons(release, task))


def reminded(event: Event, release: Release, _now: datetime) -> Rendered:
    """A wait has passed its deadline; told to the captain, then to everybody."""
    task = task_of(event, release)
    title = task.title if task else "A task"
    what = linked(event.data.get("link"), brief(event.data.get("what", "something"), WORDS), LINK)
    sentence = say("{title} still waits for {what}, past its deadline.", title=title, what=what)
    if task is None or task.wait is None:
        return tell(release, sentence)
    ask = say(
        " {captain}, please see to it: after {deadline} {then}.",
        captain=mention(release.captain),
        deadline=when(task.wait.deadline_at),
        then="it fails" if event.data.get("escalated") else "everybody is told",
    )
    return tell(release, sentence + ask, *_buttons(release, task))


def retried(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody asked for another try."""
    return tell(release, _by(event, release, "{who} retries: {title}."))


def skipped(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody went on without a task."""
    reason = brief(event.data.get("reason", "no reason given"), WORDS)
    return tell(release, _by(event, release, "{who} skipped {title}: {extra}", reason))


def done_by_hand(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody did it by hand, and says where it can be seen."""
    evidence = brief(event.data.get("evidence", "nothing shown"), WORDS)
    return tell(release, _by(event, release, "{who} did by hand: {title}. Evidence: {extra}", evidence))


def _by(event: Event, release: Release, template: str, extra: str = "") -> Mrkdwn:
    task = task_of(event, release)
    title = task.title if task else "a task"
    return say(template, who=person(event.actor.id), title=title, extra=extra)


def build_ready(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """A build is there; the runs of automated tests are told by their result."""
    build = next((b for b in release.builds if b.id == event.data.get("build")), None)
    if build is None or build.kind is BuildKind.AUTOMATION:
        return None
    number = build.store.number if build.store is not None else build.number or ""
    what = f"{BUILD_KINDS[build.kind]} {number} ({build.pair.title} {build.version})"
    by = say(", made by {who}", who=person(build.by)) if build.by else escape("")
    files = [linked(a.url, brief(a.name, 60), LINK) for a in build.artifacts[:3]]
    lines = [say("Files: {files}", files=joined(files, ", "))] if files else []
    if build.store is not None:
        page = linked(build.store.url, brief(build.store.number, WORDS), LINK)
        lines.append(say("In the store: {page}{group}", page=page, group=_given_to(build.store.group)))
    sentence = linked(build.run_url, brief(what, WORDS), LINK) + " is ready" + by + "."
    return tell(release, sentence, lines=lines)


def _given_to(group: str | None) -> str:
    return f", for {group}" if group else ""


def build_given(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody told the number of a build; it counts once its store has it."""
    return tell(
        release,
        _by(
            event,
            release,
            "{who} gave build {extra} for {title}. It counts once its store shows it.",
            event.data.get("number", ""),
        ),
    )


def succeeded(event: Event, release: Release, _now: datetime) -> Rendered | None:
    """What came of a pick or a backmerge, and automated tests that are red; the rest is told by its chapter."""
    task = task_of(event, release)
    if task is None:
        return None
    if task.type is TaskType.AUTOMATION_RUNS and task.output.get("result") == "failed":
        return tell(release, _red(task, release))
    made = _MADE.get(task.type)
    return tell(release, made(task, release)) if made is not None else None


def _red(task: Task, release: Release) -> Mrkdwn:
    about = f" for {task.pair.title}" if task.pair else ""
    return say(
        "{what}{about} failed. {captain}, look at them, or have a fix picked and run another cycle.",
        what=linked(task.output.get("url"), "The automated tests", LINK),
        about=about,
        captain=mention(release.captain),
    )


_MADE: dict[TaskType, Callable[[Task, Release], Mrkdwn]] = {
    TaskType.CHERRY_PICK: pick_news.picked,
    TaskType.BACKMERGE: pull_news.merged_back,
}


def _buttons(release: Release, task: Task) -> tuple[Json, ...]:
    return task_buttons(release, task, block_id=f"task:{task.id}:{task.generation}")
