"""What a person writes for a field of a ticket, as Jira wants it: ids for names, accounts for people.

Source of people: GET user/assignable/search, by `query` on Cloud and `username` on Data Center
(https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-user-search/). Everything here blocks.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, Field, RootModel

from integrations.jira.client import JiraClient
from integrations.jira.fields import Form, Place, ScreenField, to_fill
from integrations.jira.wording import plain
from integrations.tickets import several, value_named
from orchestration.ports.errors import Refused

MOST_PEOPLE: Final = 1000
"""Jira looks no further, and leaves out those who can't be assigned only then: pages of fewer would have holes."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?")


class _Value(BaseModel):
    """A value of a list. Options have a `value`, all else a name."""

    id: str = Field(min_length=1)
    name: str = ""
    value: str = ""
    archived: bool = False
    disabled: bool = False

    @property
    def title(self) -> str:
        """As people read it."""
        return self.value or self.name


class _Person(BaseModel):
    """A user. Cloud hides most addresses from others, though it searches them."""

    account: str = Field(default="", alias="accountId")
    login: str = Field(default="", alias="name")
    title: str = Field(alias="displayName")
    email: str | None = Field(default=None, alias="emailAddress")
    active: bool = True

    def called(self, word: str) -> bool:
        """Whether the word, in lower case, is its e-mail, its name or its login."""
        return word in {self.title.casefold(), self.login.casefold(), (self.email or "").casefold()}


class _People(RootModel[list[_Person]]):
    pass


def written(
    client: JiraClient, project: str, fields: Mapping[str, ScreenField], texts: Mapping[str, str]
) -> Mapping[str, Any]:
    """What stands in POST issue for these texts, by the ids of their fields. Refused with what is wrong."""
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for each, text in texts.items():
        place = to_fill(each, fields)
        field = place.field
        if field.id in seen:
            raise Refused(f"{place.name}: is filled in twice")
        seen.add(field.id)
        parts = several(text) if field.many else tuple(filter(None, [text.strip()]))
        values = [_one(client, project, place, part) for part in parts]
        once = [value for n, value in enumerate(values) if value not in values[:n]]
        if once:
            found[field.id] = once if field.many else once[0]
    return found


def _one(client: JiraClient, project: str, place: Place, text: str) -> object:
    if place.form is Form.PERSON:
        return _person(client, project, place.name, text)
    if place.form is Form.LISTED:
        return _listed(place.name, place.field, text)
    return _PLAIN[place.form](place.name, text)


def _listed(name: str, field: ScreenField, text: str) -> Mapping[str, str]:
    there = [_Value.model_validate(row) for row in field.allowed or ()]
    usable = [value for value in there if not value.archived and not value.disabled]
    same = sum(value.title.casefold() == text.casefold() for value in usable)
    if same > 1:
        raise Refused(f"{name}: {same} values are called {text!r}; give them different names in Jira")
    return {"id": value_named(name, text, {value.title: value.id for value in usable})}


def _person(client: JiraClient, project: str, name: str, text: str) -> Mapping[str, str]:
    """By e-mail, by name, and on Data Center by login; among those who can be assigned in the project.

    Who is found by an address that is hidden from us is who has it, if it is one person alone.
    """
    word = "query" if client.cloud else "username"
    query = {"project": project, word: text, "maxResults": MOST_PEOPLE}
    there = _People.model_validate(client.raw("user/assignable/search", query)).root
    there = [person for person in there if person.active]
    found = [person for person in there if person.called(text.casefold())]
    if not found and "@" in text:
        found = [person for person in there if not person.email]
    if len(found) > 1:
        raise Refused(f"{name}: {len(found)} people fit {text!r}; write the e-mail of the one who is meant")
    person = found[0] if found else value_named(name, text, {each.title: each for each in there})
    return {"accountId": person.account} if client.cloud else {"name": person.login}


def _word(name: str, text: str) -> str:
    if any(letter.isspace() for letter in text):
        raise Refused(f"{name}: {text!r} has a space in it, which Jira takes in none of them")
    return text


def _number(name: str, text: str) -> int | float:
    if _NUMBER.fullmatch(text) is None:
        raise Refused(f"{name}: {text!r} is not a number")
    return float(text) if "." in text else int(text)


def _day(name: str, text: str) -> str:
    wrong = Refused(f"{name}: {text!r} is not a day like 2026-11-30")
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError:
        raise wrong from None
    if day != text:
        raise wrong
    return day


_PLAIN: Final[Mapping[Form, Callable[[str, str], str | int | float]]] = {
    Form.TEXT: lambda _name, text: text,
    Form.LONG_TEXT: lambda _name, text: plain(text),
    Form.WORD: _word,
    Form.NUMBER: _number,
    Form.DAY: _day,
}
