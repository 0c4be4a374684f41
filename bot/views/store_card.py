"""The card of a store: one version on its way through its review to its users, edited in place in the thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views import store_lines as lines
from bot.views.blocks import Json, actions, context, section
from bot.views.rendered import TEXT, Rendered, fit, paragraphs
from bot.views.store_buttons import Offered, store_buttons, tell_button
from bot.views.text import bold, code, escape, joined, say, truncate
from bot.views.words import dotted, linked, one_line, when
from orchestration.domain.consequences import consequences_of
from orchestration.domain.pairs import TARGET_TITLES
from orchestration.domain.release import Release
from orchestration.domain.submission import Submission

LIMIT = 9_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Room:
    words: int = 400
    link: int = 400


_ROOMS = (_Room(), _Room(words=150, link=200), _Room(words=60, link=0))


def store_card(release: Release, submission: Submission, *, now: datetime) -> Rendered:
    """The card as it is at `now`: state, share, dates, what is to be done, and what the store can be told."""

    def render(room: _Room) -> Rendered:
        return Rendered(
            text=store_summary(release, submission),
            blocks=(
                *_blocks(release, submission, room, now),
                *store_buttons(release, submission, now=now, block_id=_id(release, submission, "act")),
                context(say("Updated {now} · {id}", now=when(now), id=submission.id)),
            ),
        )

    return fit(render, _ROOMS, limit=LIMIT)


def stores_answer(release: Release, *, now: datetime) -> Rendered:
    """Every store of a release with its buttons, for one person."""
    shown = release.current_submissions
    title = one_line(release.title, 150)
    if not shown:
        said = say(
            "{title} has no store that is followed. Where it is out all the same, say {finish}.",
            title=title,
            finish=code("/release rollout finish <note>"),
        )
        return Rendered(text=said, blocks=())

    def render(room: _Room) -> Rendered:
        rows: list[Json] = []
        for submission in shown:
            rows += _blocks(release, submission, room, now)
            rows += store_buttons(release, submission, now=now, block_id=_id(release, submission, "answer"))
        foot = context(say("{id} · As of {now}", id=release.id, now=when(now)))
        text = joined((store_summary(release, s) for s in shown), " ")
        return Rendered(text=truncate(text, size=TEXT), blocks=(*rows, foot))

    return fit(render, _ROOMS, limit=LIMIT)


def before_telling(release: Release, submission: Submission, wanted: Offered, *, now: datetime) -> Rendered:
    """What a typed word that can't be taken back would do, and the button that does it."""
    follows = consequences_of(submission, wanted.verb, now=now, percent=wanted.percent)
    head = say("{label}: {name}?", label=bold(wanted.label), name=lines.name(submission))
    says = [say("• {sentence}", sentence=sentence) for sentence in follows.says]
    text = say(
        "{label} {name}: {says}", label=wanted.label, name=lines.name(submission), says=" ".join(follows.says)
    )
    press = tell_button(release, submission, wanted, now=now)
    return Rendered(
        text=truncate(text, size=TEXT),
        blocks=(
            *(section(each) for each in paragraphs([head, *says])),
            actions(press, block_id=_id(release, submission, "before")),
        ),
    )


def store_summary(release: Release, submission: Submission) -> str:
    """The card in a sentence, for notifications and screen readers."""
    share = f", {submission.percent:g} % of the users" if submission.out else ""
    return truncate(
        say(
            "{title}, {store}: {name} · {standing}{share}.",
            title=one_line(release.title, 150),
            store=TARGET_TITLES[submission.pair.target],
            name=lines.name(submission),
            standing=lines.standing(submission),
            share=share,
        ),
        size=TEXT,
    )


def _blocks(release: Release, submission: Submission, room: _Room, now: datetime) -> Sequence[Json]:
    known = linked(submission.url, lines.name(submission), room.link)
    head = dotted([bold(TARGET_TITLES[submission.pair.target]), known])
    state = bold(lines.standing(submission))
    share = [escape(lines.bar(submission.percent))] if submission.out else []
    matters = lines.matters(release, submission, now=now, words=room.words)
    texts = paragraphs([head, dotted([state, *share]), *matters, *lines.way_back(release, submission)])
    dated = lines.dates(submission)
    return (*(section(text) for text in texts), *((context(dated),) if dated else ()))


def _id(release: Release, submission: Submission, part: str) -> str:
    """A new one whenever the state or the share change: a click on an old row shows itself."""
    return f"store:{submission.id}:{release.revision}:{part}"
