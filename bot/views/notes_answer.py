"""The notes of a release, for the one who asks: what would be published, and what each store would show."""

from dataclasses import dataclass

from bot.views.blocks import Json, actions, button, confirm, context, header, section
from bot.views.markdown import markdown_lines
from bot.views.rendered import MESSAGE, Rendered, fit, paragraphs
from bot.views.text import Mrkdwn, bold, escape, plural, say
from bot.views.values import NOTES_EDIT, NOTES_RESTORE, WHATS_NEW, carried
from bot.views.words import brief, dotted, linked, one_line, person, when
from orchestration.domain.pairs import TARGET_TITLES, Pair
from orchestration.domain.release import Release
from orchestration.domain.release_notes import NotesRange, published_at
from orchestration.domain.whats_new import LIMITS, WhatsNew

_ROOMS = ((7_000, 600), (5_000, 300), (3_000, 120), (1_200, 40), (400, 20))
"""Characters of the notes, and of each text for a store; the answer takes the first that fits."""
_LINK = 400
_STORES = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownNotes:
    """What the answer shows: `text` is what would be published, `later` as in the service that read it."""

    release: Release
    range: NotesRange
    text: str
    commits: int
    url: str
    later: int | None


def notes_answer(notes: ShownNotes) -> Rendered:
    """The notes, by whom they were edited, the stores' texts, and the buttons to change both."""
    release = notes.release
    text = say(
        "Notes of {title}: {count}{since}.",
        title=brief(release.title, 200),
        count=plural(notes.commits, "commit"),
        since=f" since {notes.range.since}" if notes.range.since else "",
    )

    def render(room: tuple[int, int]) -> Rendered:
        most, words = room
        lines = markdown_lines(notes.text, most=most, rest="…and more: see all changes")
        blocks = (
            header(f"Notes of {one_line(release.title, 130)}"),
            context(_about(notes)),
            *(section(each) for each in paragraphs(lines or [escape("No changes.")])),
            *(section(each) for each in paragraphs(_stores(release, words))),
            *_buttons(release),
        )
        return Rendered(text=text, blocks=blocks)

    return fit(render, _ROOMS, limit=MESSAGE)


def _about(notes: ShownNotes) -> Mrkdwn:
    """From where to where, and whether they are the commits' or somebody's."""
    since = notes.range.since or "the beginning"
    changes = linked(notes.url, f"{plural(notes.commits, 'commit')} from {since} to {notes.range.to}", _LINK)
    edited, published = notes.release.notes, published_at(notes.release)
    parts = [changes]
    if edited is not None:
        parts.append(say("edited by {who}, {at}", who=person(edited.by), at=when(edited.at)))
        parts.append(_later(notes.later))
    if published is not None:
        parts.append(say("published {at}", at=when(published)))
    return dotted(parts)


def _later(count: int | None) -> Mrkdwn:
    if count is None:
        return escape("the history changed since, so look whether the text still fits")
    if count == 0:
        return escape("")
    return bold(f"{plural(count, 'commit')} came after that and may be missing")


def _stores(release: Release, words: int) -> list[Mrkdwn]:
    """What each store shows, in each language, with how much of its room is used."""
    pairs = [plan.pair for plan in release.plans if plan.pair.target in LIMITS]
    if not pairs:
        return []
    lines = [bold("What's new in the stores")]
    for pair in pairs:
        texts = [each for each in release.whats_new if each.pair == pair]
        lines += [_text(each, words) for each in texts[:_STORES]]
        if not texts:
            lines.append(say("{store}: nobody has written it yet.", store=bold(_store(pair))))
        if len(texts) > _STORES:
            lines.append(say("…and {rest} more languages", rest=len(texts) - _STORES))
    return lines


def _text(each: WhatsNew, words: int) -> Mrkdwn:
    return say(
        "{store} · {language} · {used} of {limit} characters, by {who}, {at}\n{text}",
        store=bold(_store(each.pair)),
        language=each.language,
        used=f"{len(each.text):,}",
        limit=f"{LIMITS[each.pair.target]:,}",
        who=person(each.by),
        at=when(each.at),
        text=brief(each.text, words),
    )


def _store(pair: Pair) -> str:
    return TARGET_TITLES[pair.target]


def _buttons(release: Release) -> tuple[Json, ...]:
    """What can still be changed."""
    if release.ended:
        return ()
    value = carried(release=release.id)
    elements = []
    if published_at(release) is None:
        elements.append(button("Edit Notes", action_id=NOTES_EDIT, value=value))
        if release.notes is not None:
            ask = confirm(
                "Take the edit back?",
                "The edited text is dropped, and the notes are made from the commits again.",
                yes="Take It Back",
            )
            elements.append(button("Take Edit Back", action_id=NOTES_RESTORE, value=value, confirm=ask))
    if any(plan.pair.target in LIMITS for plan in release.plans):
        elements.append(button("What's New", action_id=WHATS_NEW, value=value))
    return (actions(*elements, block_id=f"notes:{release.id}:{release.revision}"),) if elements else ()
