"""What people choose from when they connect or configure: read live from the provider, page by page.

A vendor lists its readers in `Provider.choices`. A field of its settings that is chosen so says which reader
serves it: `json_schema_extra=live(Kind.REPOSITORIES)`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from integrations.edge import Edge

MOST = 100
"""How many options a page holds at most: Slack shows no more."""


class Kind(StrEnum):
    """What there is to choose."""

    WORKSPACES = "workspaces"
    REPOSITORIES = "repositories"
    BRANCHES = "branches"
    WORKFLOWS = "workflows"
    PROJECTS = "projects"
    ISSUE_TYPES = "issue_types"
    STATUSES = "statuses"
    TICKET_FIELDS = "ticket_fields"
    FIELDS = "fields"
    TEST_PROJECTS = "test_projects"
    SECTIONS = "sections"
    LABELS = "labels"
    SQUADS = "squads"
    PLATFORMS = "platforms"
    APPS = "apps"
    TRACKS = "tracks"
    GROUPS = "groups"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One of the things. `value` is what is stored, `label` what people read, `detail` a few words beside it.

    `needed`: without it there is nothing to be made, such as a field without which no ticket is.
    """

    value: str
    label: str
    detail: str = ""
    needed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is looked for: `words` that were typed so far, `within` the chosen parent (statuses of a project).

    Fields of a ticket are those of a project and of a kind of ticket in it, see `kind_within`.
    `cursor` is the `next` of the page before, None for the first.
    """

    words: str = ""
    within: str = ""
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """At most MOST options in the provider's order. `next` is where to go on, None at the end."""

    options: tuple[Option, ...]
    next: str | None = None


Reader = Callable[[Any, Any, Edge, Asked], Awaitable[Page]]
"""(settings, secrets, edge, asked) → a page. Reads only; raises port errors and nothing else.

A reader that serves a field of the settings is asked before that field has a value (see `drafted`), so it uses
none of the fields that are chosen live, but for the one that it names as `within`.
"""


def live(kind: Kind, *, within: str | None = None) -> dict[str, Any]:
    """For `json_schema_extra` of a settings field: chosen from this reader, within another field's value."""
    return {"choices": kind.value, **({"within": within} if within else {})}


def kind_of(field: FieldInfo) -> Kind | None:
    """The reader that serves a field, None where its value is typed."""
    extra = field.json_schema_extra
    found = extra.get("choices") if isinstance(extra, dict) else None
    return Kind(str(found)) if found is not None else None


def within_of(field: FieldInfo) -> str | None:
    """The field whose value narrows the choice, None where nothing does."""
    extra = field.json_schema_extra
    found = extra.get("within") if isinstance(extra, dict) else None
    return str(found) if found is not None else None


def drafted(model: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    """Settings that are not whole yet: what is missing and has no default is an empty text. Nothing is validated."""
    missing = {name: "" for name, field in model.model_fields.items() if field.is_required()}
    return model.model_construct(**{**missing, **values})


def matching(options: tuple[Option, ...], words: str) -> tuple[Option, ...]:
    """Those whose value or label holds the words, in any case: for providers that can't search themselves."""
    wanted = words.strip().casefold()
    return tuple(o for o in options if wanted in o.label.casefold() or wanted in o.value.casefold())


def place_of(asked: Asked, *, first: int) -> int:
    """Where a cursor that counts says to go on; `first` where there is none, or none of ours."""
    return int(asked.cursor) if asked.cursor and asked.cursor.isdecimal() else first


def cut(options: tuple[Option, ...], asked: Asked) -> Page:
    """A page of what came all at once; the cursor counts options."""
    start = place_of(asked, first=0)
    more = len(options) > start + MOST
    return Page(options=options[start : start + MOST], next=str(start + MOST) if more else None)


def kind_within(project: str, issue_type: str) -> str:
    """As the `within` of TICKET_FIELDS; `parted` takes it apart."""
    return f"{project}\n{issue_type}"


def parted(within: str) -> tuple[str, str]:
    """The project and the kind of ticket of a `within`; the kind is empty where none is known."""
    project, _, issue_type = within.partition("\n")
    return project, issue_type
