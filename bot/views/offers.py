"""The options that a live list offers: what was found, or a line that says why there is nothing. Pure."""

from collections.abc import Sequence

from bot.views.blocks import Json
from bot.views.inputs import OPTIONS, option
from bot.views.words import one_line

Offers = Sequence[Json]
Found = tuple[str, str, str]
"""Value, label and a few words beside it."""

HINT = "!hint"
"""The value of a line that can't be chosen; a form that comes with it is sent back."""
_VALUE, _LABEL = 150, 75


def offers(found: Sequence[Found], *, says: str = "", more: bool = False, words: str = "") -> Offers:
    """At most a hundred options, as Slack takes them, never none: where nothing can be chosen a line says why.

    What Slack can't carry as a value is left out, and that is said too.
    """
    fitting = list({value: (value, label, detail) for value, label, detail in found if _fits(value)}.values())
    hints = [says] if says else []
    if not found and not says:
        hints.append(f"Nothing fits “{words}”" if words else "There is nothing to choose from")
    if len(fitting) < len({value for value, _, _ in found}):
        hints.append("Some have names that are too long for Slack: use the command line for them")
    room = OPTIONS - len(hints)
    if more or len(fitting) > room:
        room -= 1
        hints.append("There are more: type to narrow the list")
    shown = [
        option(label or value, value, description=detail or None) for value, label, detail in fitting[:room]
    ]
    return [*shown, *(_hint(number, text) for number, text in enumerate(hints))]


def _fits(value: str) -> bool:
    return 0 < len(value) <= _VALUE


def _hint(number: int, text: str) -> Json:
    head, rest = one_line(text, _LABEL), None
    cut = text[:_LABEL].rfind(" ")
    if len(text) > _LABEL and cut > 0:
        head, rest = text[:cut], one_line(text[cut + 1 :], _LABEL)
    return option(head, f"{HINT}{number}", description=rest)


def is_hint(value: str) -> bool:
    """Whether a value is of a line that can't be chosen."""
    return value.startswith(HINT)
