"""Rows as Asana's JSON, and the choice of their fields by `opt_fields`.

A list gives each thing with its gid, type and name only, a single thing more; with `opt_fields` there is the gid and
what was asked for, and what is nested is cut in the same way.
https://developers.asana.com/docs/input-output-options
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.asana.answers import AsanaError
from sandbox.asana.world import (
    Field,
    Option,
    Project,
    Row,
    Section,
    Story,
    Tag,
    Task,
    User,
    Workspace,
    World,
)

Json = dict[str, Any]
COMPACT = ("resource_type", "name")
ALSO_COMPACT: Mapping[str, tuple[str, ...]] = {
    "task": ("resource_subtype",),
    "custom_field": ("resource_subtype",),
    "story": ("resource_subtype", "text", "created_at"),
}


class Shapes:
    """Whole trees, from which `chosen` cuts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._more: Mapping[type[Row], Callable[[Any], Json]] = {
            Workspace: lambda _row: {},
            User: lambda row: {
                "email": row.email,
                "workspaces": [self.tree(each) for each in row.workspaces],
            },
            Section: lambda _row: {},
            Option: lambda row: {"enabled": row.enabled},
            Field: self._field,
            Project: lambda row: {"archived": row.archived, "workspace": self.tree(row.workspace)},
            Tag: lambda row: {"workspace": self.tree(row.workspace)},
            Story: self._story,
            Task: self._task,
        }

    def tree(self, row: Row) -> Json:
        """All that is simulated of a row."""
        return {"gid": row.gid, "resource_type": row.kind, "name": row.name, **self._more[type(row)](row)}

    @staticmethod
    def setting(project: Project, field: Json) -> Json:
        """A field of a project, as a thing of its own."""
        gid = f"{project.gid}{field['gid']}"[-18:]
        return {"gid": gid, "resource_type": "custom_field_setting", "custom_field": field}

    def _field(self, row: Field) -> Json:
        options = [self.tree(option) for option in row.options]
        more: Json = {"enum_options": options} if row.subtype in ("enum", "multi_enum") else {}
        if row.subtype == "number":
            more = {"format": row.format, "precision": row.precision}
        return {
            "resource_subtype": row.subtype,
            "type": row.subtype,
            "representation_type": row.seen_as,
            "is_value_read_only": row.read_only,
            **more,
        }

    def _story(self, row: Story) -> Json:
        return {
            "text": row.text,
            "resource_subtype": row.subtype,
            "type": "comment" if row.subtype == "comment_added" else "system",
            "created_at": row.created_at,
            "created_by": self.tree(row.author),
        }

    def _task(self, row: Task) -> Json:
        home = f"project/{row.places[0][0].gid}/" if row.places else ""
        places = [{"project": self.tree(p), "section": self.tree(s)} for p, s in row.places]
        fields = {field.gid: field for project in row.projects for field in project.fields}
        values = [{**self.tree(f), "display_value": row.values.get(gid)} for gid, f in fields.items()]
        approval = {"approval_status": row.approval_status} if row.subtype == "approval" else {}
        # Asana's description lets no assignee be null in its form, though in its words: one that is not is left out.
        assigned = {"assignee": self.tree(row.assignee)} if row.assignee else {}
        return {
            "resource_subtype": row.subtype,
            "notes": row.notes,
            "due_on": row.due_on,
            "completed": row.completed,
            "completed_at": row.completed_at,
            "created_at": row.created_at,
            "modified_at": row.modified_at,
            "memberships": places,
            "projects": [self.tree(project) for project in row.projects],
            "custom_fields": values if row.workspace.paid else [],
            "tags": [self.tree(tag) for tag in row.tags],
            "workspace": self.tree(row.workspace),
            "permalink_url": f"{self._world.root}/1/{row.workspace.gid}/{home}task/{row.gid}",
            **approval,
            **assigned,
        }


def compact(tree: Json) -> Json:
    """A thing as it is in lists and inside others."""
    if "gid" not in tree:
        return {name: _inside(value, ()) for name, value in tree.items()}
    names = COMPACT + ALSO_COMPACT.get(tree["resource_type"], ())
    return {"gid": tree["gid"], **{name: tree[name] for name in names if name in tree}}


def whole(tree: Json) -> Json:
    """A single thing without `opt_fields`."""
    return {name: _inside(value, ()) for name, value in tree.items()}


def chosen(tree: Json, fields: Sequence[str]) -> Json:
    """The gid and these fields, dotted ones from inside; 400 for a field that is not simulated."""
    wanted: dict[str, list[str]] = {}
    for field in fields:
        head, _, rest = field.partition(".")
        wanted.setdefault(head, []).extend([rest] if rest else [])
    found = {"gid": tree["gid"]} if "gid" in tree else {}
    for head, rests in wanted.items():
        if head in tree:
            found[head] = _inside(tree[head], rests)
        elif head not in OPTIONAL:
            raise AsanaError(400, f"opt_fields: {head} is not simulated for {tree.get('resource_type')}")
    return found


OPTIONAL = frozenset({"approval_status", "assignee", "enum_options", "format", "precision"})
"""Fields that only some things of a type have."""


def _inside(value: Any, rests: Sequence[str]) -> Any:
    if isinstance(value, list):
        return [_inside(each, rests) for each in value]
    if isinstance(value, dict):
        return chosen(value, rests) if rests else compact(value)
    return value
