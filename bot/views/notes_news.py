"""Notes in the thread: somebody edited them, took that back, or wrote what is new for a store."""

from datetime import datetime

from bot.views.news import WORDS, tell
from bot.views.rendered import Rendered
from bot.views.text import code, say
from bot.views.words import brief, person
from orchestration.domain.events import Event
from orchestration.domain.release import Release


def edited(event: Event, release: Release, _now: datetime) -> Rendered:
    """Who edited, and where the text stands."""
    return tell(
        release,
        say(
            "{who} edited the release notes; they are published so. {where} shows them.",
            who=person(event.actor.id),
            where=code("/release notes"),
        ),
    )


def restored(event: Event, release: Release, _now: datetime) -> Rendered:
    """Who took an edit back."""
    return tell(
        release,
        say(
            "{who} took the edit of the release notes back; they are made from the commits again.",
            who=person(event.actor.id),
        ),
    )


def whats_new_written(event: Event, release: Release, _now: datetime) -> Rendered:
    """Who wrote for which stores and languages."""
    return tell(
        release,
        say(
            "{who} wrote what is new: {what}. {where} shows it.",
            who=person(event.actor.id),
            what=brief(event.data.get("what", "a text for a store"), WORDS),
            where=code("/release notes"),
        ),
    )
