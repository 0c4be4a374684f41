"""The fields that a task has besides name and description, and what people wrote for them as parts of a request.

Three belong to every task: who it is for, when it is due, and its tags. The others are the custom fields of its
project. None is needed, and all go into the request that makes the task.

Asana takes an assignee by e-mail too. A person is looked for in the workspace all the same: so names do as well, and
somebody who is not there is refused before anything is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from integrations.asana.answers import CustomField, FieldSetting, Named, User
from integrations.asana.client import AsanaClient
from integrations.asana.settings import AsanaSettings
from integrations.asana.values import DAY_HINT, HINTS, type_of, value_of
from integrations.ticket_fields import Person, check_once, day, given, person, the_one
from integrations.tickets import field_named, several
from orchestration.ports.errors import Refused

ASSIGNEE: Final = "Assignee"
DUE: Final = "Due date"
TAGS: Final = "Tags"

READ: Final = ",".join(
    f"custom_field.{part}"
    for part in (
        "name",
        "resource_subtype",
        "representation_type",
        "format",
        "precision",
        "is_value_read_only",
        "enum_options.name",
        "enum_options.enabled",
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field of a task, `custom` where the project has it. `hint` says what is written, `unfit` why nothing can be."""

    name: str
    hint: str = ""
    unfit: str = ""
    custom: CustomField | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """What was written, as parts of the request. Tags stand apart: a task has others too."""

    data: Mapping[str, object] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


OWN: Final = (
    Field(name=ASSIGNEE, hint="a person, by e-mail or name"),
    Field(name=DUE, hint=DAY_HINT),
    Field(name=TAGS, hint="tags of the workspace, with commas between them"),
)


async def fields_of(
    client: AsanaClient, settings: AsanaSettings, project: str, *, unpaid: bool = False
) -> tuple[Field, ...]:
    """All fields of a task in a project (GET /projects/{gid}/custom_field_settings, all pages).

    Custom fields need a paid plan. Without one this is Refused, or with `unpaid` there are none.
    """
    path, to = (
        f"/projects/{project}/custom_field_settings",
        f"read the custom fields of the project {project}",
    )
    rows = client.every(FieldSetting, path, fields=READ, to=to, unpaid=unpaid)
    return OWN + tuple([_custom(row.custom_field, settings) async for row in rows])


def fillable(there: Sequence[Field]) -> tuple[Field, ...]:
    """Those that can be filled in. Of two with one name neither can be told from the other."""
    names = [each.name.casefold() for each in there]
    return tuple(each for each in there if not each.unfit and names.count(each.name.casefold()) == 1)


async def filled(
    client: AsanaClient, settings: AsanaSettings, project: str, wanted: Mapping[str, str]
) -> Filled:
    """What was written, with gids instead of names. Refused where a field or a value is not there."""
    texts = given(wanted)
    own = {each.name.casefold() for each in OWN}
    known = all(name.casefold() in own for name in texts)
    there = OWN if known else await fields_of(client, settings, project)
    chosen = _chosen(texts, there)
    data: dict[str, object] = {}
    if ASSIGNEE in chosen:
        data["assignee"] = await _person(client, settings, chosen[ASSIGNEE][1])
    if DUE in chosen:
        data["due_on"] = day(DUE, chosen[DUE][1]).isoformat()
    custom = {c.gid: value_of(c, text) for each, text in chosen.values() if (c := each.custom)}
    if some := {gid: value for gid, value in custom.items() if value != []}:
        data["custom_fields"] = some
    tags = await _tags(client, settings, several(chosen[TAGS][1])) if TAGS in chosen else ()
    return Filled(data=data, tags=tags)


def _chosen(texts: Mapping[str, str], there: Sequence[Field]) -> dict[str, tuple[Field, str]]:
    """Each field that is filled in with its text, by Asana's name for it."""
    found = [(_named(name, there), text) for name, text in texts.items()]
    check_once(each.name for each, _ in found)
    return {each.name: (each, text) for each, text in found}


def _named(name: str, there: Sequence[Field]) -> Field:
    same = [each for each in there if each.name.casefold() == name.casefold()]
    if len(same) > 1:
        raise Refused(f"{same[0].name}: the project has {len(same)} fields of this name; rename one in Asana")
    if same and same[0].unfit:
        raise Refused(f"{same[0].name}: {same[0].unfit}")
    return field_named(name, {each.name: each for each in fillable(there)})


def _custom(row: CustomField, settings: AsanaSettings) -> Field:
    name, kind = row.name.strip(), type_of(row)
    unfit = ""
    if name.casefold() == settings.status_field.casefold():
        unfit = "is the status by which a task counts as done, and is left to people"
    elif kind not in HINTS:
        unfit = f"a field of the type {kind} can't be filled in"
    elif row.is_value_read_only:
        unfit = "Asana lets nobody fill it in"
    return Field(name=name, hint=HINTS.get(kind, ""), unfit=unfit, custom=row)


async def _person(client: AsanaClient, settings: AsanaSettings, text: str) -> str:
    """The gid of somebody in the workspace (GET /users, all pages)."""
    where, to = {"workspace": settings.workspace}, f"look for {text!r} among the users"
    rows = client.every(User, "/users", fields="name,email", to=to, where=where)
    people = [Person(id=user.gid, names=(user.name,), email=user.email or "") async for user in rows]
    return person(ASSIGNEE, text, people)


async def _tags(client: AsanaClient, settings: AsanaSettings, names: Sequence[str]) -> tuple[str, ...]:
    """The gids of tags of the workspace (GET /tags, all pages)."""
    if not names:
        return ()
    where, to = {"workspace": settings.workspace}, "look for the tags of the task"
    rows = [
        (tag.name, tag.gid) async for tag in client.every(Named, "/tags", fields="name", to=to, where=where)
    ]
    return tuple(the_one(TAGS, name, rows, cure="rename one in Asana") for name in names)
