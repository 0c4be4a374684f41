"""Answers about a person: their logins, their deputy, and for whom they stand in."""

from bot.views.blocks import actions, button, section
from bot.views.quiet import settings_lines
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn, code, escape, joined, mention, say
from bot.views.values import DEPUTY, DEPUTY_END
from bot.views.words import brief, when
from orchestration.domain.quiet import Attention
from orchestration.domain.standing import Me


def me_answer(me: Me, asked: Attention | None = None) -> Rendered:
    """Everything that is known, and how it is changed."""
    names = joined((code(brief(login, 60)) for login in me.logins), ", ")
    lines: list[Mrkdwn] = [
        say("Your login in source control: {names}", names=names)
        if me.logins
        else say(
            "No login in source control is known as yours. Say so with {word}",
            word=code("/release me octocat"),
        )
    ]
    end = button("End It", action_id=DEPUTY_END, value="end")
    if me.deputy is not None:
        lines.append(
            say(
                "{who} stands in for you until {at}.", who=mention(me.deputy.deputy), at=when(me.deputy.until)
            )
        )
    lines += [
        say("You stand in for {who} until {at}.", who=mention(d.person), at=when(d.until))
        for d in me.stands_for
    ]
    if me.deputy is None and not me.stands_for:
        lines.append(escape("Nobody stands in for you."))
    lines += settings_lines(asked)
    name = button("Name a Deputy…", action_id=DEPUTY, value="name")
    text = joined(lines)
    return Rendered(text=text, blocks=(section(text), actions(name, *([end] if me.deputy else []))))
