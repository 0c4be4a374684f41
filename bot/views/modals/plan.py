"""The preview of a plan: what will happen, in which order and when, before anything does."""

from collections.abc import Sequence

from bot.views.blocks import Json, context, header, section
from bot.views.rendered import paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, joined, plural, say
from bot.views.words import brief, dotted, listed, one_line, person, when
from orchestration.domain.release import Release
from orchestration.domain.stages import STAGE_TITLES, Slot, Stage
from orchestration.domain.tasks import TASK_TITLES, Task

_SLOTS = 20
_TASKS = 40


def plan_preview(release: Release, planned: Sequence[Task] | None = None) -> tuple[Json, ...]:
    """Kick-off, the tasks of each stage in order, slots and target.

    `planned` are the tasks as the catalogue plans them; None takes those that the release has already. Tasks of
    several cycles are shown once.
    """
    tasks = release.tasks if planned is None else planned
    return (
        header(one_line(release.title, 150)),
        *(section(text) for lines in (_head(release), _stages(release, tasks)) for text in paragraphs(lines)),
        context(say("Captain {who} · {id}", who=person(release.captain), id=release.id)),
    )


def _head(release: Release) -> list[Mrkdwn]:
    pairs = listed([f"{plan.pair.title} {plan.version}" for plan in release.plans], most=9)
    branch = say(
        "Branch {branch} from {base}",
        branch=code(brief(release.branch, 200)),
        base=code(brief(release.cut_from, 200)),
    )
    kind = f"Hotfix of {release.parent.name}" if release.parent else f"{release.type.capitalize()} release"
    return [
        dotted([bold(brief(kind, 200)), pairs]),
        branch,
        say("Target {target}", target=when(release.target_at)),
    ]


def _stages(release: Release, tasks: Sequence[Task]) -> list[Mrkdwn]:
    starts = {
        Stage.KICKOFF: when(release.kick_off_at),
        Stage.REGRESSION: _slots(release),
        Stage.PRE_RELEASE: escape("after the approval of Stage 3"),
        Stage.DISTRIBUTION: escape("after the release is tagged"),
    }
    lines: list[Mrkdwn] = []
    for stage in Stage:
        rows = _names([task for task in tasks if task.stage is stage])
        if rows or stage is Stage.REGRESSION:
            lines.append(say("{stage}: {at}", stage=bold(STAGE_TITLES[stage]), at=starts[stage]))
            lines += [escape(f"{number}. {row}") for number, row in enumerate(rows[:_TASKS], 1)]
    return lines


def _slots(release: Release) -> Mrkdwn:
    if release.skipped is not None:
        return say("skipped, because {reason}", reason=brief(release.skipped.reason, 300))
    slots: tuple[Slot, ...] = release.planned_slots or release.slots
    shown = joined((when(slot.at) for slot in slots[:_SLOTS]), ", ")
    automated = sum(1 for slot in slots if slot.flags.automation)
    with_tests = f", automated tests in {automated}" if automated else ""
    count = plural(len(slots), "cycle")
    return (
        say("{count} at {at}{tests}", count=count, at=shown, tests=with_tests) if slots else escape("no slot")
    )


def _names(tasks: Sequence[Task]) -> list[str]:
    """`Regression build (Android, iOS)`: one row per kind of task, in the order of the plan."""
    kinds = dict.fromkeys(task.type for task in tasks)
    rows = []
    for kind in kinds:
        titles = dict.fromkeys(t.pair.title for t in tasks if t.type is kind and t.pair is not None)
        rows.append(TASK_TITLES[kind] + (f" ({', '.join(titles)})" if titles else ""))
    return rows
