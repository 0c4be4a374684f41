"""A person's own settings in App Home. One part for each; another part is another line of the table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.views.blocks import Json, button, context, section
from bot.views.quiet import settings_lines
from bot.views.text import Mrkdwn, code, joined, mention, say
from bot.views.values import DEPUTY, DEPUTY_END, LOGIN
from bot.views.words import brief, when
from orchestration.domain.quiet import Attention
from orchestration.domain.standing import Me


@dataclass(frozen=True, kw_only=True, slots=True)
class Mine:
    """What is known of the one whose page it is."""

    person: str
    me: Me
    asked: Attention | None = None


Part = Callable[[Mine, datetime], Iterator[Json]]


def _login(mine: Mine, _now: datetime) -> Iterator[Json]:
    """Who one is in source control: authors are told apart from approvers by it."""
    names = joined((code(brief(login, 60)) for login in mine.me.logins[:10]), ", ")
    known = say("*Source control*\nYou are known as {names}.", names=names)
    unknown = Mrkdwn(
        "*Source control*\nYour login is not known: link it, so that your own commits are known."
    )
    link = button("Link Login…", action_id=LOGIN, value="home")
    yield section(known if mine.me.logins else unknown, accessory=link, block_id="home:login")


def _deputy(mine: Mine, _now: datetime) -> Iterator[Json]:
    """Who approves in one's place, and in whose place one approves."""
    deputy = mine.me.deputy
    if deputy is None:
        said = Mrkdwn("*Deputy*\nNobody approves in your place.")
        act = button("Name a Deputy…", action_id=DEPUTY, value="home")
    else:
        said = say(
            "*Deputy*\n{who} approves in your place until {at}.",
            who=mention(deputy.deputy),
            at=when(deputy.until),
        )
        act = button(
            "End It", action_id=DEPUTY_END, value="home", accessibility_label="End your deputy's time"
        )
    stands = [
        say("You stand in for {who} until {at}.", who=mention(each.person), at=when(each.until))
        for each in mine.me.stands_for[:10]
    ]
    yield section(joined((said, *stands)), accessory=act, block_id="home:deputy")


def _attention(mine: Mine, _now: datetime) -> Iterator[Json]:
    """When one is left alone."""
    yield section(
        joined((Mrkdwn("*Quiet hours*"), *settings_lines(mine.asked)), "\n"), block_id="home:attention"
    )


def _zone(_mine: Mine, _now: datetime) -> Iterator[Json]:
    """Slack shows every time in the reader's own zone; there is nothing to set."""
    yield context("Times are shown in the time zone of your Slack profile.")


SETTINGS: tuple[Part, ...] = (_login, _deputy, _attention, _zone)
