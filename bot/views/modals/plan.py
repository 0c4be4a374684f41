"""The preview of a plan: what will happen, in which order and when, before anything does."""

from collections.abc import Sequence

from bot.views.blocks import Json, context, header, section
from bot.views.rendered import paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, joined, plural, say
from bot.views.words import brief, dotted, listed, one_line, person, when
from orchestration.domain.pairs import TARGET_TITLES
from orchestration.domain.release import Release
from orchestration.domain.stages import STAGE_TITLES, Slot, Stage
from orchestration.domain.submitting import manner_of
from orchestration.domain.tasks import TASK_TITLES, Task

_SLOTS = 20
_TASKS = 40


def plan_preview(
    release: Release, planned: Sequence[Task] | None = None, *, made: bool = False
) -> tuple[Json, ...]:
    """Kick-off, the tasks of each stage in order, slots, the way through the stores, and target.

    `planned` are the tasks as the catalogue plans them; None takes those that the release has already. Tasks of
    several cycles are shown once. Only a release that is `made` has an id to go by.
    """
    tasks = release.tasks if planned is None else planned
    return (
        header(one_line(release.title, 150)),
        *(section(text) for lines in (_head(release), _stages(release, tasks)) for text in paragraphs(lines)),
        context(
            dotted(
                [say("Captain {who}", who=person(release.captain)), *([escape(release.id)] if made else [])]
            )
        ),
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
        rows = [*_stores(release), *rows] if stage is Stage.DISTRIBUTION else rows
        if rows or stage is Stage.REGRESSION:
            lines.append(say("{stage}: {at}", stage=bold(STAGE_TITLES[stage]), at=starts[stage]))
            lines += [escape(f"{number}. {row}") for number, row in enumerate(rows[:_TASKS], 1)]
    return lines


def _stores(release: Release) -> list[str]:
    """`Android to the Play Store, after its own approval: 1 % → 5 %, step by step, each by a person`."""
    rows = []
    for pair in (plan.pair for plan in release.plans):
        store = release.snapshot.stores.get(pair.key)
        if store is not None:
            manner = f"after its own approval: {manner_of(pair, store.rollout)}"
            how = manner if store.submit else "submitted by a person"
            rows.append(f"{pair.title} to the {TARGET_TITLES[pair.target]}, {how}")
    return rows


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
