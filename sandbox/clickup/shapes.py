"""What ClickUp's answers look like: many fields, texts for numbers, and null where there is nothing."""

from typing import Any

from sandbox.clickup.fields import TASK_TYPE, CustomField
from sandbox.clickup.world import Account, Comment, Folder, Space, Status, Task, TaskList, World

Json = dict[str, Any]
PRIORITIES = ("urgent", "high", "normal", "low")


def user(account: Account) -> Json:
    """A person."""
    return {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "color": "#827718",
        "initials": "".join(word[0] for word in account.username.split()),
        "profilePicture": "",
    }


def workspace(world: World) -> Json:
    """A workspace with its members; the role is in no description, and there all the same."""
    members = [{"user": {**user(account), "role": account.role}} for account in world.accounts]
    return {"id": world.id, "name": world.name, "color": "#000000", "avatar": "", "members": members}


def space(row: Space) -> Json:
    """A space with the switches of its features."""
    switched = ("time_tracking", "tags", "time_estimates", "checklists", "custom_fields", "portfolios")
    due = {"enabled": True, "start_date": False, "remap_due_dates": False, "remap_closed_due_date": False}
    return {
        "id": row.id,
        "name": row.name,
        "private": False,
        "archived": row.archived,
        "statuses": [],
        "multiple_assignees": True,
        "features": {"due_dates": due, **{name: {"enabled": True} for name in switched}},
    }


def folder(row: Folder, lists: list[TaskList]) -> Json:
    """A folder with its lists."""
    return {
        "id": row.id,
        "name": row.name,
        "orderindex": 0,
        "override_statuses": False,
        "hidden": False,
        "space": {"id": row.space.id, "name": row.space.name, "access": True},
        "task_count": "0",
        "lists": [task_list(one) for one in lists],
    }


def task_list(row: TaskList) -> Json:
    """A list. One in no folder has a folder all the same, which is called hidden."""
    return {
        "id": row.id,
        "name": row.name,
        "orderindex": 0,
        "content": "",
        "status": None,
        "priority": None,
        "assignee": None,
        "task_count": None,
        "due_date": None,
        "start_date": None,
        "folder": _home(row),
        "space": {"id": row.space.id, "name": row.space.name, "access": True},
        "archived": False,
        "override_statuses": True,
        "permission_level": "create",
    }


def one_list(row: TaskList) -> Json:
    """A list that was asked for by itself, with its statuses."""
    told = task_list(row)
    absent = ("status", "priority", "due_date")
    return {
        **{name: value for name, value in told.items() if name not in absent},
        "statuses": [status(one) for one in row.statuses],
    }


def status(row: Status) -> Json:
    """A status."""
    return {"id": row.id, "status": row.name, "color": "#d3d3d3", "orderindex": row.index, "type": row.type}


def tag(name: str) -> Json:
    """A tag of a space or a task."""
    return {"name": name, "tag_fg": "#ffffff", "tag_bg": "#800000"}


def priority(number: int) -> Json:
    """A priority; its number is a text, twice."""
    name = PRIORITIES[number - 1]
    return {"color": "#f8ae00", "id": str(number), "orderindex": str(number), "priority": name}


def custom_field(row: CustomField, *, applied: bool = False) -> Json:
    """A custom field. The names of labels are called otherwise than those of a drop-down's options."""
    called = "label" if row.type == "labels" else "name"
    options = [
        {"id": one.id, called: one.name, "color": None, "orderindex": at}
        for at, one in enumerate(row.options)
    ]
    types = [{"object_type": TASK_TYPE, "object_id": number} for number in row.types]
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "type_config": {"options": options} if options else {},
        "date_created": "1621915186877",
        "hide_from_guests": False,
        "required": row.required,
        **({"applied_objects": types} if applied and types else {}),
    }


def custom_fields(row: Task, world: World) -> list[Json]:
    """The custom fields of a task; what it has none of has no value. That of a drop-down is its option's place."""
    values = dict(row.values)
    told = []
    for one in world.fields.in_list(row.home.id):
        if not one.fits(row.item):
            continue
        told.append(custom_field(one))
        if one.id in values:
            value, places = values[one.id], [option.id for option in one.options]
            told[-1]["value"] = places.index(value) if one.type == "drop_down" else value
    return told


def task(row: Task, world: World) -> Json:
    """A task, the same in lists and by itself but for what is asked for there."""
    closed = str(world.now()) if row.status.type == "closed" else None
    done = str(world.now()) if row.status.type in ("closed", "done") else None
    return {
        "id": row.id,
        "custom_id": row.custom_id,
        "custom_item_id": row.item,
        "name": row.name,
        "text_content": row.text,
        "description": row.text,
        "status": status(row.status),
        "orderindex": "1.00000000000000000000000000000000",
        "date_created": str(row.created),
        "date_updated": str(row.created),
        "date_closed": closed,
        "date_done": done,
        "archived": row.archived,
        "creator": {"id": 183, "username": "Release Captain", "color": "#827718"},
        **{name: [] for name in ("group_assignees", "watchers", "checklists")},
        "assignees": [user(account) for account in row.assignees],
        "tags": [tag(name) for name in row.tags],
        **({} if row.priority is None else {"priority": priority(row.priority)}),
        "parent": row.parent,
        "top_level_parent": row.parent,
        "due_date": None if row.due is None else str(row.due),
        **dict.fromkeys(("start_date", "points", "time_estimate")),
        "custom_fields": custom_fields(row, world),
        "dependencies": [],
        "linked_tasks": [link(row, other, world) for other in world.linked(row)],
        "locations": [{"id": one.id, "name": one.name} for one in row.also_in],
        "team_id": world.id,
        "url": f"{world.root}/t/{row.id}",
        "permission_level": "create",
        "list": {"id": row.home.id, "name": row.home.name, "access": True},
        "project": _home(row.home),
        "folder": _home(row.home),
        "space": {"id": row.home.space.id},
    }


def link(one: Task, other: Task, world: World) -> Json:
    """A link as its first task shows it."""
    return {
        "task_id": one.id,
        "link_id": other.id,
        "date_created": str(world.now()),
        "userid": "183",
        "workspace_id": world.id,
    }


def comment(row: Comment) -> Json:
    """A comment."""
    author = user(row.author)
    return {
        "id": row.id,
        "comment": [{"text": row.text}],
        "comment_text": row.text,
        "user": author,
        "resolved": False,
        "assignee": author,
        "assigned_by": author,
        "reactions": [],
        "date": str(row.date),
        "reply_count": "0",
    }


def _home(row: TaskList) -> Json:
    if row.folder is None:
        return {"id": f"9{row.space.id}", "name": "hidden", "hidden": True, "access": True}
    return {"id": row.folder.id, "name": row.folder.name, "hidden": False, "access": True}
