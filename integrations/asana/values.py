"""What a person writes for a custom field, as Asana takes it. What does not fit is Refused with the field's name.

Source: https://developers.asana.com/docs/custom-fields-guide, CustomField in https://developers.asana.com/reference
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from integrations.asana.answers import CustomField, EnumOption
from integrations.ticket_fields import day, the_one
from integrations.tickets import several
from orchestration.ports.errors import Refused

DAY_HINT: Final = "a day, such as 2026-11-30"
HINTS: Final[Mapping[str, str]] = {
    "text": "text",
    "number": "a number",
    "enum": "one of its options",
    "multi_enum": "its options, with commas between them",
    "date": DAY_HINT,
}
"""The types that can be filled in, and how people write them."""
DURATION: Final = "duration"
PERCENTAGE: Final = "percentage"

_NUMBER: Final = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
_DIGITS: Final = 15
"""So many digits of a number stay what they are in JSON."""
_PLACES: Final = 6
"""The most that Asana keeps after the point."""


def type_of(field: CustomField) -> str:
    """The type that people see. A formula is kept as a number or a text, and an ID as a text."""
    if field.resource_subtype == "number" and field.format == DURATION:
        return DURATION
    return field.representation_type or field.resource_subtype


def value_of(field: CustomField, text: str) -> object:
    """What is sent for a text; an empty list where nothing is. The field is of a type that can be filled in."""
    return _VALUES[type_of(field)](field, text.strip())


def _text(_field: CustomField, text: str) -> str:
    return text


def _number(field: CustomField, text: str) -> int | float:
    """A percentage is written as it is shown, 25 or 25%, and sent as a part of one."""
    percent = field.format == PERCENTAGE
    wanted = text.removesuffix("%").rstrip() if percent else text
    match = _NUMBER.fullmatch(wanted)
    if match is None:
        raise Refused(f"{field.name}: {text!r} is not a number")
    places = (match[2] or "").rstrip("0")
    most = _PLACES if field.precision is None else field.precision
    if len(places) > most:
        raise Refused(f"{field.name}: {text!r} has more digits after the point than the {most} that it keeps")
    if len(match[1] + places) > _DIGITS:
        raise Refused(f"{field.name}: {text!r} has more than {_DIGITS} digits")
    value = Decimal(wanted) / 100 if percent else Decimal(wanted)
    return int(value) if value == value.to_integral_value() else float(value)


def _option(field: CustomField, text: str) -> str:
    return _choose(field, text).gid


def _options(field: CustomField, text: str) -> list[str]:
    return list(dict.fromkeys(_choose(field, name).gid for name in several(text)))


def _date(field: CustomField, text: str) -> dict[str, str]:
    return {"date": day(field.name, text).isoformat()}


def _choose(field: CustomField, name: str) -> EnumOption:
    """One that is shown no longer can't be chosen, in Asana or here."""
    shown = [(option.name, option) for option in field.enum_options if option.enabled]
    return the_one(field.name, name, shown, cure="rename one in Asana")


_VALUES: Final[Mapping[str, Callable[[CustomField, str], object]]] = {
    "text": _text,
    "number": _number,
    "enum": _option,
    "multi_enum": _options,
    "date": _date,
}
