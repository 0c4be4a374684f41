"""What a field of a new issue takes: each value of its own form, or the words with which Jira refuses it."""

from datetime import date
from typing import Any

from sandbox.jira import documents
from sandbox.jira.fields import OPTION, USER, Field, shown
from sandbox.jira.site import Flavour, Site

Json = dict[str, Any]

LONGEST = 255


class UnfitValue(Exception):
    """A field's value is refused; the message is the one for its field."""


def held(field: Field, value: object, *, site: Site, version: str) -> Any:
    """What the issue holds then, as it is shown later. UnfitValue with Jira's words."""
    if field.type != "array":
        return _one(field, value, site, version)
    if not isinstance(value, list):
        raise UnfitValue("data was not an array")
    return [_one(field, each, site, version) for each in value]


def _one(field: Field, value: object, site: Site, version: str) -> Any:
    if field.listed:
        return _listed(field, value)
    if field.of == USER:
        return _user(value, site, version)
    if field.of == "number":
        return _number(value)
    if field.of == "date":
        return _day(value)
    if field.of == "string":
        return _word(value) if field.type == "array" else _text(field, value, version)
    raise UnfitValue(f"The field {field.name} takes no value of this form.")


def _listed(field: Field, value: object) -> Json:
    by = "value" if field.of == OPTION else "name"
    word = {OPTION: "Option", "version": "Version", "component": "Component"}.get(field.of, field.name)
    if not isinstance(value, dict) or not {"id", by} & value.keys():
        raise UnfitValue(f"Specify a valid 'id' or '{by}' for {field.name}")
    for choice in field.choices:
        same = value["id"] == choice.id if "id" in value else value[by] == choice.name
        if same and not choice.gone:
            return shown(field, choice)
    told = f"id '{value['id']}'" if "id" in value else f"{by} '{value[by]}'"
    raise UnfitValue(f"{word} {told} is not valid")


def _user(value: object, site: Site, version: str) -> Json:
    """By account id on Cloud, where `id` means the same, and by name on Data Center."""
    names = ("accountId", "id") if site.flavour is Flavour.CLOUD else ("name",)
    given = next((value[name] for name in names if name in value), None) if isinstance(value, dict) else None
    if not isinstance(given, str):
        raise UnfitValue(f"Specify a valid '{names[0]}' of a user")
    found = next((account for account in site.accounts if account.id == given and account.active), None)
    if found is None:
        raise UnfitValue(f"User '{given}' does not exist.")
    if not found.assignable:
        raise UnfitValue(f"User '{given}' cannot be assigned issues.")
    return site.user(found, version)


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnfitValue("Operation value must be a number")
    return value


def _day(value: object) -> str:
    if not isinstance(value, str):
        raise UnfitValue("Operation value must be a string")
    wrong = UnfitValue(f"Error parsing date string: {value}")
    try:
        day = date.fromisoformat(value).isoformat()
    except ValueError:
        raise wrong from None
    if day != value:
        raise wrong
    return day


def _text(field: Field, value: object, version: str) -> Any:
    """A long text is a document in version 3; another is a string of one line."""
    if field.long:
        try:
            return documents.read(value, version)
        except documents.UnfitText as error:
            raise UnfitValue(str(error)) from None
    if not isinstance(value, str):
        raise UnfitValue("Operation value must be a string")
    if len(value) > LONGEST:
        raise UnfitValue(
            f"The entered text is too long. It exceeds the allowed limit of {LONGEST} characters."
        )
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise UnfitValue("data was not an array of strings")
    if any(c.isspace() for c in value):
        raise UnfitValue(f"The label '{value}' contains spaces which is invalid.")
    return value
