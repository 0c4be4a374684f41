"""What lies ahead of a release, line by line: what, when, who does it, and what it does."""

from datetime import datetime

from bot.views.blocks import Json, actions, button, context, header, section
from bot.views.rendered import MESSAGE, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, and_more, bold, duration, escape, joined, say
from bot.views.values import WHY, carried
from bot.views.words import HOLD_WORDS, brief, listed, one_line, owner, when
from orchestration.domain.explain import Explanation, explain
from orchestration.domain.phase import PHASE_TITLES
from orchestration.domain.release import Release
from orchestration.domain.timeline import Milestone

_ROOMS = ((40, 8, 200), (25, 4, 120), (15, 2, 80), (8, 1, 60))
"""Milestones, details of each, and characters of a detail; the answer takes the first that fits."""


def plan_answer(release: Release, *, now: datetime) -> Rendered:
    """The whole timeline from now on, in the reader's own time zone."""
    explained = explain(release, now=now)

    def render(room: tuple[int, int, int]) -> Rendered:
        rows, details, words = room
        shown = [
            _milestone(release, each, n, details, words) for n, each in enumerate(explained.ahead[:rows], 1)
        ]
        if len(explained.ahead) > rows:
            shown.append(escape(and_more(len(explained.ahead) - rows)))
        blocks: tuple[Json, ...] = (
            header(f"The plan of {one_line(release.title, 130)}"),
            *(section(text) for text in paragraphs(_where(release, explained))),
            *(section(text) for text in paragraphs(shown or [escape("Nothing lies ahead.")])),
            actions(
                button("Why", action_id=WHY, value=carried(release=release.id)),
                block_id=f"plan:{release.id}:{release.revision}",
            ),
            context(
                say(
                    "Target {target} · {id} · As of {now}",
                    target=when(release.target_at),
                    id=release.id,
                    now=when(now),
                )
            ),
        )
        return Rendered(text=_summary(release, explained), blocks=blocks)

    return fit(render, _ROOMS, limit=MESSAGE)


def _where(release: Release, explained: Explanation) -> list[Mrkdwn]:
    """The phase, with what stops the plan."""
    lines = [bold(PHASE_TITLES[explained.phase])]
    lines += [
        say(
            "{word}: {why}. Nothing below starts before that is gone.",
            word=HOLD_WORDS[h.cause],
            why=brief(h.reason, 160),
        )
        for h in release.holds[:3]
    ]
    if explained.late is not None:
        lines.append(bold(f"Late by {duration(explained.late)}"))
    return lines


def _summary(release: Release, explained: Explanation) -> Mrkdwn:
    title = brief(release.title, 200)
    if not explained.ahead:
        return say("{title}: nothing lies ahead.", title=title)
    first = explained.ahead[0]
    at = say(", {at}", at=when(first.at)) if first.at is not None else escape("")
    return say(
        "{title}: {what}{at}, and {n} more.", title=title, what=first.what, at=at, n=len(explained.ahead) - 1
    )


def _milestone(release: Release, each: Milestone, number: int, details: int, words: int) -> Mrkdwn:
    """`3. Regression cycle 2 (v2.14.0-rc.2) · tomorrow 10:00 · Stationmaster`, and what it does below it."""
    parts = [
        say("{n}. {what}", n=number, what=bold(one_line(each.what, 120))),
        _time(each, first=number == 1),
    ]
    parts.append(listed([owner(release, who) for who in each.owners], most=6))
    lines = [joined(parts, " · ")]
    if each.detail:
        lines += [say("      {detail}", detail=brief(line, words)) for line in each.detail[:details]]
        if len(each.detail) > details:
            lines.append(say("      {rest}", rest=and_more(len(each.detail) - details)))
    if each.why_not is not None:
        lines.append(
            say("      :warning: As it stands this does not happen: {why}", why=brief(each.why_not, 200))
        )
    return joined(lines)


def _time(each: Milestone, *, first: bool) -> Mrkdwn:
    late = say(", late from {by}", by=when(each.by)) if each.by is not None else escape("")
    if each.under_way:
        return escape("under way") + late
    if each.at is not None:
        return when(each.at) + late
    return escape("next" if first else "after that") + late
