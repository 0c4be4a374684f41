"""Opening, pushing, updating and publishing views, for the Web API and for the answers to submissions alike."""

import json
from typing import Any

from sandbox.slack.form_values import initial_values, kept_values
from sandbox.slack.generated_ids import with_ids
from sandbox.slack.surfaces import MOST_VIEW_BYTES, check_view
from sandbox.slack.values import Json, View
from sandbox.slack.workspace import SlackError, Workspace, refuse_problems

MOST_VIEWS = 3


def read_view(workspace: Workspace, raw: Any, surface: str, *, instead_of: str = "") -> Json:
    """Return the view's body with ids filled in, or refuse it; `instead_of` is the view that it replaces."""
    if not isinstance(raw, dict):
        raise refuse_problems("invalid_arguments", ["must provide an object [json-pointer:/view]"])
    if len(json.dumps(raw, ensure_ascii=False, separators=(",", ":")).encode()) > MOST_VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = check_view(raw, surface)
    if problems:
        raise refuse_problems("invalid_arguments", problems)
    external = raw.get("external_id")
    for view in workspace.world.views.values():
        if external and view.id != instead_of and view.body.get("external_id") == external:
            raise SlackError("duplicate_external_id")
    return {**raw, "blocks": with_ids(raw["blocks"])}


def _new_view(
    workspace: Workspace,
    user: str,
    body: Json,
    *,
    root_id: str = "",
    previous_id: str = "",
    channel: str = "",
) -> View:
    world = workspace.world
    view_id = world.new_id("V")
    return world.put_view(
        View(
            id=view_id,
            user=user,
            body=body,
            hash=world.new_hash(),
            root_id=root_id or view_id,
            previous_id=previous_id,
            values=initial_values(body["blocks"], channel=channel),
        )
    )


def open_view(workspace: Workspace, user: str, body: Json, *, channel: str = "") -> View:
    """Show a modal as the first of the person's stack; what was open before is gone."""
    world = workspace.world
    world.close_views(user, list(world.stacks.get(user, [])))
    view = _new_view(workspace, user, body, channel=channel)
    world.stacks[user] = [view.id]
    world.changed("stack", user)
    return view


def push_view(workspace: Workspace, user: str, body: Json) -> View:
    """Show a modal on top of the person's stack."""
    stack = workspace.world.stacks.get(user) or []
    if not stack:
        raise SlackError("invalid_trigger_id")
    if len(stack) >= MOST_VIEWS:
        raise SlackError("push_limit_reached")
    view = _new_view(workspace, user, body, root_id=stack[0], previous_id=stack[-1])
    stack.append(view.id)
    workspace.world.changed("stack", user)
    return view


def update_view(workspace: Workspace, view: View, body: Json) -> View:
    """Replace what a view shows; typed values stay where their ids stay, errors are gone."""
    return workspace.world.change_view(
        view,
        body=body,
        hash=workspace.world.new_hash(),
        values=kept_values(body["blocks"], view.values),
        errors={},
    )


def publish_view(workspace: Workspace, user: str, body: Json) -> View:
    """Show the app's home to a person, replacing what was there."""
    world = workspace.world
    before = world.views.get(world.homes.get(user, ""))
    if before is not None:
        return update_view(workspace, before, body)
    view = _new_view(workspace, user, body)
    world.homes[user] = view.id
    world.changed("home", user)
    return view
