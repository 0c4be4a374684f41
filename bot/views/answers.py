"""Answers to one person: short, complete, and saying what to do next."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views import release_lines
from bot.views.beginning import first_steps
from bot.views.blocks import Json, actions, button, context, divider, header, section
from bot.views.release_card import body, summary
from bot.views.release_lines import ROOMS, Room
from bot.views.rendered import MESSAGE, TEXT, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, and_more, bold, code, escape, joined, plural, say, truncate
from bot.views.values import PLAN, WHY, carried
from bot.views.words import brief, dotted, one_line, when
from orchestration.domain.explain import explain
from orchestration.domain.phase import PHASE_TITLES
from orchestration.domain.release import Release

_LISTED = 30
_BEST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpLine:
    """A word after `/release`: how it is written, what it does and an example."""

    word: str
    usage: str
    does: str
    example: str


def status_answer(release: Release, *, now: datetime, link: str | None = None) -> Rendered:
    """The card without its task buttons, for one person, with the address that they can share."""
    explained = explain(release, now=now)
    value = carried(release=release.id)
    shared = say(" · Link to share: {link}", link=link) if link is not None else escape("")
    foot: tuple[Json, ...] = (
        actions(
            button("Why", action_id=WHY, value=value),
            button("Plan", action_id=PLAN, value=value),
            block_id=f"status:{release.id}:{release.revision}",
        ),
        context(say("{id} · As of {now}", id=release.id, now=when(now)) + shared),
    )
    text = summary(release, explained)
    return fit(
        lambda room: Rendered(text=text, blocks=(*body(release, explained, room), *foot)),
        ROOMS,
        limit=MESSAGE,
    )


def list_answer(releases: Sequence[Release], *, now: datetime) -> Rendered:
    """The active releases, a line each: where they stand, what comes next, how much is in the way."""
    if not releases:
        start = code("/release start")
        return plain_answer(say("No release is running. Start one with {start}.", start=start))
    lines = [_row(release, now) for release in releases[:_LISTED]]
    if len(releases) > _LISTED:
        lines.append(escape(and_more(len(releases) - _LISTED)))
    count = plural(len(releases), "release is", "releases are")
    texts = paragraphs([bold(f"{count} running"), *lines])
    names = joined((brief(release.title, 60) for release in releases[:_BEST]), ", ")
    more = f" {and_more(len(releases) - _BEST)}" if len(releases) > _BEST else ""
    text = say("{count} running: {names}{more}.", count=count, names=names, more=more)
    return Rendered(text=text, blocks=tuple(section(text) for text in texts))


def _row(release: Release, now: datetime) -> Mrkdwn:
    room = Room(words=60, link=0)
    explained = explain(release, now=now)
    parts = [bold(one_line(release.title, 80)), code(release.id), escape(PHASE_TITLES[explained.phase])]
    parts += [say("next {step}", step=release_lines.step(release, step, room)) for step in explained.next[:1]]
    if explained.obstacles:
        parts.append(say("{n} in the way", n=plural(len(explained.obstacles), "thing")))
    return dotted(parts)


def needs_answer(found: Sequence[tuple[Release, Sequence[str]]]) -> Rendered:
    """What waits for the one who asks, release by release."""
    if not found:
        rest = say(
            "{list} shows what runs, {help} every word.",
            list=code("/release list"),
            help=code("/release help"),
        )
        return plain_answer(say("Nothing waits for you. {rest}", rest=rest))
    lines = [bold("Waiting for you")]
    for release, what in found[:_LISTED]:
        lines.append(dotted([bold(one_line(release.title, 80)), code(release.id)]))
        lines += [say("• {need}", need=brief(need, 200)) for need in what]
    decide = say(
        "{yes} and {no} decide, {why} says what is in the way. The app's Home has each with its buttons.",
        yes=code("/release approve"),
        no=code("/release reject"),
        why=code("/release why"),
    )
    count = sum(len(what) for _release, what in found)
    text = say("{count} waiting for you.", count=plural(count, "thing is", "things are"))
    return Rendered(text=text, blocks=(*(section(each) for each in paragraphs(lines)), context(decide)))


def beginning_answer() -> Rendered:
    """The first steps, where nothing can be released yet."""
    return plain_answer(first_steps())


def help_answer(words: Iterable[HelpLine]) -> Rendered:
    """Every word with what it does and an example."""
    rows = list(words)
    lines = [
        say(
            "{usage} {does}\nFor example {example}",
            usage=code(f"/release {row.usage}"),
            does=row.does,
            example=code(row.example),
        )
        for row in rows
    ]
    names = ", ".join(row.word for row in rows)
    text = say("Words after {command}: {names}.", command=code("/release"), names=names)
    blocks = (header("What /release does"), divider(), *(section(t) for t in paragraphs(lines)))
    return Rendered(text=truncate(text, size=TEXT), blocks=blocks)


def unknown_word(word: str, words: Collection[str]) -> Rendered:
    """What was probably meant, and where all words stand."""
    close = close_words(word, words)
    meant = joined((code(f"/release {found}") for found in close), ", ")
    guess = say(" Did you mean {meant}?", meant=meant) if close else escape("")
    sentence = say("There is no {word}.", word=code(f"/release {one_line(word, 40)}"))
    return plain_answer(sentence + guess + say(" All words: {help}", help=code("/release help")))


def close_words(word: str, words: Collection[str]) -> list[str]:
    """Those that were probably meant, the likeliest first."""
    return difflib.get_close_matches(word.lower(), list(words), n=_BEST, cutoff=0.5)


def unknown_button() -> Rendered:
    """A button that we do not know: of an older version, or of a card that is out of date."""
    status = code("/release status")
    return plain_answer(
        say(
            "This button is out of date, so nothing was changed. See {status} for how it stands.",
            status=status,
        )
    )


def plain_answer(sentence: Mrkdwn) -> Rendered:
    """A sentence as an answer; it goes as text and needs no blocks."""
    return Rendered(text=truncate(sentence, size=TEXT), blocks=())
