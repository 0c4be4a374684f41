"""What a person writes for a field of a ticket, as Jira wants it: ids for names, accounts for people.

Source of people: GET user/assignable/search, by `query` on Cloud and `username` on Data Center
(https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-user-search/). Everything here blocks.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from jira import JIRAError
from pydantic import BaseModel, Field, RootModel

from integrations.jira.client import JiraClient
from integrations.jira.fields import Form, Place, ScreenField, to_fill
from integrations.jira.wording import plain
from integrations.ticket_fields import check_once, day, number, the_one
from integrations.tickets import several
from orchestration.ports.errors import Refused

MOST_PEOPLE: Final = 1000
"""Jira looks no further, and leaves out those who can't be assigned only then: pages of fewer would have holes."""
_FORBIDDEN: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


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
    wanted = [(to_fill(name, fields), text) for name, text in texts.items()]
    check_once(place.name for place, _ in wanted)
    found: dict[str, Any] = {}
    for place, text in wanted:
        parts = several(text) if place.field.many else (text,)
        values = [_one(client, project, place, part) for part in parts]
        once = [value for n, value in enumerate(values) if value not in values[:n]]
        if once:
            found[place.field.id] = once if place.field.many else once[0]
    return found


def _one(client: JiraClient, project: str, place: Place, text: str) -> object:
    if place.form is Form.PERSON:
        return _person(client, project, place.name, text)
    if place.form is Form.LISTED:
        return _listed(place.name, place.field, text)
    return _PLAIN[place.form](place.name, text)


def _listed(name: str, field: ScreenField, text: str) -> Mapping[str, str]:
    there = [_Value.model_validate(row) for row in field.allowed or ()]
    usable = [(value.title, value.id) for value in there if not value.archived and not value.disabled]
    return {"id": the_one(name, text, usable, cure="give them different names in Jira")}


def _person(client: JiraClient, project: str, name: str, text: str) -> Mapping[str, str]:
    """By e-mail, by name, and on Data Center by login; among those who can be assigned in the project.

    Who is found by an address that is hidden from us is who has it, if it is one person alone.
    """
    there = [person for person in _assignable(client, project, name, text) if person.active]
    found = [person for person in there if person.called(text.casefold())]
    if not found and "@" in text:
        found = [person for person in there if not person.email]
    chosen = the_one(
        name,
        text,
        [(text, each) for each in found] or [(each.title, each) for each in there],
        cure="write the e-mail of the one who is meant",
    )
    return {"accountId": chosen.account} if client.cloud else {"name": chosen.login}


def _assignable(client: JiraClient, project: str, name: str, text: str) -> Sequence[_Person]:
    word = "query" if client.cloud else "username"
    query = {"project": project, word: text, "maxResults": MOST_PEOPLE}
    try:
        return _People.model_validate(client.raw("user/assignable/search", query)).root
    except JIRAError as error:
        if error.status_code not in _FORBIDDEN:
            raise
        # Jira says so to an account without the right, too. It is that if it is still known.
        client.raw("myself")
        raise Refused(
            f"{name}: Jira does not let our account look for people to whom tickets of {project} can be given; "
            "grant it Assign issues, and Browse users and groups"
        ) from None


def _word(name: str, text: str) -> str:
    if any(letter.isspace() for letter in text):
        raise Refused(f"{name}: {text!r} has a space in it, which Jira takes in none of them")
    return text


_PLAIN: Final[Mapping[Form, Callable[[str, str], str | int | float]]] = {
    Form.TEXT: lambda _name, text: text,
    Form.LONG_TEXT: lambda _name, text: plain(text),
    Form.WORD: _word,
    Form.NUMBER: partial(number, places=10),
    Form.DAY: lambda name, text: day(name, text).isoformat(),
}
