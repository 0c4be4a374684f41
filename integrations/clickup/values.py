"""How a text becomes the value of a custom field, by the field's type. Refused where it can't.

https://developer.clickup.com/docs/customfields
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from integrations.clickup.answers import CustomField
from integrations.ticket_fields import day, number, the_one
from integrations.tickets import several
from orchestration.ports.errors import Refused

Written = Callable[[CustomField, str], object]

# At this hour of UTC it is the same day from Hawaii to New Zealand. ClickUp keeps the day that it is for the user.
SAME_DAY: Final = 10
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_URL: Final = re.compile(r"https?://[^\s/]+(/\S*)?")
_PHONE: Final = re.compile(r"\+[1-9][0-9 ().-]{4,24}[0-9]")


def stamp(field: str, text: str) -> int:
    """A day as unix milliseconds."""
    found = day(field, text)
    return int(datetime(found.year, found.month, found.day, SAME_DAY, tzinfo=UTC).timestamp()) * 1000


def _option(field: CustomField, text: str) -> str:
    return the_one(field.name, text, field.options, cure="rename one in ClickUp")


def _options(field: CustomField, text: str) -> list[str]:
    return list(dict.fromkeys(_option(field, each) for each in several(text)))


def _of_form(form: re.Pattern[str], what: str) -> Written:
    def written(field: CustomField, text: str) -> str:
        if form.fullmatch(text) is None:
            raise Refused(f"{field.name}: {text!r} is not {what}")
        return text

    return written


TYPES: Final[Mapping[str, tuple[str, Written]]] = {
    "short_text": ("text", lambda _field, text: text),
    "text": ("text", lambda _field, text: text),
    "number": ("a number", lambda field, text: number(field.name, text, places=15)),
    "drop_down": ("one of its options", _option),
    "labels": ("some of its labels", _options),
    "date": ("a day", lambda field, text: stamp(field.name, text)),
    "email": ("an e-mail address", _of_form(_EMAIL, "an e-mail address")),
    "url": ("a link", _of_form(_URL, "a link, such as https://example.com")),
    "phone": ("a telephone number", _of_form(_PHONE, "a telephone number, such as +1 201 555 0123")),
}
"""The types that can be filled in: what they hold, in words, and how a text becomes that."""
