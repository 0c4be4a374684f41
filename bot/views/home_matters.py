"""What waits for somebody, as App Home shows it: each with the buttons that answer it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.views.blocks import Json, context, section
from bot.views.gate_card import gate_card
from bot.views.pick_lines import change
from bot.views.pick_news import pick_buttons
from bot.views.task_buttons import task_buttons
from bot.views.text import Mrkdwn, and_more, bold, code, link, say
from bot.views.words import brief, dotted, linked, one_line, person
from orchestration.domain.matters import Need, Waiting
from orchestration.domain.release import Release
from orchestration.domain.standing import Rights

_WORDS, _LINK = 300, 400
Found = tuple[Release, Waiting]


@dataclass(frozen=True, kw_only=True, slots=True)
class Matters:
    """What waits, most urgent first in each release. `links` lead to the cards of releases, `rights` are by gate."""

    found: Sequence[Found]
    links: Mapping[str, str]
    rights: Mapping[str, Rights] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kind:
    """How many of a kind are shown with their buttons, and how each is."""

    needs: frozenset[Need]
    most: int
    view: Callable[[Matters, Found, datetime], tuple[Json, ...]]


def matters(given: Matters, *, now: datetime) -> tuple[Json, ...]:
    """Decisions, failures, builds made by hand, cherry-picks, then unmet conditions; empty where nothing waits."""
    found = tuple(_once(given.found))
    blocks: list[Json] = []
    left = 0
    for kind in _KINDS:
        of_kind = [one for one in found if one[1].need in kind.needs]
        for one in of_kind[: kind.most]:
            blocks += kind.view(given, one, now)
        left += len(of_kind[kind.most :])
    if left:
        blocks.append(context(say("{more}: {word} lists all", more=and_more(left), word=code("/release"))))
    return tuple(blocks)


def _once(found: Sequence[Found]) -> Iterator[Found]:
    """A gate that waits for the same person twice, for the drift and for the yes, is shown once.

    A decision that can't be taken yet is on the release's card; here it would only be in the way.
    """
    gates: set[str] = set()
    for release, waiting in found:
        if waiting.gate is not None:
            if not waiting.ready or waiting.gate.id in gates:
                continue
            gates.add(waiting.gate.id)
        yield release, waiting


def _gate(given: Matters, found: Found, now: datetime) -> tuple[Json, ...]:
    """The whole card: nobody decides on what they have not seen."""
    release, waiting = found
    if waiting.gate is None:
        return ()
    url = given.links.get(release.id)
    where = (context(link(url, "Open it in its thread")),) if url else ()
    card = gate_card(release, waiting.gate, now=now, rights=given.rights.get(waiting.gate.id))
    return (*card.blocks, *where)


def _task(given: Matters, found: Found, _now: datetime) -> tuple[Json, ...]:
    release, waiting = found
    if waiting.task is None:
        return ()
    task = waiting.task
    failed = waiting.need is Need.FAILED and task.trouble is not None
    why = task.trouble.reason if failed and task.trouble is not None else ""
    url = task.trouble.link if failed and task.trouble is not None else None
    said = linked(url, brief(why, _WORDS), _LINK) if why else brief(waiting.says, _WORDS)
    title = (
        dotted([_title(given, release), say("{title} failed", title=task.title)])
        if why
        else _title(given, release)
    )
    return (
        section(say("{title}\n{said}", title=title, said=said)),
        *task_buttons(release, task, block_id=f"home:{release.id}:{release.revision}:{task.id}"),
    )


def _pick(given: Matters, found: Found, _now: datetime) -> tuple[Json, ...]:
    release, waiting = found
    if waiting.pick is None:
        return ()
    pick = waiting.pick
    sentence = say(
        "{title}\n{who} asks for the cherry-pick {change} by {author}.",
        title=_title(given, release),
        who=person(pick.asked_by),
        change=change(pick),
        author=brief(pick.wanted.author or "somebody", 80),
    )
    return (section(sentence), pick_buttons(release, pick))


def _unmet(given: Matters, found: Found, _now: datetime) -> tuple[Json, ...]:
    """A condition of a question that is theirs, and what settles it."""
    release, waiting = found
    if waiting.unmet is None:
        return ()
    unmet = waiting.unmet
    sentence = say(
        "{title}\n:x: Not met: {what}\n{remedy}",
        title=_title(given, release),
        what=linked(unmet.link, brief(unmet.what, _WORDS), _LINK),
        remedy=brief(unmet.remedy, _WORDS),
    )
    return (section(sentence),)


def _title(given: Matters, release: Release) -> Mrkdwn:
    title, url = one_line(release.title, 80), given.links.get(release.id)
    return bold(link(url, title)) if url else bold(title)


_KINDS = (
    _Kind(needs=frozenset({Need.DECIDE, Need.DRIFT}), most=3, view=_gate),
    _Kind(needs=frozenset({Need.FAILED}), most=6, view=_task),
    _Kind(needs=frozenset({Need.BY_HAND}), most=4, view=_task),
    _Kind(needs=frozenset({Need.PICK}), most=5, view=_pick),
    _Kind(needs=frozenset({Need.CONDITION}), most=6, view=_unmet),
)
