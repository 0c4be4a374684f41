"""Nudges: told in the thread, and to the one who is asked."""

from datetime import datetime

from bot.views.blocks import actions, button, section
from bot.views.news import WORDS, tell
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, joined, mention, say
from bot.views.values import WHY, carried
from bot.views.words import brief, linked, one_line, person
from orchestration.domain.events import Event
from orchestration.domain.release import Release
from orchestration.domain.unmet import Unmet


def nudged(event: Event, release: Release, _now: datetime) -> Rendered:
    """Who asked whom to see to what. Those who were asked are told directly, so they are not mentioned again."""
    sentence = say(
        "{who} nudged {people} about: {what}",
        who=person(event.actor.id),
        people=_people(event.data.get("people", "").split()) or "the owner",
        what=brief(event.data.get("what", "what is in the way"), WORDS),
    )
    return tell(release, sentence)


def asks(release: Release, matter: Unmet, by: str) -> Rendered:
    """What the one who is asked reads: who asks, what for, and what settles it."""
    sentence = say(
        "{who} asks you to see to this for {title}: {what}",
        who=mention(by),
        title=brief(release.title, 150),
        what=linked(matter.link, brief(matter.what, WORDS), 400),
    )
    remedy = say("What settles it: {remedy}", remedy=brief(matter.remedy, WORDS))
    why = button("Why", action_id=WHY, value=carried(release=release.id))
    blocks = (section(joined([sentence, remedy])), actions(why, block_id=f"nudge:{release.id}"))
    return Rendered(text=joined([sentence, remedy], " "), blocks=blocks)


def asked(release: Release, matter: Unmet, people: tuple[str, ...]) -> Mrkdwn:
    """The answer to the one who nudged."""
    return say(
        "{people} is told that you ask about: {what} ({title})",
        people=_people(people),
        what=brief(matter.what, WORDS),
        title=one_line(release.title, 150),
    )


def _people(ids: tuple[str, ...] | list[str]) -> Mrkdwn:
    return joined((mention(one) for one in ids), ", ")
