"""The lines of the release card: where it stands, what is in the way, pairs, tasks, cycles, links."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.views.text import Mrkdwn, and_more, bold, code, duration, escape, joined, plural, say
from bot.views.words import (
    BUILD_KINDS,
    BUILD_WORDS,
    CYCLE_WORDS,
    HOLD_WORDS,
    TASK_MARKS,
    TASK_WORDS,
    brief,
    dotted,
    linked,
    listed,
    matter,
    owner,
    person,
    when,
)
from orchestration.domain.builds import Build, BuildKind
from orchestration.domain.explain import Explanation
from orchestration.domain.phase import PHASE_TITLES
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.stages import STAGE_TITLES, SlotState, Stage
from orchestration.domain.steps import Obstacle, Step
from orchestration.domain.tasks import FINAL, Task, TaskState, TaskType, Wait, WaitOwner


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How much a card may say: rows of each kind, and characters per text from outside and per link."""

    obstacles: int = 3
    tasks: int = 8
    slots: int = 3
    pairs: int = 9
    words: int = 160
    link: int = 400


ROOMS = (
    Room(),
    Room(tasks=5, words=110, link=250),
    Room(tasks=3, slots=2, pairs=6, words=70, link=160),
    Room(tasks=2, slots=1, pairs=6, words=40, link=0),
    Room(obstacles=2, tasks=1, slots=1, pairs=4, words=24, link=0),
)
"""From the roomiest to the smallest; the card takes the first that fits."""


def headline(release: Release, explained: Explanation, room: Room) -> Mrkdwn:
    """`*Regression* · Next: Regression build (iOS), CI`, with holds and lateness as words."""
    where = PHASE_TITLES[explained.phase]
    if not release.ended:
        causes = dict.fromkeys(hold.cause for hold in release.holds)
        where = ". ".join((where, *(HOLD_WORDS[cause] for cause in causes)))
    parts = [bold(where), *_closing(release, room)]
    if explained.next:
        rest = len(explained.next) - 1
        more = f" (and {rest} more)" if rest else ""
        parts.append(say("Next: {step}{more}", step=step(release, explained.next[0], room), more=more))
    if explained.late is not None:
        parts.append(bold(f"Late by {duration(explained.late)}"))
    return dotted(parts)


def origin(release: Release, room: Room) -> list[Mrkdwn]:
    """`Hotfix of 2.14.0`, and who skipped regression and why; nothing for what is no hotfix."""
    if release.parent is None:
        return []
    line = say("Hotfix of {parent}", parent=brief(release.parent.name, room.words))
    if release.skipped is None:
        return [line]
    skipped = say(
        "regression skipped by {who}: {why}",
        who=person(release.skipped.by),
        why=brief(release.skipped.reason, room.words),
    )
    return [dotted([line, skipped])]


def backmerges(release: Release, room: Room) -> list[Mrkdwn]:
    """What is merged back, while people still have to merge it."""
    waiting = [t for t in release.tasks if t.type is TaskType.BACKMERGE and t.state is TaskState.WAITING]
    return [] if release.ended else [task(release, t, room) for t in waiting]


def _closing(release: Release, room: Room) -> tuple[Mrkdwn, ...]:
    """Who ended the release, when and why; nothing where it lives."""
    ended = release.archived
    if ended is None:
        return ()
    why = brief(ended.reason, room.words)
    return (say("by {who}, {at}: {why}", who=person(ended.by), at=when(ended.at), why=why),)


def step(release: Release, coming: Step, room: Room) -> Mrkdwn:
    """What, by whom, when."""
    parts = [brief(coming.what, room.words), owner(release, coming.owner)]
    if coming.at is not None:
        parts.append(when(coming.at))
    return joined(parts, ", ")


def obstacle(release: Release, found: Obstacle, room: Room) -> Mrkdwn:
    """What is in the way, since when, whose it is and what removes it."""
    return say(
        ":warning: {what}\n{who}, since {since}: {remedy}",
        what=linked(found.link, matter(found.what, room.words), room.link),
        who=owner(release, found.owner),
        since=when(found.since),
        remedy=brief(found.remedy, max(room.words, 80)),
    )


def obstacles(release: Release, explained: Explanation, room: Room) -> list[Mrkdwn]:
    """The first obstacles, and where the others are listed."""
    lines = [obstacle(release, found, room) for found in explained.obstacles[: room.obstacles]]
    rest = len(explained.obstacles) - len(lines)
    return [*lines, say("and {rest} more: {why}", rest=rest, why=code("/release why"))] if rest else lines


def pairs(release: Release, room: Room) -> list[Mrkdwn]:
    """A line per pair."""
    lines = [pair(release, plan, room) for plan in release.plans[: room.pairs]]
    rest = len(release.plans) - len(lines)
    return [*lines, escape(and_more(rest))] if rest else lines


def pair(release: Release, plan: PairPlan, room: Room) -> Mrkdwn:
    """`*iOS* 2.14.0 · PIX-71 · Test run · Regression build 417 ready`."""
    ticket = release.find_task(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, pair=plan.pair)
    suite = release.find_task(TaskType.CREATE_TEST_SUITE, pair=plan.pair)
    parts = [bold(plan.pair.title) + f" {plan.version}"]
    if ticket is not None and ticket.output:
        key = brief(ticket.output.get("key", "Ticket"), 30)
        parts.append(linked(ticket.output.get("url"), key, room.link))
    if suite is not None and suite.output:
        parts.append(linked(suite.output.get("url"), "Test run", room.link))
    builds = [b for b in release.builds if b.pair == plan.pair and b.kind is not BuildKind.AUTOMATION]
    parts += [build(made, room) for made in builds[-1:]]
    return dotted(parts)


def build(made: Build, room: Room) -> Mrkdwn:
    """`Regression build 417 ready`, linked to its run."""
    label = BUILD_KINDS[made.kind] + (f" {made.number}" if made.number else "")
    return say(
        "{what} {state}",
        what=linked(made.run_url, brief(label, 60), room.link),
        state=BUILD_WORDS[made.state],
    )


def live_tasks(release: Release) -> tuple[str, tuple[Task, ...]]:
    """The name of what is under way and its tasks: the current stage, or the active cycle of Stage 2."""
    stage, cycle = release.current, release.active_cycle
    if stage is None:
        return "", ()
    if stage is not Stage.REGRESSION:
        return STAGE_TITLES[stage], release.tasks_of(stage)
    if cycle is None:
        return "", ()
    return f"{STAGE_TITLES[stage]}, cycle {cycle.number}", release.tasks_of(stage, cycle.id)


def tasks(release: Release, room: Room) -> list[Mrkdwn]:
    """How many are done, then a line for each that failed or waits, then the running ones in one."""
    title, rows = live_tasks(release)
    if not rows or release.ended:
        return []
    order = (TaskState.FAILED, TaskState.RETRYING, TaskState.WAITING)
    pressing = [t for state in order for t in _in(rows, state)]
    done = sum(1 for t in rows if t.state in FINAL)
    lines = [bold(title) + f": {done} of {plural(len(rows), 'task')} done"]
    lines += [task(release, t, room) for t in pressing[: room.tasks]]
    if len(pressing) > room.tasks:
        lines.append(escape(f"{and_more(len(pressing) - room.tasks)} that failed or wait"))
    running = [t.title for t in _in(rows, TaskState.RUNNING)]
    if running:
        lines.append("Running: " + listed(running, most=room.tasks))
    return lines


def task(release: Release, shown: Task, room: Room) -> Mrkdwn:
    """One task that failed, waits or is tried again, with the reason."""
    word = f"{TASK_MARKS[shown.state]} {TASK_WORDS[shown.state]}: {shown.title}"
    if shown.wait is not None and shown.state is TaskState.WAITING:
        return say("{word}, {wait}", word=word, wait=waiting(release, shown.wait, room))
    if shown.trouble is None:
        return escape(word)
    reason = linked(shown.trouble.link, brief(shown.trouble.reason, room.words), room.link)
    line = say("{word}, {reason}", word=word, reason=reason)
    return say("{line}. Next try {at}", line=line, at=when(shown.retry_at)) if shown.retry_at else line


def waiting(release: Release, wait: Wait, room: Room) -> Mrkdwn:
    """`for CI since 14:02`."""
    what = linked(wait.link, brief(wait.what, room.words), room.link)
    if wait.owner is WaitOwner.CAPTAIN:
        return say(
            "for {what} from {who} since {at}",
            what=what,
            who=person(release.captain),
            at=when(wait.since),
        )
    return say("for {what} since {at}", what=what, at=when(wait.since))


def _in(rows: Iterable[Task], state: TaskState) -> list[Task]:
    return [t for t in rows if t.state is state]


def cycles(release: Release, room: Room) -> list[Mrkdwn]:
    """`Cycle 2 of 3, v2.14.0-rc.2, in progress · Next of 2 slots: …`."""
    coming, ran = release.planned_slots, release.cycles
    parts: list[Mrkdwn] = []
    if ran:
        last = ran[-1]
        url = release.output(TaskType.CREATE_RC_TAG, "url", cycle_id=last.id)
        parts.append(
            say(
                "Cycle {n} of {all}, {tag}, {state}",
                n=last.number,
                all=len(ran) + len(coming),
                tag=linked(url, brief(last.tag, room.words), room.link),
                state=CYCLE_WORDS[last.state],
            )
        )
    if coming:
        label = "Next slot" if len(coming) == 1 else f"Next of {len(coming)} slots"
        shown = joined((when(slot.at) for slot in coming[: room.slots]), ", ")
        parts.append(say("{label}: {shown}", label=label, shown=shown))
    missed = sum(1 for slot in release.slots if slot.state is SlotState.EXPIRED)
    if missed:
        parts.append(escape(f"{plural(missed, 'slot')} expired"))
    return [dotted(parts)] if parts else []


def links(release: Release, room: Room) -> list[Mrkdwn]:
    """Branch, notes, tag and release page, as far as they exist."""
    found = [("Branch", release.branch, release.output(TaskType.FORK_BRANCH, "url"))]
    cycle = release.cycles[-1] if release.cycles else None
    if cycle is not None:
        commits = release.output(TaskType.CREATE_RELEASE_NOTES, "commits", cycle_id=cycle.id)
        notes = release.output(TaskType.CREATE_RELEASE_NOTES, "url", cycle_id=cycle.id)
        found += [("Notes", plural(int(commits), "commit"), notes)] if commits and commits.isdigit() else []
    tag = release.output(TaskType.CREATE_RELEASE_TAG, "tag")
    if tag is not None:
        found.append(("Tag", tag, release.output(TaskType.CREATE_RELEASE_TAG, "url")))
    page = release.output(TaskType.CREATE_FINAL_RELEASE_NOTES, "url")
    if page is not None:
        found.append(("Release", "notes", page))
    return [
        dotted(
            say("{name} {what}", name=name, what=linked(url, brief(text, room.words), room.link))
            for name, text, url in found
        )
    ]
