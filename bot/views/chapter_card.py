"""The message of a chapter: what a stage or a cycle has left behind, edited in place in the thread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from bot.views.blocks import context, section
from bot.views.markdown import markdown_lines
from bot.views.rendered import SECTION, TEXT, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, joined, plural, say, truncate
from bot.views.words import TASK_WORDS, brief, dotted, linked, person
from orchestration.domain.chapters import Chapter, over, ready_build, tasks_of
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleState
from orchestration.domain.tasks import FINAL, Task, TaskState, TaskType

LIMIT = 9_000
NEWEST = 100
"""Commits in notes that have no tag to start from, by the port: as many as these are the newest, not all."""
_SHA = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class _Room:
    """How much it may say: characters per text from outside, per link, and of the notes."""

    words: int = 160
    link: int = 400
    notes: int = 1_200


_ROOMS = (_Room(), _Room(words=80, link=200, notes=600), _Room(words=40, link=0, notes=200))
_LABELS: Mapping[TaskType, str] = MappingProxyType(
    {
        TaskType.FORK_BRANCH: "Branch",
        TaskType.CREATE_PROJECT_MANAGEMENT_TICKET: "Tickets",
        TaskType.CREATE_TEST_SUITE: "Test runs",
        TaskType.TRIGGER_PRE_REGRESSION_BUILDS: "Pre-regression builds",
        TaskType.RESET_TEST_SUITE: "Asked to test again",
        TaskType.CREATE_RC_TAG: "Tag",
        TaskType.CREATE_RELEASE_NOTES: "Notes",
        TaskType.TRIGGER_REGRESSION_BUILDS: "Regression builds",
        TaskType.AUTOMATION_RUNS: "Automated tests",
        TaskType.CREATE_RELEASE_TAG: "Tag",
        TaskType.CREATE_FINAL_RELEASE_NOTES: "Release notes",
        TaskType.TRIGGER_TEST_FLIGHT_BUILD: "TestFlight build",
        TaskType.CREATE_AAB_BUILD: "App bundle build",
    }
)
"""What stands before that which the tasks of a type have left; the start of automated tests is told by their end."""
_NOTED = frozenset({TaskType.CREATE_RELEASE_NOTES, TaskType.CREATE_FINAL_RELEASE_NOTES})


def chapter_card(release: Release, shown: Chapter) -> Rendered:
    """How far it is in its first line, then a line for each kind of thing that is there."""
    head = _head(release, shown)
    text = truncate(say("{title}: {head}", title=brief(release.title, 200), head=head), size=TEXT)

    def render(room: _Room) -> Rendered:
        lines = [bold(head), *_lines(release, shown, room)]
        blocks = [section(each) for each in paragraphs(lines, most=SECTION)]
        notes = _notes(release, shown, room)
        return Rendered(
            text=text, blocks=(*blocks, *(context(each) for each in paragraphs(notes, most=SECTION)))
        )

    return fit(render, _ROOMS, limit=LIMIT)


def _head(release: Release, shown: Chapter) -> Mrkdwn:
    """`Regression, cycle 2 (v2.14.0-rc.2) is done`, or how many of its tasks are."""
    title = brief(shown.title, 100)
    if shown.cycle is not None:
        title = say("{title} ({tag})", title=title, tag=brief(shown.cycle.tag, 100))
    if shown.cycle is not None and shown.cycle.state is CycleState.ABANDONED:
        return say("{title} was abandoned", title=title)
    if over(release, shown):
        return say("{title} is done", title=title)
    if release.ended:
        return say("{title} was not finished", title=title)
    tasks = tasks_of(release, shown)
    done = sum(1 for task in tasks if task.state in FINAL)
    return say("{title}: {done} of {all} done", title=title, done=done, all=plural(len(tasks), "task"))


def _lines(release: Release, shown: Chapter, room: _Room) -> list[Mrkdwn]:
    ended = [t for t in tasks_of(release, shown) if t.type in _LABELS and _shows(release, t)]
    order = {kind: number for number, kind in enumerate(_LABELS)}
    rows = groupby(sorted(ended, key=lambda t: (order[t.type], t.pair or "")), key=lambda t: t.type)
    return [
        say(
            "{label}: {items}",
            label=bold(_LABELS[kind]),
            items=dotted(_item(release, t, room) for t in tasks),
        )
        for kind, tasks in rows
    ]


def _shows(release: Release, task: Task) -> bool:
    """What ended shows, but for what was given up; a build shows once it is there."""
    return task.state in {TaskState.SUCCEEDED, TaskState.SKIPPED} or ready_build(release, task) is not None


def _item(release: Release, task: Task, room: _Room) -> Mrkdwn:
    """`MOB-1 (iOS)`, or what became of it where there is nothing to show."""
    about = escape(task.pair.title) if task.pair is not None else escape("")
    build = ready_build(release, task)
    if build is not None and task.type is not TaskType.AUTOMATION_RUNS:
        return _build(release, task, room)
    make = _MADE.get(task.type)
    if task.state is TaskState.SUCCEEDED and task.output and make is not None:
        return make(task, release, room)
    how = TASK_WORDS[task.state].lower()
    why = say(" ({note})", note=brief(task.note, room.words)) if task.note else escape("")
    return say("{about}{how}{why}", about=about + " " if about else "", how=how, why=why)


def _build(release: Release, task: Task, room: _Room) -> Mrkdwn:
    """`iOS 417 (build-output)`: its run, its files, its page in the store, and who made it."""
    build = ready_build(release, task)
    if build is None:
        return escape("")
    number = build.number or (build.store.number if build.store is not None else "")
    said = linked(build.run_url, brief(f"{build.pair.title} {number}".strip(), 60), room.link)
    extra = [linked(a.url, brief(a.name, 40), room.link) for a in build.artifacts[:3]]
    if build.store is not None:
        page = linked(build.store.url, brief(f"{build.store.number} in the store", 60), room.link)
        group = say(" for {group}", group=brief(build.store.group, 60)) if build.store.group else escape("")
        extra.append(page + group)
    if build.by:
        extra.append(say("made by {who}", who=person(build.by)))
    return say("{said} ({extra})", said=said, extra=joined(extra, ", ")) if extra else said


def _branch(task: Task, release: Release, room: _Room) -> Mrkdwn:
    return say(
        "{branch} from {base} at {sha}",
        branch=linked(task.output.get("url"), brief(release.branch, room.words), room.link),
        base=code(brief(release.cut_from, room.words)),
        sha=code(task.output.get("sha", "unknown")[:_SHA]),
    )


def _tag(task: Task, _release: Release, room: _Room) -> Mrkdwn:
    return say(
        "{tag} on {sha}",
        tag=linked(task.output.get("url"), brief(task.output.get("tag", "unknown"), room.words), room.link),
        sha=code(task.output.get("sha", "unknown")[:_SHA]),
    )


def _ticket(task: Task, _release: Release, room: _Room) -> Mrkdwn:
    key = brief(task.output.get("key", "a ticket"), room.words)
    return linked(task.output.get("url"), key, room.link) + _for(task)


def _suite(task: Task, _release: Release, room: _Room) -> Mrkdwn:
    about = task.pair.title if task.pair is not None else task.output.get("name", "the test run")
    return linked(task.output.get("url"), brief(about, room.words), room.link)


def _automated(task: Task, _release: Release, room: _Room) -> Mrkdwn:
    about = task.pair.title if task.pair is not None else "the tests"
    what = linked(task.output.get("url"), about, room.link)
    return say(
        "{what} {result}", what=what, result=brief(task.output.get("result", "ended without a result"), 60)
    )


def _written(task: Task, _release: Release, room: _Room) -> Mrkdwn:
    since = f" since {task.output['since']}" if task.output.get("since") else ""
    count = task.output.get("commits", "")
    commits = plural(int(count), "commit") if count.isdigit() else "some commits"
    if not since and count.isdigit() and int(count) >= NEWEST:
        commits = f"the newest {commits}"
    by = task.output.get("edited_by")
    edited = say(", as {who} edited them", who=person(by)) if by else escape("")
    return linked(task.output.get("url"), brief(f"{commits}{since}", room.words), room.link) + edited


def _asked(task: Task, _release: Release, _room: _Room) -> Mrkdwn:
    return escape(task.pair.title if task.pair is not None else "the testers")


def _for(task: Task) -> str:
    return f" ({task.pair.title})" if task.pair is not None else ""


_Make = Callable[[Task, Release, _Room], Mrkdwn]
_MADE: Mapping[TaskType, _Make] = MappingProxyType(
    {
        TaskType.FORK_BRANCH: _branch,
        TaskType.CREATE_PROJECT_MANAGEMENT_TICKET: _ticket,
        TaskType.CREATE_TEST_SUITE: _suite,
        TaskType.RESET_TEST_SUITE: _asked,
        TaskType.CREATE_RC_TAG: _tag,
        TaskType.CREATE_RELEASE_TAG: _tag,
        TaskType.CREATE_RELEASE_NOTES: _written,
        TaskType.CREATE_FINAL_RELEASE_NOTES: _written,
        TaskType.AUTOMATION_RUNS: _automated,
    }
)


def _notes(release: Release, shown: Chapter, room: _Room) -> Sequence[Mrkdwn]:
    """The first lines of the notes, which are Markdown, in Slack's own markup."""
    text = next((t.output.get("text", "") for t in tasks_of(release, shown) if t.type in _NOTED), "")
    return markdown_lines(text, most=room.notes, rest="…and more: see the link, or /release notes")
