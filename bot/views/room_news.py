"""Notices about a release's own channel: that it is there, or why it is not."""

from datetime import datetime

from bot.views.news import WORDS, tell
from bot.views.regression_news import moment
from bot.views.rendered import Rendered
from bot.views.text import channel, mention, say
from bot.views.words import brief, when
from orchestration.domain.events import Event
from orchestration.domain.release import Release


def opened(event: Event, release: Release, _now: datetime) -> Rendered:
    """Where the release lives; who reads it elsewhere can go there."""
    where = channel(event.data.get("channel", release.home))
    return tell(release, say("It has a channel of its own: {where}.", where=where))


def refused(event: Event, release: Release, _now: datetime) -> Rendered:
    """There is no channel: why, what to do, and that nothing else changes."""
    sentence = say(
        "It was to have the channel #{name}, and that could not be made: {why}. It lives in this thread instead; "
        "nothing else changes, {captain}.",
        name=brief(event.data.get("name", ""), 80),
        why=brief(event.data.get("reason", "no reason given"), WORDS),
        captain=mention(release.captain),
    )
    return tell(release, sentence)


def troubled(event: Event, release: Release, _now: datetime) -> Rendered:
    """The channel is there, and something of it is not as it was asked for."""
    why = brief(event.data.get("reason", "no reason given"), WORDS)
    sentence = say("The channel is not all that it should be: {why}. It is not tried again.", why=why)
    return tell(release, sentence)


def closed(event: Event, release: Release, _now: datetime) -> Rendered:
    """To a person directly: which channel takes nothing, why, what to do, and what becomes of what was to be said."""
    where = event.data.get("channel", "")
    lives = where == release.home
    sentence = say(
        "Nothing can be posted in {where}{role}. {why}. {then}",
        where=channel(where),
        role=", where this release lives" if lives else ", which is to hear of this release",
        why=brief(event.data.get("reason", "no reason given"), WORDS),
        then="The release goes on meanwhile. Its card and what was to be said come by themselves within a minute after "
        "the channel works; until then `/release status` and `/release why` tell where it stands."
        if lives
        else "Its card and its thread are not affected. `/release edit` names another channel.",
    )
    return tell(release, sentence)


def reopened(event: Event, release: Release, _now: datetime) -> Rendered:
    """The channel works; what waited for it stands around this."""
    sentence = say(
        "{where} takes messages again. Nothing could be posted there since {since}.",
        where=channel(event.data.get("channel", release.home)),
        since=when(moment(event, "since") or event.at),
    )
    return tell(release, sentence)
