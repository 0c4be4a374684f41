"""The answer of `/release freeze`: what is frozen now and ahead, with the exceptions."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.views.blocks import Json, actions, button, confirm, header, section
from bot.views.rendered import MESSAGE, Rendered, fit
from bot.views.text import Mrkdwn, bold, code, joined, plural, say
from bot.views.values import FREEZE_NEW, FREEZE_REMOVE, carried
from bot.views.words import brief, dotted, person, when
from orchestration.domain.freezes import Exemption, Freeze

EVERYTHING = "every release"
_MOST = 25


def freeze_list(freezes: Sequence[Freeze], names: Mapping[str, str], *, now: datetime) -> Rendered:
    """Each freeze with its scope; `names` are those of configurations by id."""
    new = actions(button("Add Freeze", action_id=FREEZE_NEW, value=carried(), style="primary"))
    if not freezes:
        words = say("Nothing is frozen, now or ahead. {add} plans a freeze.", add=code("/release freeze add"))
        return Rendered(text=words, blocks=(section(words), new))
    text = say("{count} on or ahead.", count=plural(len(freezes), "freeze is", "freezes are"))

    def render(most: int) -> Rendered:
        shown = [_freeze(freeze, names, now) for freeze in freezes[:most]]
        more = [section(f"…and {len(freezes) - most} more")] if len(freezes) > most else []
        return Rendered(text=text, blocks=(header("Freezes"), *shown, *more, new))

    return fit(render, (_MOST, 12, 6), limit=MESSAGE)


def _freeze(freeze: Freeze, names: Mapping[str, str], now: datetime) -> Json:
    scope = names.get(freeze.config_id, freeze.config_id) if freeze.config_id else EVERYTHING
    state = "On now" if freeze.on(now) else "Ahead"
    head = dotted([bold(brief(freeze.reason, 200)), code(freeze.id), state, brief(scope, 60)])
    span = say(
        "From {start} to {end}, by {who}",
        start=when(freeze.starts_at),
        end=when(freeze.over_at),
        who=person(freeze.by),
    )
    exempt = [line for e in freeze.exemptions if (line := _exemption(e, now))]
    remove = button(
        "Remove",
        action_id=FREEZE_REMOVE,
        value=carried(freeze=freeze.id),
        confirm=confirm("Remove the freeze", "What it holds goes on at once.", yes="Remove", style="danger"),
    )
    return section(joined([head, span, *exempt]), accessory=remove)


def _exemption(exemption: Exemption, now: datetime) -> Mrkdwn | None:
    about = code(exemption.release_id)
    if exemption.good(now) and exemption.until is not None and exemption.granted_by is not None:
        return say(
            "• {about} may go on until {until}, granted by {who}",
            about=about,
            until=when(exemption.until),
            who=person(exemption.granted_by),
        )
    if exemption.open(now):
        return say(
            "• {who} asks to let {about} go on: {why}",
            who=person(exemption.asked_by),
            about=about,
            why=brief(exemption.reason, 200),
        )
    return None
