"""Notices about a release's own channel: that it is there, or why it is not."""

from datetime import datetime

from bot.views.news import WORDS, tell
from bot.views.rendered import Rendered
from bot.views.text import channel, mention, say
from bot.views.words import brief
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
