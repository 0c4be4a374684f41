"""What ClickUp's answers look like: many fields, texts for numbers, and null where there is nothing."""

from typing import Any

from sandbox.clickup.world import Account, Comment, Folder, Space, Status, Task, TaskList, World

Json = dict[str, Any]


def user(account: Account) -> Json:
    """A person."""
    return {
        "id": account.id,
        "username": account.username,
        "email": f"{account.username.split()[0].lower()}@example.com",
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
        **{name: [] for name in ("assignees", "group_assignees", "watchers", "checklists", "tags")},
        "parent": row.parent,
        "top_level_parent": row.parent,
        "due_date": None,
        "start_date": None,
        "points": None,
        "time_estimate": None,
        "custom_fields": [],
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
