"""Which further fields a kind of ticket has in a project, as its create screen says, and of what form they are.

Source: GET issue/createmeta/{project}/issuetypes and issue/createmeta/{project}/issuetypes/{id}
(https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/). Data Center has both, with rows
that it calls `values`. Everything here blocks.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pydantic import AliasChoices, BaseModel, Field

from integrations.choices import MOST, Option
from integrations.jira.client import MOST_PAGES, JiraClient
from integrations.tickets import field_named, value_named
from orchestration.ports.errors import Refused

PROJECT: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LABELS: Final = "labels"
OURS: Final[Mapping[str, str]] = {
    "project": "Stationmaster",
    "issuetype": "Stationmaster",
    "summary": "Stationmaster",
    "description": "Stationmaster",
    "reporter": "Jira",
}
"""Fields that are no plan's business, with who writes them."""


class Form(StrEnum):
    """What stands in a field, in words for people; a field may take several."""

    TEXT = "text"
    LONG_TEXT = "long text"
    WORD = "words"
    NUMBER = "number"
    DAY = "day"
    PERSON = "person"
    LISTED = "value of a list"


_BY_TYPE: Final[Mapping[str, Form]] = {
    "priority": Form.LISTED,
    "component": Form.LISTED,
    "version": Form.LISTED,
    "option": Form.LISTED,
    "user": Form.PERSON,
}
_ALONE: Final[Mapping[str, Form]] = {"number": Form.NUMBER, "date": Form.DAY}
_KINDS: Final = "com.atlassian.jira.plugin.system.customfieldtypes:"
_BY_ORIGIN: Final[Mapping[str, Form]] = {
    "labels": Form.WORD,
    "environment": Form.LONG_TEXT,
    f"{_KINDS}labels": Form.WORD,
    f"{_KINDS}textfield": Form.TEXT,
    f"{_KINDS}textarea": Form.LONG_TEXT,
    # Older Data Centers call the values of these strings.
    f"{_KINDS}select": Form.LISTED,
    f"{_KINDS}radiobuttons": Form.LISTED,
    f"{_KINDS}multiselect": Form.LISTED,
    f"{_KINDS}multicheckboxes": Form.LISTED,
}


class _Schema(BaseModel):
    type: str
    items: str = ""
    system: str = ""
    custom: str = ""


class ScreenField(BaseModel):
    """A field of a create screen. `allowed` are the values of its list, whatever these look like."""

    id: str = Field(alias="fieldId", min_length=1)
    name: str
    required: bool = False
    default: bool = Field(default=False, alias="hasDefaultValue")
    operations: Sequence[str] = ()
    schema_: _Schema = Field(alias="schema")
    allowed: Sequence[Any] | None = Field(default=None, alias="allowedValues")

    @property
    def many(self) -> bool:
        """Whether it takes several."""
        return self.schema_.type == "array"

    @property
    def form(self) -> Form | None:
        """Of what form its values are; None where that is none that we can write."""
        schema = self.schema_
        if self.id in OURS or "set" not in self.operations:
            return None
        one = schema.items if self.many else schema.type
        by_origin = _BY_ORIGIN.get(schema.custom or schema.system)
        return by_origin or _BY_TYPE.get(one) or (None if self.many else _ALONE.get(one))

    @property
    def needed(self) -> bool:
        """Whether Jira makes no ticket without it, though it has no default and we write nothing there."""
        return self.required and not self.default and self.id != LABELS

    @property
    def type(self) -> str:
        """Its type as Jira calls it."""
        schema = self.schema_
        custom = schema.custom.rpartition(":")[2]
        return custom or (f"{schema.type} of {schema.items}" if self.many else schema.type)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A field that is filled in, by the name that tells it from the others."""

    name: str
    field: ScreenField
    form: Form


class _Kind(BaseModel):
    id: str = Field(min_length=1)
    name: str


class _Page(BaseModel):
    """Data Center calls its rows `values`, whatever they are."""

    rows: Sequence[Mapping[str, Any]] = Field(validation_alias=AliasChoices("issueTypes", "fields", "values"))
    total: int = 0


def project_key(text: str) -> str:
    """A key is part of an address: nothing else gets there."""
    if PROJECT.fullmatch(text) is None:
        raise Refused(f"{text!r} is not the key of a Jira project")
    return text


def screen(client: JiraClient, project: str, issue_type: str) -> Mapping[str, ScreenField]:
    """All fields of a create screen by their names; where two have one name, each has its id behind it."""
    path = f"issue/createmeta/{project_key(project)}/issuetypes"
    kind = issue_type
    if not (kind.isascii() and kind.isdigit()):
        kinds = [_Kind.model_validate(row) for row in _rows(client, path)]
        kind = value_named("Kind of ticket", issue_type, {each.name: each.id for each in kinds})
    found = [ScreenField.model_validate(row) for row in _rows(client, f"{path}/{kind}")]
    times = Counter(field.name.casefold() for field in found)
    return {
        field.name if times[field.name.casefold()] == 1 else f"{field.name} ({field.id})": field
        for field in found
    }


def fillable(fields: Mapping[str, ScreenField]) -> Mapping[str, ScreenField]:
    """Those that we can fill in."""
    return {name: field for name, field in fields.items() if field.form is not None}


def to_fill(name: str, fields: Mapping[str, ScreenField]) -> Place:
    """The field of this name, in any case. Refused where there is none, or none that can be filled in."""
    wanted = name.strip().casefold()
    known = next((each for each in fields if each.casefold() == wanted), None)
    field = fields[known] if known is not None else field_named(name, fillable(fields))
    known = known or field.name
    if field.id in OURS:
        raise Refused(f"{known}: can't be among the other fields; {OURS[field.id]} writes it itself")
    if field.form is None:
        raise Refused(f"{known}: can't be filled in from here; it is of Jira's type {field.type!r}")
    return Place(name=known, field=field, form=field.form)


def options(fields: Mapping[str, ScreenField]) -> tuple[Option, ...]:
    """Those that we can fill in, to choose from."""
    return tuple(
        Option(value=name, label=name, detail=_told(field), needed=field.needed)
        for name, field in fillable(fields).items()
    )


def _told(field: ScreenField) -> str:
    return f"{field.form}, several at commas" if field.many else str(field.form)


def _rows(client: JiraClient, path: str) -> Iterator[Mapping[str, Any]]:
    """All rows, page by page."""
    start = 0
    for _ in range(MOST_PAGES):
        page = _Page.model_validate(client.raw(path, {"startAt": start, "maxResults": MOST}))
        yield from page.rows
        start += len(page.rows)
        if not page.rows or start >= page.total:
            return
