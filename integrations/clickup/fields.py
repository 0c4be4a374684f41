"""Further fields of a task: which a list has, and what of a create's body their texts become.

Four are ClickUp's own, the others are custom fields. ClickUp passes over a custom field of another task type in
silence, so such a one is not there for us. It asks for no required one where a task is made through its API.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from integrations.clickup import answers
from integrations.clickup.client import ClickupClient
from integrations.clickup.values import TYPES, stamp
from integrations.ticket_fields import Person, check_once, given, person
from integrations.tickets import field_named, several, value_named
from orchestration.ports.errors import Refused

PRIORITIES: Final[Mapping[str, int]] = {"Urgent": 1, "High": 2, "Normal": 3, "Low": 4}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a task is to be: the list and the task type, None for no certain one. `of` is the list in words."""

    client: ClickupClient
    project: str
    kind: int | None
    of: str
    to: str

    async def custom(self) -> Sequence[answers.CustomField]:
        """The custom fields that a task of the type has here (GET list/{id}/field)."""
        path, asked = f"/v2/list/{self.project}/field", {"include_applied_objects": "true"}
        answer = await self.client.read(answers.CustomFields, path, to=self.to, of=self.of, params=asked)
        return [field for field in answer.fields if field.applies_to(self.kind)]


Part = Mapping[str, object]


async def _assignees(place: Place, name: str, text: str) -> Part:
    """People of the workspace (GET team): a list tells only of those whom it was shared with by name."""
    reached = await place.client.workspaces(to=place.to)
    there = [each.user for team in reached if team.id == place.client.workspace for each in team.members]
    people = [
        Person(id=user.id, names=(user.username or user.email or str(user.id),), email=user.email or "")
        for user in there
    ]
    return {"assignees": list(dict.fromkeys(person(name, each, people) for each in several(text)))}


async def _priority(_place: Place, name: str, text: str) -> Part:
    return {"priority": value_named(name, text, PRIORITIES)}


async def _tags(place: Place, name: str, text: str) -> Part:
    """Tags that the list's space has (GET list/{id}, space/{id}/tag): a new one would stay in it for ever."""
    path = f"/v2/list/{place.project}"
    space = (await place.client.read(answers.ListSpace, path, to=place.to, of=place.of)).space
    path, of = f"/v2/space/{space.id}/tag", f"the space {space.name}"
    there = (await place.client.read(answers.Tags, path, to=place.to, of=of)).tags
    known = {tag.name: tag.name for tag in there}
    return {"tags": list(dict.fromkeys(value_named(name, each, known) for each in several(text)))}


async def _due_date(_place: Place, name: str, text: str) -> Part:
    return {"due_date": stamp(name, text), "due_date_time": False}


OWN: Final[Mapping[str, tuple[str, Callable[[Place, str, str], Awaitable[Part]]]]] = {
    "Assignees": ("people, by e-mail or name", _assignees),
    "Priority": (", ".join(PRIORITIES), _priority),
    "Tags": ("tags of the space", _tags),
    "Due date": ("a day", _due_date),
}
"""ClickUp's own fields: what they hold, in words, and how a text becomes that."""


def fillable(custom: Sequence[answers.CustomField]) -> Mapping[str, answers.CustomField | None]:
    """What can be filled in, by its name: ClickUp's own (None), then custom fields. Of several of one name none can."""
    there = [*((name, None) for name in OWN), *((field.name, field) for field in custom)]
    times = Counter(name.casefold() for name, _ in there)
    return {
        name: field
        for name, field in there
        if times[name.casefold()] == 1 and (field is None or field.type in TYPES)
    }


async def body_of(place: Place, fields: Mapping[str, str]) -> Part:
    """The part of a create's body that the fields are; reads only. Where no text is given nothing is asked for."""
    texts = given(fields)
    if not texts:
        return {}
    custom = await place.custom()
    wanted = [(_name(name, custom), text) for name, text in texts.items()]
    check_once(name for name, _ in wanted)
    body: dict[str, object] = {}
    values: list[Part] = []
    for name, text in wanted:
        field = fillable(custom)[name]
        if field is None:
            body |= await OWN[name][1](place, name, text)
        else:
            values.append({"id": field.id, "value": TYPES[field.type][1](field, text)})
    return {**body, "custom_fields": values} if values else body


def _name(wanted: str, custom: Sequence[answers.CustomField]) -> str:
    """A field's name as ClickUp spells it. Refused where there is none, or it can't be filled in."""
    named = [field for field in custom if field.name.casefold() == wanted.casefold()]
    own = [name for name in OWN if name.casefold() == wanted.casefold()]
    if len(named) + len(own) > 1:
        raise Refused(f"field: there are several of the name {wanted!r}; rename all but one in ClickUp")
    if named and named[0].type not in TYPES:
        raise Refused(f"{named[0].name}: a custom field of the type {named[0].type} can't be filled in")
    return field_named(wanted, {name: name for name in fillable(custom)})
