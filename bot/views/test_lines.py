"""How testing gets on, on the card: each run with its squads, the pace, and when it would be done."""

from collections.abc import Mapping

from bot.views.release_lines import Room
from bot.views.text import Mrkdwn, and_more, bold, escape, joined, plural, say
from bot.views.words import brief, dotted, linked, when
from orchestration.domain.progress import Figures, Reading, pace
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState

_SQUADS = 8


def tests(release: Release, room: Room) -> list[Mrkdwn]:
    """A line for each run, and one for all; nothing before there is a figure or once Stage 3 has started."""
    progress = release.progress
    if not progress.readings or not release.in_state(Stage.PRE_RELEASE, StageState.PENDING):
        return []
    lines = [_run(reading, room) for reading in progress.readings[: room.pairs]]
    moving = pace(progress)
    if moving is not None:
        rate = f"{moving.per_day:.1f}".removesuffix(".0") if moving.per_day < 10 else f"{moving.per_day:.0f}"  # noqa: PLR2004 - a tenth of a case matters below ten
        lines.append(say("{rate} tests a day; at this pace done {at}", rate=rate, at=when(moving.done_at)))
    elif progress.left:
        lines.append(escape(f"{plural(progress.left, 'test')} left; no pace to tell yet"))
    if progress.trouble is not None and progress.read_at is not None:
        lines.append(
            say(
                "As of {at}: the test runs can't be read now ({why})",
                at=when(progress.read_at),
                why=brief(progress.trouble, room.words),
            )
        )
    return lines


def _run(reading: Reading, room: Room) -> Mrkdwn:
    title = linked(reading.url, f"Tests of {reading.pair.title}", room.link)
    head = say("{title}: {figures}", title=title, figures=_figures(reading.figures))
    return dotted([head, _squads(reading.squads, room)])


def _figures(figures: Figures) -> str:
    bad = ((figures.failed, "failed"), (figures.blocked, "blocked"))
    rest = ", ".join(f"{count} {word}" for count, word in bad if count)
    percent = f" ({100 * figures.tested // figures.total} %)" if figures.total else ""
    return f"{figures.tested} of {figures.total} tested{percent}" + (f", {rest}" if rest else "")


def _squads(squads: Mapping[str, Figures], room: Room) -> Mrkdwn:
    """Those with the most left first: that is where to ask."""
    if len(squads) < 2:  # noqa: PLR2004 - one squad is the whole run
        return escape("")
    most = min(_SQUADS, room.tasks)
    ordered = sorted(squads.items(), key=lambda item: (-item[1].left, item[0]))
    shown = [
        bold(brief(name, 40)) + f" {figures.tested} of {figures.total}" for name, figures in ordered[:most]
    ]
    more = [escape(and_more(len(ordered) - most))] if len(ordered) > most else []
    return joined([*shown, *more], ", ")
