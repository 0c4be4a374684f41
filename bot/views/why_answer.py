"""Why a release stands where it is: the smallest set of what is not met, whose each is, and a way to ask them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.views import pick_lines, release_lines
from bot.views.blocks import Json, button, context, header, section
from bot.views.release_card import summary
from bot.views.release_lines import Room
from bot.views.rendered import MESSAGE, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, and_more, bold, duration, escape, joined, say
from bot.views.values import NUDGE, carried
from bot.views.words import brief, linked, matter, one_line, owner, when
from orchestration.domain.explain import explain
from orchestration.domain.phase import PHASE_TITLES
from orchestration.domain.release import Release
from orchestration.domain.unmet import Unmet, unmet

_ROOMS = (
    Room(obstacles=20, tasks=30, words=400),
    Room(obstacles=16, tasks=15, words=160, link=200),
    Room(obstacles=12, tasks=8, words=80, link=0),
    Room(obstacles=8, tasks=4, words=60, link=0),
)
NO_ZONES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reader:
    """When it is read, by whom, and what time it is for others."""

    now: datetime
    zones: Mapping[str, str]
    asking: str | None


def why_answer(
    release: Release, *, now: datetime, zones: Mapping[str, str] = NO_ZONES, asking: str | None = None
) -> Rendered:
    """Every matter with its owner, how long it waits, the owner's local time and what settles it; then what is next.

    `zones` are the time zones of people as far as they are known; `asking` is who reads, who can't nudge themselves.
    """
    reader = _Reader(now=now, zones=zones, asking=asking)
    explained = explain(release, now=now)
    matters = unmet(release, now=now)

    def render(room: Room) -> Rendered:
        shown = matters[: room.obstacles]
        steps = [release_lines.step(release, step, room) for step in explained.next[: room.tasks]]
        blocks = (
            header(f"Why {one_line(release.title, 120)} stands where it is"),
            section(bold(PHASE_TITLES[explained.phase])),
            section(
                bold("In the way") if matters else joined([bold("In the way"), "Nothing is in the way."])
            ),
            *(_matter(release, each, room, reader) for each in shown),
            *_rest(len(matters) - len(shown)),
            *_titled("Next", steps, len(explained.next), "Nothing comes next by itself."),
            *(section(text) for text in paragraphs(pick_lines.picks(release, room))),
            context(say("{id} · As of {now}", id=release.id, now=when(now))),
        )
        return Rendered(text=summary(release, explained), blocks=blocks)

    return fit(render, _ROOMS, limit=MESSAGE)


def _matter(release: Release, each: Unmet, room: Room, reader: _Reader) -> Json:
    """One matter, with a button where there is somebody else to ask."""
    lines = [
        say(
            ":warning: {what}",
            what=linked(each.link, matter(each.what, room.words), room.link),
        ),
        say(
            "{who}, waiting for {span} since {since}{local}: {remedy}",
            who=owner(release, each.owner),
            span=duration(reader.now - each.since),
            since=when(each.since),
            local=_local(each, reader),
            remedy=brief(each.remedy, max(room.words, 80)),
        ),
        *(say("Settled with it: {what}", what=brief(what, room.words)) for what in each.along),
    ]
    others = [person for person in each.people if person != reader.asking]
    value = carried(release=release.id, matter=each.matter)
    nudge = button(
        "Nudge",
        action_id=NUDGE,
        value=value,
        accessibility_label=f"Nudge about {one_line(each.what, 60)}",
    )
    text = paragraphs(lines)[0]
    asked = bool(others) or each.area is not None
    return section(text, accessory=nudge if asked and not release.ended else None)


def _local(each: Unmet, reader: _Reader) -> Mrkdwn:
    """`, where it is Tue 03:12`: whether others can be expected to see to it now."""
    others = [person for person in each.people if person != reader.asking]
    zones = [reader.zones[person] for person in others if person in reader.zones]
    times = dict.fromkeys(f"{reader.now.astimezone(ZoneInfo(zone)):%a %H:%M}" for zone in zones)
    return say(", where it is {times}", times=" or ".join(times)) if times else escape("")


def _rest(count: int) -> tuple[Json, ...]:
    return (section(and_more(count)),) if count > 0 else ()


def _titled(title: str, lines: Sequence[Mrkdwn], count: int, empty: str) -> tuple[Json, ...]:
    more = [escape(and_more(count - len(lines)))] if count > len(lines) else []
    shown = [bold(title), *(lines or [escape(empty)]), *more]
    return tuple(section(text) for text in paragraphs(shown))
