"""Custom fields: what they are, and what of a create's `custom_fields` they take.

https://developer.clickup.com/docs/customfields
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sandbox.clickup.errors import invalid, no_field, no_option, not_simulated

TASK_TYPE = 19
PARTS = frozenset({"id", "value"})


@dataclass(frozen=True, kw_only=True)
class Option:
    """What a field can hold."""

    id: str
    name: str


@dataclass(kw_only=True, eq=False)
class CustomField:
    """A field of the workspace, or of the one list `of`. `types` are the task types that have it, none for all.

    `required` is for people only: what is made through the API needs none.
    """

    id: str
    name: str
    type: str
    options: tuple[Option, ...] = ()
    of: str = ""
    types: tuple[int, ...] = ()
    required: bool = False

    def fits(self, item: int) -> bool:
        """Whether a task of this type has the field."""
        return not self.types or item in self.types


class CustomFields:
    """All of a workspace's."""

    def __init__(self) -> None:
        self.rows: list[CustomField] = []

    def add(
        self,
        name: str,
        kind: str,
        *options: str,
        of: str = "",
        types: Iterable[int] = (),
        required: bool = False,
    ) -> CustomField:
        """A field."""
        at = len(self.rows)
        made = CustomField(
            id=_id(f"{at}"),
            name=name,
            type=kind,
            options=tuple(Option(id=_id(f"{at}/{number}"), name=each) for number, each in enumerate(options)),
            of=of,
            types=tuple(types),
            required=required,
        )
        self.rows.append(made)
        return made

    def in_list(self, number: str) -> list[CustomField]:
        """Those of a list, with the workspace's."""
        return [row for row in self.rows if row.of in ("", number)]

    def taken(self, number: str, item: int, sent: object) -> dict[str, Any]:
        """The values that a new task has, by the ids of fields; those of other task types are passed over."""
        if not isinstance(sent, list):
            raise invalid("Custom fields")
        values: dict[str, Any] = {}
        for one in sent:
            if not isinstance(one, dict) or not set(one) >= PARTS:
                raise invalid("Custom field")
            if set(one) > PARTS:
                raise not_simulated(", ".join(sorted(set(one) - PARTS)))
            field = next((row for row in self.in_list(number) if row.id == one["id"]), None)
            if field is None:
                raise no_field()
            if field.fits(item):
                values[field.id] = _value(field, one["value"])
        return values


def _id(what: str) -> str:
    """The same in every run."""
    return str(uuid5(NAMESPACE_OID, f"sandbox.clickup/{what}"))


def _value(field: CustomField, value: object) -> object:
    if field.type not in TAKES:
        raise not_simulated(f"a value of a custom field of the type {field.type}")
    TAKES[field.type](field, value)
    return value


def _check(holds: Callable[[Any], bool]) -> Callable[[CustomField, object], None]:
    def check(_field: CustomField, value: object) -> None:
        if not holds(value):
            raise invalid("Custom field value", "FIELD_013")

    return check


def _text(form: str) -> Callable[[CustomField, object], None]:
    return _check(lambda value: isinstance(value, str) and re.fullmatch(form, value) is not None)


def _option(field: CustomField, value: object) -> None:
    if value not in [option.id for option in field.options]:
        raise no_option()


def _labels(field: CustomField, value: object) -> None:
    if not isinstance(value, list) or any(not isinstance(each, str) for each in value):
        raise invalid("Custom field value", "FIELD_013")
    for each in value:
        _option(field, each)


TAKES: Mapping[str, Callable[[CustomField, object], None]] = {
    "short_text": _text(r"(?s:.*)"),
    "text": _text(r"(?s:.*)"),
    "number": _check(lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    "drop_down": _option,
    "labels": _labels,
    "date": _check(lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "email": _text(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "url": _text(r"https?://\S+"),
    "phone": _text(r"\+[0-9][0-9 ().-]+"),
}
