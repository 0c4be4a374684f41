"""The answer of `/release calendar`: what is planned ahead, each time in the reader's own zone."""

from collections.abc import Sequence

from bot.views.blocks import context, header, section
from bot.views.rendered import MESSAGE, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, bold, code, escape, plural, say
from bot.views.words import brief, dotted, person, when
from orchestration.domain.agenda import Entry, EntryKind

_WORDS = {
    EntryKind.TRAIN: ":steam_locomotive: Train",
    EntryKind.SKIPPED: "Skipped",
    EntryKind.KICK_OFF: ":checkered_flag: Kick-off",
    EntryKind.SLOT: "Regression slot",
    EntryKind.TARGET: ":dart: Target",
    EntryKind.FREEZE: ":snowflake: Freeze",
}


def agenda_answer(entries: Sequence[Entry], *, days: int) -> Rendered:
    """The entries in the order of time."""
    if not entries:
        words = say("Nothing is planned within {days}.", days=plural(days, "day"))
        return Rendered(text=words, blocks=())
    text = say("{count} within {days}.", count=plural(len(entries), "thing"), days=plural(days, "day"))

    def render(most: int) -> Rendered:
        lines = [_line(entry) for entry in entries[:most]]
        if len(entries) > most:
            lines.append(say("…and {count} more", count=len(entries) - most))
        blocks = [section(part) for part in paragraphs(lines)]
        foot = context("Times are in your own time zone. " + _ask())
        return Rendered(text=text, blocks=(header("Calendar"), *blocks, foot))

    return fit(render, (60, 40, 25, 12), limit=MESSAGE)


def _ask() -> Mrkdwn:
    return say("{more} looks further.", more=code("/release calendar 90"))


def _line(entry: Entry) -> Mrkdwn:
    span = (
        say("{start} to {end}", start=when(entry.at), end=when(entry.until))
        if entry.until
        else when(entry.at)
    )
    parts = [
        bold(span),
        escape(_WORDS[entry.kind]),
        brief(entry.what, 150),
        code(entry.about) if entry.about else escape(""),
        say("captain {who}", who=person(entry.who)) if entry.who else escape(""),
        say("in the freeze {freeze}: it waits for its end", freeze=code(entry.frozen))
        if entry.frozen
        else escape(""),
    ]
    return dotted(parts)
