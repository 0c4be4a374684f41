"""Notices about submissions: sent, reviewed, let out, stopped, done; and what a store would not do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from bot.views.gate_lines import people
from bot.views.news import LINK, WORDS, Notice, tell
from bot.views.rendered import Rendered
from bot.views.retro import authors_of, retro
from bot.views.store_lines import VERB_WORDS, way_back
from bot.views.text import Mrkdwn, escape, mention, say
from bot.views.words import brief, linked, person
from orchestration.domain.events import Event, EventKind
from orchestration.domain.pairs import TARGET_TITLES, Pair
from orchestration.domain.people import SYSTEM
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket

_MOST = 20
_SAID: Mapping[EventKind, str] = MappingProxyType(
    {
        EventKind.SUBMISSION_SENT: "{store}: {build} was submitted{how} and waits for review.",
        EventKind.SUBMISSION_IN_REVIEW: "{store}: {build} is in review.",
        EventKind.SUBMISSION_APPROVED: "{store}: {build} is approved. Nobody has it yet.",
        EventKind.SUBMISSION_CANCELLED: "{store}: the submission of {build} was taken back{how}.",
        EventKind.ROLLOUT_STARTED: "{store}: {build} is live, for {percent} % of the users.",
        EventKind.ROLLOUT_RAISED: "{store}: {build} reaches {percent} % of the users now{how}.",
        EventKind.ROLLOUT_STOPPED: "{store}: the rollout of {build} stands still at {percent} %{how}.",
        EventKind.ROLLOUT_RESUMED: "{store}: the rollout of {build} goes on at {percent} %{how}.",
        EventKind.STORE_COMPLETED: "{store}: everybody is offered {build}.",
        EventKind.STORE_REPLACED: "{store}: a newer version took the place of {build}, at {percent} %.",
    }
)


def _always(_event: Event) -> bool:
    return True


def told(kind: EventKind) -> Callable[[Event, Release, datetime], Rendered]:
    """The notice of what a store told."""
    words = _SAID[kind]

    def view(event: Event, release: Release, _now: datetime) -> Rendered:
        sentence = say(
            words,
            store=store_of(event),
            build=build_of(event),
            percent=event.data.get("percent", "0"),
            how=_how(event),
        )
        return tell(release, sentence, lines=[*_first_users(event, release), *_way_back(event, release)])

    return view


def _how(event: Event) -> Mrkdwn:
    """By whom and why, where somebody had the store told; where it was done otherwise."""
    if event.data.get("outside"):
        return escape(", in the store's own console")
    by, because = event.data.get("by"), event.data.get("because")
    if not by:
        return escape("")
    why = say(" ({because})", because=brief(because, WORDS)) if because else escape("")
    return say(", as {who} asked{why}", who=person(by), why=why)


def rejected(event: Event, release: Release, _now: datetime) -> Rendered:
    """The store will not have it; what it wants stands in its console."""
    reason = brief(event.data.get("reason") or "the store tells no reason here, its console does", WORDS)
    sentence = say(
        "{store} rejected {build}: {reason}. {captain}, mend it and submit it anew.",
        store=store_of(event),
        build=build_of(event),
        reason=reason,
        captain=mention(release.captain),
    )
    return tell(release, sentence)


def needs_person(event: Event, release: Release, _now: datetime) -> Rendered:
    """Only a person can do it, in the store's console."""
    sentence = say(
        "{store} waits for a person: {what}. {captain}",
        store=store_of(event),
        what=brief(event.data.get("what", "look in its console"), WORDS),
        captain=mention(release.captain),
    )
    return tell(release, sentence)


def silent(event: Event, release: Release, _now: datetime) -> Rendered:
    """A review takes longer than usual."""
    usual = "half of the reviews of this app took" if event.data.get("known") else "is expected of a review"
    sentence = say(
        "No word from {store} about {build} for {hours} h; {usual} {most} h at most.",
        store=store_of(event),
        build=build_of(event),
        hours=event.data.get("hours", "many"),
        usual=usual,
        most=event.data.get("usual", "fewer"),
    )
    return tell(release, sentence)


def refused(event: Event, release: Release, _now: datetime) -> Rendered:
    """The store said no; whoever asked for it hears why."""
    sentence = say(
        "{store} did not {what}: {reason} {who}",
        store=store_of(event),
        what=VERB_WORDS.get(event.data.get("verb", ""), "do it"),
        reason=brief(event.data.get("reason", "no reason given"), WORDS),
        who=_asker(event, release),
    )
    return tell(release, sentence)


def unreached(event: Event, release: Release, _now: datetime) -> Rendered:
    """The store can't be told now; it is tried until it works."""
    sentence = say(
        "{store} could not be told yet to {what}: {reason}. It is tried again until it works. {who}",
        store=store_of(event),
        what=VERB_WORDS.get(event.data.get("verb", ""), "do it"),
        reason=brief(event.data.get("reason", "no reason given"), WORDS),
        who=_asker(event, release),
    )
    return tell(release, sentence)


def edited(event: Event, release: Release, _now: datetime) -> Rendered:
    """What is to be submitted is another now."""
    sentence = say(
        "{who} changed the submission to {store}: {what}.",
        who=person(event.actor.id),
        store=store_of(event),
        what=brief(event.data.get("what", "it"), WORDS),
    )
    return tell(release, sentence)


def completed(event: Event, release: Release, _now: datetime) -> Rendered:
    """The release has reached its users."""
    note = event.data.get("note")
    if note is None:
        out = escape("It is out: every store offers it to everybody.")
        return tell(release, out, lines=retro(release, at=event.at))
    sentence = say("{who} says that it is out: {note}", who=person(event.actor.id), note=brief(note, WORDS))
    return tell(release, sentence, lines=retro(release, at=event.at))


def _first_users(event: Event, release: Release) -> list[Mrkdwn]:
    """The authors hear once that the first users have what they wrote; they hear again when everybody has."""
    authors = authors_of(release)
    out = sorted((s.live_at, s.id) for s in release.submissions if s.live_at is not None)
    first = bool(out) and out[0][1] == event.data.get("submission")
    if event.kind is not EventKind.ROLLOUT_STARTED or not first or not authors:
        return []
    return [say("{who}: the first users have what you wrote.", who=people(authors, most=_MOST))]


def _way_back(event: Event, release: Release) -> list[Mrkdwn]:
    """Where it stands still: what can be done."""
    submission = release.submission(event.data.get("submission", ""))
    if event.kind is not EventKind.ROLLOUT_STOPPED or submission is None:
        return []
    return way_back(release, submission)


def store_of(event: Event) -> str:
    """The store of an event, as people call it."""
    try:
        return TARGET_TITLES[Pair.parse(event.data.get("pair", "")).target]
    except ValueError:
        return "The store"


def build_of(event: Event) -> Mrkdwn:
    """The version and build of an event, with its page in the store."""
    words = f"{event.data.get('version', 'the version')} ({event.data.get('build', 'no build')})"
    return linked(event.data.get("link"), brief(words, 80), LINK)


def _asker(event: Event, release: Release) -> Mrkdwn:
    by = event.data.get("by", "")
    return mention(release.captain) if by in {"", SYSTEM.id} else person(by)


_K = EventKind
_LOUD = frozenset({_K.ROLLOUT_STOPPED, _K.STORE_REPLACED})
_CARDED = frozenset({_K.SUBMISSION_SENT, _K.SUBMISSION_IN_REVIEW, _K.ROLLOUT_RAISED})
"""What the card of the store says in the thread, and nobody has to do anything about."""
NOTICES: Mapping[EventKind, Notice] = MappingProxyType(
    {
        **{
            kind: Notice(
                bucket=Bucket.RELEASES,
                gathered=lambda event: event.kind in _CARDED,
                view=told(kind),
                broadcast=lambda event: event.kind in _LOUD,
                urgent=lambda event: event.kind in _LOUD,
            )
            for kind in _SAID
        },
        _K.SUBMISSION_REJECTED: Notice(bucket=Bucket.CRITICAL, view=rejected, broadcast=_always),
        _K.STORE_NEEDS_PERSON: Notice(bucket=Bucket.RELEASES, view=needs_person, broadcast=_always),
        _K.STORE_SILENT: Notice(bucket=Bucket.RELEASES, view=silent, broadcast=_always),
        _K.STORE_REFUSED: Notice(bucket=Bucket.CRITICAL, view=refused, broadcast=_always),
        _K.STORE_UNREACHED: Notice(bucket=Bucket.CRITICAL, view=unreached, broadcast=_always),
        _K.SUBMISSION_EDITED: Notice(bucket=None, view=edited),
        _K.RELEASE_COMPLETED: Notice(bucket=Bucket.RELEASES, view=completed, broadcast=_always),
    }
)
"""How each fact about a submission is told."""
