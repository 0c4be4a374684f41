"""What a new task is filled with besides name and notes: assignee, due date and custom fields.

Asana says that a custom field's value is an option's gid, a text, a number, an object or an array, by the field's
type; a date is an object. What does not fit is refused, and never left aside.
https://developers.asana.com/docs/custom-fields-guide
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sandbox.asana.answers import AsanaError, unknown
from sandbox.asana.calls import Call
from sandbox.asana.world import Field, Option, Project, User, Workspace


def assignee(call: Call, data: Mapping[str, Any], workspace: Workspace) -> User | None:
    """The user of the workspace of this gid or e-mail, or `me`."""
    given = data.get("assignee")
    if given is None:
        return None
    if not isinstance(given, str) or not (given == "me" or "@" in given or _digits(given)):
        raise AsanaError(400, f'assignee: Not an email, GID, or "me": {given}')
    if given == "me":
        return call.user
    for user in call.world.all(User):
        if workspace in user.workspaces and given in (user.gid, user.email):
            return user
    raise AsanaError(400, f"assignee: Not a user in Workspace: {workspace.gid}")


def due_on(data: Mapping[str, Any]) -> str | None:
    """The day on which it is due."""
    given = data.get("due_on")
    return None if given is None else _day("due_on", given)


def values(
    call: Call, data: Mapping[str, Any], projects: Sequence[Project], workspace: Workspace
) -> dict[str, str]:
    """The custom fields as they are shown, by gid. A task has those of its projects."""
    given = data.get("custom_fields")
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise AsanaError(400, f"custom_fields: Value is not a JSON object: {given}")
    if not workspace.paid:
        raise AsanaError(402, "Custom Fields are not available for free users or guests.")
    there = {field.gid for project in projects for field in project.fields}
    shown = {}
    for gid, value in given.items():
        if not _digits(gid):
            raise unknown("custom_fields", gid)
        field = call.world.find(Field, gid)
        if field is None or gid not in there:
            raise AsanaError(400, f"Custom field with ID {gid} is not on given object")
        shown[gid] = _shown(field, value)
    return shown


def _shown(field: Field, value: Any) -> str:
    if field.read_only or field.seen_as not in _SHOWN:
        raise AsanaError(400, f"custom_fields: {field.gid}: Cannot write this property")
    return _SHOWN[field.seen_as](field, value)


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(field, "string", value)
    return value


def _number(field: Field, value: Any) -> str:
    """Rounded; a percentage by its digits after the point of what is shown."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _wrong(field, "number", value)
    if field.format == "percentage":
        return f"{value * 100:.{field.precision}f}%"
    return f"{value:.{field.precision}f}"


def _enum(field: Field, value: Any) -> str:
    return _option(field, value).name


def _multi_enum(field: Field, value: Any) -> str:
    if not isinstance(value, list):
        raise _wrong(field, "array", value)
    return ", ".join(_option(field, each).name for each in value)


def _option(field: Field, value: Any) -> Option:
    """One that is not enabled can't be set."""
    if not isinstance(value, str):
        raise _wrong(field, "string", value)
    for option in field.options:
        if option.enabled and option.gid == value:
            return option
    raise unknown(f"custom_fields: {field.gid}", value)


def _date(field: Field, value: Any) -> str:
    if not isinstance(value, dict) or set(value) != {"date"}:
        raise _wrong(field, "object with a date", value)
    return _day(f"custom_fields: {field.gid}", value["date"])


_SHOWN: Mapping[str, Callable[[Field, Any], str]] = {
    "text": _text,
    "number": _number,
    "enum": _enum,
    "multi_enum": _multi_enum,
    "date": _date,
}


def _day(name: str, given: Any) -> str:
    try:
        if isinstance(given, str) and date.fromisoformat(given).isoformat() == given:
            return given
    except ValueError:
        pass
    raise AsanaError(400, f"{name}: Date must be in ISO-8601 (yyyy-mm-dd) format, not: {given}")


def _wrong(field: Field, kind: str, value: Any) -> AsanaError:
    return AsanaError(400, f"custom_fields: {field.gid}: Not a {kind}: {value}")


def _digits(given: str) -> bool:
    return given.isascii() and given.isdigit()
