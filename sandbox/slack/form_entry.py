"""Turns what a person means ("Android", "@bo", "2026-03-01") into what an element then holds."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.slack.block_elements import all_options
from sandbox.slack.form_values import HOLDS, holding
from sandbox.slack.screen import NotThere
from sandbox.slack.shapes import file_json
from sandbox.slack.values import ChannelKind, Json
from sandbox.slack.world import World

Suggest = Callable[[Any], Awaitable[list[Json]]]
_PATTERNS = {"datepicker": r"\d{4}-\d\d-\d\d", "timepicker": r"[0-2]\d:[0-5]\d"}


async def entered(world: World, element: Json, value: Any, suggest: Suggest) -> Json:
    """Return the element's state with `value`; `NotThere` when the person is not offered such a thing.

    Options go by their text or value, users by handle or id, channels by name or id; several as a list.
    """
    kind = element["type"]
    if kind not in HOLDS:
        raise NotThere(f"a {kind} holds nothing")
    if not HOLDS[kind][2]:
        return holding(element, await _one(world, element, value, suggest))
    wanted = value if isinstance(value, list | tuple) else [value]
    most = (
        element.get("max_files", 10)
        if kind == "file_input"
        else element.get("max_selected_items", len(wanted))
    )
    if len(wanted) > most:
        raise NotThere(f"no more than {most} may be chosen")
    if kind == "file_input":
        return holding(element, [_file(world, element, str(item)) for item in wanted])
    return holding(element, [await _one(world, element, item, suggest) for item in wanted])


async def _one(world: World, element: Json, value: Any, suggest: Suggest) -> Any:
    kind = element["type"].removeprefix("multi_")
    if value in (None, ""):
        return None
    if kind in {"static_select", "radio_buttons", "checkboxes"}:
        return pick(all_options(element), value)
    if kind == "external_select":
        return pick(await suggest(value), value)
    if kind == "users_select":
        return world.user(str(value)).id
    if kind in {"channels_select", "conversations_select"}:
        return _channel(world, kind, str(value))
    if kind in _PATTERNS and re.fullmatch(_PATTERNS[kind], str(value)) is None:
        raise NotThere(f"a {kind} has no {value!r}")
    return int(value) if kind == "datetimepicker" else value if kind == "rich_text_input" else str(value)


def _file(world: World, element: Json, file_id: str) -> Json:
    file = world.files.get(file_id)
    if file is None or file.content is None:
        raise NotThere(f"no file {file_id} was uploaded")
    shape = file_json(world, file)
    if "filetypes" in element and shape["filetype"] not in element["filetypes"]:
        raise NotThere(f"a file of these kinds is asked for: {', '.join(element['filetypes'])}")
    return shape


def _channel(world: World, kind: str, name: str) -> str:
    channel = world.channel(name)
    if channel.archived or (kind == "channels_select" and channel.kind is not ChannelKind.PUBLIC):
        raise NotThere(f"{name} is not offered by a {kind}")
    return channel.id


def pick(options: list[Json], value: Any) -> Json:
    """Return the option whose text or value is `value`."""
    for option in options:
        if value in (option["text"]["text"], option["value"]) or value == option:
            return option
    raise NotThere(f"no option {value!r} among {[o['text']['text'] for o in options]}")
