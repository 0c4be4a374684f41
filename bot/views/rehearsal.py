"""What a rehearsal showed: when what would happen, what the thread would say, and what people would have to do."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import Json, context, header, section
from bot.views.notices import notice
from bot.views.rendered import MESSAGE, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, and_more, bold, duration, escape, mention, say, truncate
from bot.views.text import channel as a_channel
from bot.views.words import brief, one_line, owner, when
from orchestration.domain.rehearsed import Deed, Rehearsed

_ROOMS = ((60, 30, 260), (40, 20, 180), (25, 12, 120), (12, 8, 90), (6, 4, 70))
"""Messages, deeds, and characters of a message; the answer takes the first that fits."""
NOT_CHECKED = (
    "whether the accounts, branches, jobs, projects, test cases and testers' groups exist",
    "whether builds and tests succeed, and how long they take",
    "who holds which role",
    "trains, freezes and holidays",
    "the submission to the stores and what they say",
)


def rehearsal_answer(found: Rehearsed) -> Rendered:
    """The whole rehearsal, for the one who asked."""

    def render(room: tuple[int, int, int]) -> Rendered:
        messages, deeds, words = room
        said = _messages(found, words)
        blocks: tuple[Json, ...] = (
            header(f"Rehearsed: {one_line(found.release.title, 120)}"),
            section(_summary(found)),
            *_titled("What people would have to do", _deeds(found, deeds)),
            *_titled("What the thread would say", _cut(said, messages)),
            _not_checked(),
        )
        return Rendered(text=_summary(found), blocks=blocks)

    return fit(render, _ROOMS, limit=MESSAGE)


def rehearsal_posts(found: Rehearsed, *, by: str) -> tuple[Rendered, ...]:
    """The whole rehearsal for a channel: what came of it; under that what people would do, and what would be said."""
    title = header(f"Rehearsed: {one_line(found.release.title, 120)}")
    asked = context(say("Asked for by {who}. What would happen stands in the thread.", who=mention(by)))
    head = Rendered(text=_summary(found), blocks=(title, section(_summary(found)), asked))

    def deeds(room: tuple[int, int, int]) -> Rendered:
        lines = _titled("What people would have to do", _deeds(found, room[1]))
        return Rendered(text="What people would have to do", blocks=lines)

    def messages(room: tuple[int, int, int]) -> Rendered:
        said = _titled("What the thread would say", _cut(_messages(found, room[2]), room[0]))
        return Rendered(text="What the thread would say", blocks=(*said, _not_checked()))

    return (head, *(fit(render, _ROOMS, limit=MESSAGE) for render in (deeds, messages)))


def _not_checked() -> Json:
    return context(say("Not checked: {what}.", what="; ".join(NOT_CHECKED)))


def rehearsal_told(found: Rehearsed, channel: str) -> Mrkdwn:
    """The short answer to the one who asked."""
    return _summary(found) + say(" It is on its way into a thread in {channel}.", channel=a_channel(channel))


def _summary(found: Rehearsed) -> Mrkdwn:
    """Whether it came to its end, within what time, and that nothing is left of it."""
    first, last = found.events[0].at, found.events[-1].at
    took = duration(last - first)
    ended = (
        say("It comes to its end {took} after it is made, ready for submission.", took=took)
        if found.stopped is None
        else say("It stops after {took}: {why}.", took=took, why=bold(one_line(found.stopped, 300)))
    )
    return ended + " Played on simulated providers: no real one was reached, and nothing is left of it."


def _messages(found: Rehearsed, words: int) -> list[Mrkdwn]:
    """Each message of the thread, with its time."""
    lines = []
    for event in found.events:
        told = notice(event, found.release, now=event.at)
        if told is not None:
            lines.append(_line(event.at, truncate(escape(told.rendered.text), chars=words)))
    return lines


def _line(at: datetime, text: Mrkdwn) -> Mrkdwn:
    return say("• {at}: {text}", at=when(at), text=text)


def _deeds(found: Rehearsed, most: int) -> list[Mrkdwn]:
    return _cut([_deed(found, each) for each in found.deeds], most) or [escape("Nothing: it runs by itself.")]


def _deed(found: Rehearsed, each: Deed) -> Mrkdwn:
    return say(
        "• {at}: {who}, {what}",
        at=when(each.at),
        who=owner(found.release, each.who),
        what=brief(each.what, 160),
    )


def _cut(lines: Sequence[Mrkdwn], most: int) -> list[Mrkdwn]:
    """The first lines and the last ones, and how many are left out between them."""
    if len(lines) <= most:
        return list(lines)
    tail = most // 3
    left = escape(and_more(len(lines) - most))
    return [*lines[: most - tail], left, *lines[len(lines) - tail :]]


def _titled(title: str, lines: Sequence[Mrkdwn]) -> tuple[Json, ...]:
    return tuple(section(text) for text in paragraphs([bold(title), *lines]))
