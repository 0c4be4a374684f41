"""Notices about the health of a version: poor, good again, unknown, overruled, and a step that waits for it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.views.news import LINK, WORDS, Notice, tell
from bot.views.rendered import Rendered
from bot.views.store_news import build_of, store_of
from bot.views.text import Mrkdwn, escape, mention, say
from bot.views.words import brief, linked, person
from orchestration.domain.events import Event, EventKind
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket


def poor(event: Event, release: Release, _now: datetime) -> Rendered:
    """The rule is broken: with what figures, and what follows."""
    follows = (
        "The rollout is stopped by the rule; it goes on when somebody says why."
        if event.data.get("pauses")
        else "Nothing is stopped by the rule."
    )
    sentence = say(
        "{store}: {build} is not healthy: {says}{figures}. {follows} {captain}",
        store=store_of(event),
        build=build_of(event),
        says=_says(event),
        figures=_figures(event),
        follows=follows,
        captain=mention(release.captain),
    )
    return tell(release, sentence)


def recovered(event: Event, release: Release, _now: datetime) -> Rendered:
    """The rule is met again; what was stopped stays so until somebody resumes it."""
    sentence = say(
        "{store}: {build} is healthy again: {says}{figures}. What was stopped is resumed by a person.",
        store=store_of(event),
        build=build_of(event),
        says=_says(event),
        figures=_figures(event),
    )
    return tell(release, sentence)


def unread(event: Event, release: Release, _now: datetime) -> Rendered:
    """The tool can't be asked; it is tried again without an end."""
    sentence = say(
        "{store}: the health of {build} can't be read: {reason}. It is tried again by itself, and no step is "
        "taken by itself on old figures.",
        store=store_of(event),
        build=build_of(event),
        reason=brief(event.data.get("reason", "no reason given"), WORDS),
    )
    return tell(release, sentence)


def overruled(event: Event, release: Release, _now: datetime) -> Rendered:
    """A person took it upon them."""
    sentence = say(
        "{who} overruled the health of {build} ({says}): {reason}",
        who=person(event.actor.id),
        build=build_of(event),
        says=_says(event),
        reason=brief(event.data.get("reason", "no reason given"), WORDS),
    )
    return tell(release, sentence)


def held(event: Event, release: Release, _now: datetime) -> Rendered:
    """A step that was due is not taken."""
    sentence = say(
        "{store}: {build} stays at {percent} % and not {to} %: {says}. The step is taken once its health is good.",
        store=store_of(event),
        build=build_of(event),
        percent=event.data.get("percent", "0"),
        to=event.data.get("to", "more"),
        says=_says(event),
    )
    return tell(release, sentence)


def _says(event: Event) -> Mrkdwn:
    return linked(
        event.data.get("health_link"), brief(event.data.get("says", "nothing is known of it"), WORDS), LINK
    )


def _figures(event: Event) -> Mrkdwn:
    """What else was counted, where the tool told it."""
    words = (
        ("crash_free_users", "{} % of users without a crash"),
        ("adoption", "{} % of all sessions"),
        ("new_issues", "{} new issues"),
    )
    told = [each.format(event.data[name]) for name, each in words if name in event.data]
    return escape(f" ({', '.join(told)})" if told else "")


def _always(_event: Event) -> bool:
    return True


_K = EventKind
NOTICES: Mapping[EventKind, Notice] = MappingProxyType(
    {
        _K.HEALTH_POOR: Notice(bucket=Bucket.CRITICAL, view=poor, broadcast=_always, urgent=_always),
        _K.HEALTH_RECOVERED: Notice(bucket=Bucket.RELEASES, view=recovered, broadcast=_always),
        _K.HEALTH_UNREAD: Notice(bucket=Bucket.RELEASES, view=unread, broadcast=_always),
        _K.HEALTH_OVERRULED: Notice(bucket=Bucket.RELEASES, view=overruled, broadcast=_always),
        _K.STEP_HELD: Notice(bucket=Bucket.RELEASES, view=held),
    }
)
"""How each fact about the health of a version is told."""
