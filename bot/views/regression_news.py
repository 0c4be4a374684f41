"""Notices about Stage 2: slots that moved, cycles given up, and commits that came after what was tested."""

from datetime import datetime

from bot.views.blocks import actions
from bot.views.news import LINK, WORDS, task_of, tell
from bot.views.regression_buttons import drift_buttons
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, bullets, code, mention, say
from bot.views.words import brief, linked, person, when
from orchestration.domain.drift import drifted
from orchestration.domain.events import Event
from orchestration.domain.release import Release

_COMMITS = 10


def moment(event: Event, name: str) -> datetime | None:
    """A moment that an event carries; None where it carries none."""
    try:
        at = datetime.fromisoformat(event.data.get(name, ""))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _at(event: Event, name: str, words: str = " of {at}") -> Mrkdwn:
    at = moment(event, name)
    return say(words, at=when(at)) if at is not None else Mrkdwn("")


def slot_moved(event: Event, release: Release, _now: datetime) -> Rendered:
    """A slot is planned for another time, or does something else."""
    who = person(event.actor.id)
    if event.data.get("old") == event.data.get("at"):
        return tell(
            release, say("{who} changed what the regression slot{at} does.", who=who, at=_at(event, "at"))
        )
    sentence = say(
        "{who} moved the regression slot{old}{new}.",
        who=who,
        old=_at(event, "old"),
        new=_at(event, "at", " to {at}"),
    )
    return tell(release, sentence)


def slot_reminded(event: Event, release: Release, now: datetime) -> Rendered | None:
    """A cycle starts soon; nothing where its slot was moved or taken back meanwhile."""
    slot = next((s for s in release.planned_slots if s.id == event.data.get("slot")), None)
    if slot is None or slot.at <= now or moment(event, "at") != slot.at:
        return None
    sentence = say(
        "The next regression cycle starts {at}, {captain}. What is to be tested must be in {branch} by then.",
        at=when(slot.at),
        captain=mention(release.captain),
        branch=code(brief(release.branch, WORDS)),
    )
    return tell(release, sentence)


def slot_cancelled(event: Event, release: Release, _now: datetime) -> Rendered:
    """A slot was taken back."""
    sentence = say(
        "{who} took the regression slot{at} back.", who=person(event.actor.id), at=_at(event, "at")
    )
    return tell(release, sentence)


def cycle_abandoned(event: Event, release: Release, _now: datetime) -> Rendered:
    """Somebody gave the cycle up; what it still runs at CI is stopped."""
    sentence = say(
        "{who} abandoned regression cycle {tag}: {reason} Its tasks are cancelled, and its CI runs are stopped.",
        who=person(event.actor.id),
        tag=code(brief(event.data.get("tag", "unknown"), WORDS)),
        reason=_ended(brief(event.data.get("reason", "no reason given"), WORDS)),
    )
    if release.planned_slots and release.active_cycle is None:
        sentence += say(" The next one starts {at}.", at=when(release.planned_slots[0].at))
    return tell(release, sentence)


def run_not_stopped(event: Event, release: Release, _now: datetime) -> Rendered:
    """A run that nobody wants goes on, because CI would not stop it."""
    task = task_of(event, release)
    what = linked(event.data.get("link"), f"A run of {task.title if task else 'a cancelled task'}", LINK)
    sentence = say(
        "{what} could not be stopped: {reason}. {captain}, stop it there if it does harm.",
        what=what,
        reason=brief(event.data.get("reason", "no reason given"), WORDS),
        captain=mention(release.captain),
    )
    return tell(release, sentence)


def drift_found(event: Event, release: Release, _now: datetime) -> Rendered:
    """Commits came after the tested one; the captain says whether they are tested or left out."""
    says = brief(event.data.get("says", "The branch has moved"), WORDS)
    sentence = linked(event.data.get("link"), says, LINK) + "."
    gate = release.open_gate
    found = drifted(gate.evidence) if gate is not None else None
    if gate is None or found is None or found.key != event.data.get("head"):
        return tell(release, sentence)
    ask = say(
        " {captain}, what shall become of them? A new cycle tests them; otherwise they stay out of this release.",
        captain=mention(release.captain),
    )
    lines = [bullets(found.lines, most=_COMMITS)] if found.lines else []
    return tell(release, sentence + ask, actions(*drift_buttons(release, gate, found)), lines=lines)


def drift_accepted(event: Event, release: Release, _now: datetime) -> Rendered:
    """The commits stay out, by somebody's decision."""
    sentence = say(
        "{who} leaves out what came after the tested commit: {reason} The release is made of {tested}; "
        "another commit asks again.",
        who=person(event.actor.id),
        reason=_ended(brief(event.data.get("reason", "no reason given"), WORDS)),
        tested=code((release.tested_commit or "the tested commit")[:10]),
    )
    return tell(release, sentence)


def _ended(sentence: Mrkdwn) -> Mrkdwn:
    return sentence if sentence.endswith((".", "!", "?")) else sentence + "."
