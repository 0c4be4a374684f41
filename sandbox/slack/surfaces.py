"""Whole payloads: messages with their blocks and attachments, modals and homes.

Here stand the rules that no block can keep alone: numbers of blocks, what a surface takes, uniqueness of
`block_id` and `action_id`, sums over the payload, and the sizes after which Slack answers with another error.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.block_layouts import BLOCKS, MOST_BLOCKS, SURFACES
from sandbox.slack.block_objects import plain
from sandbox.slack.block_rules import Flag, Many, Problem, Rule, Str, Thing

MOST_TEXT = 40_000
MOST_UPDATE_BYTES = 4_000
MOST_BLOCKS_JSON = 13_200
MOST_VIEW_BYTES = 250_000
_VIEW: dict[str, Rule] = {
    "type": Str(among=frozenset({"modal", "home"})),
    "callback_id": Str(most=255),
    "external_id": Str(most=255),
    "private_metadata": Str(most=3000),
}
_MODAL = Thing(
    fields={
        **_VIEW,
        "title": plain(24),
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": Flag(),
        "notify_on_close": Flag(),
        "submit_disabled": Flag(),
        "blocks": Many(of=Thing(fields={}, open_ended=True), most=100),
    },
    required=("type", "title", "blocks"),
)
_HOME = Thing(
    fields={**_VIEW, "blocks": Many(of=Thing(fields={}, open_ended=True), most=100)},
    required=("type", "blocks"),
)
_ATTACHMENT_WORDS = [
    "author_icon",
    "author_link",
    "author_name",
    "author_subname",
    "callback_id",
    "color",
    "fallback",
    "footer",
    "footer_icon",
    "image_url",
    "pretext",
    "text",
    "thumb_url",
    "title",
    "title_link",
]
_ATTACHMENT = Thing(
    fields={
        **dict.fromkeys(_ATTACHMENT_WORDS, Str()),
        "blocks": Many(of=Thing(fields={}, open_ended=True)),
        "fields": Many(
            of=Thing(fields={"title": Str(), "value": Str(), "short": Flag()}, required=("value",))
        ),
        "mrkdwn_in": Many(of=Str(among=frozenset({"pretext", "text", "fields"}))),
        "ts": Str(),
    }
)
_METADATA = Thing(
    fields={"event_type": Str(most=255, least=1), "event_payload": Thing(fields={}, open_ended=True)},
    required=("event_type", "event_payload"),
)


def check_blocks(blocks: Any, surface: str, at: str = "/blocks") -> list[Problem]:
    """Return what Slack would refuse in `blocks` on `surface` (message, modal or home)."""
    shape = list(Many(of=Thing(fields={}, open_ended=True), most=MOST_BLOCKS[surface]).check(blocks, at))
    if shape:
        return shape
    problems: list[Problem] = []
    for index, block in enumerate(blocks):
        problems.extend(_check_block(block, surface, f"{at}/{index}"))
    problems.extend(_unique_ids(blocks, at))
    return problems or list(_sums(blocks, at))


def _check_block(block: Mapping[str, Any], surface: str, at: str) -> Iterator[Problem]:
    kind = block.get("type")
    if kind is None:
        yield Problem(at=at, what="missing required field: type")
    elif not isinstance(kind, str) or kind not in SURFACES[surface]:
        yield Problem(at=f"{at}/type", what=f"unsupported type: {kind}")
    else:
        yield from BLOCKS[kind].check(block, at)
        yield from _where_it_stands(block, surface, at)


def _where_it_stands(block: Mapping[str, Any], surface: str, at: str) -> Iterator[Problem]:
    if block["type"] == "task_card" and block.get("status") == "pending":
        yield Problem(at=f"{at}/status", what="only the tasks of a plan may be pending")
    if block["type"] == "input" and surface != "modal":
        element = block.get("element") or {}
        if isinstance(element, dict) and element.get("type") == "file_input":
            yield Problem(at=f"{at}/element/type", what="unsupported type: file_input")
        if isinstance(element, dict) and element.get("response_url_enabled"):
            yield Problem(at=f"{at}/element/response_url_enabled", what="is allowed in modals only")


def elements_of(block: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the elements of a block with their pointers inside it."""
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield f"/{name}", block[name]
    for name in ("elements", "actions"):
        items = block.get(name)
        if isinstance(items, list) and block.get("type") not in {"rich_text", "carousel"}:
            yield from ((f"/{name}/{i}", e) for i, e in enumerate(items) if isinstance(e, dict))
    yield from _cell_buttons(block)


def _cell_buttons(block: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if block.get("type") != "data_table":
        return
    for r, row in enumerate(block.get("rows") or []):
        for c, cell in enumerate(row):
            if isinstance(cell, dict) and cell.get("type") == "action_cell":
                yield from (
                    (f"/rows/{r}/{c}/elements/{i}", e) for i, e in enumerate(cell.get("elements") or [])
                )


def walk_blocks(blocks: list[Any], at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every block with its pointer: those given, and those inside containers and carousels."""
    for index, block in enumerate(blocks):
        if isinstance(block, dict):
            yield f"{at}/{index}", block
            yield from walk_blocks(block.get("child_blocks") or [], f"{at}/{index}/child_blocks")
            if block.get("type") == "carousel":
                yield from walk_blocks(block.get("elements") or [], f"{at}/{index}/elements")


def _unique_ids(blocks: list[Any], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    focused = 0
    for place, block in walk_blocks(blocks, at):
        block_id = block.get("block_id")
        if block_id is not None and block_id in seen:
            yield Problem(at=f"{place}/block_id", what=f"block_id already exists: {block_id}")
        seen.add(str(block_id))
        actions: set[str] = set()
        for inner, element in elements_of(block):
            action_id = element.get("action_id")
            if action_id is not None and action_id in actions:
                yield Problem(at=f"{place}{inner}/action_id", what=f"action_id already exists: {action_id}")
            actions.add(str(action_id))
            focused += element.get("focus_on_load") is True
    if focused > 1:
        yield Problem(at=at, what="only one element may have focus_on_load")


def _text_of(value: Any) -> int:
    if isinstance(value, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _text_of(v) for k, v in value.items())
    return sum(_text_of(item) for item in value) if isinstance(value, list) else 0


def _sums(blocks: list[Any], at: str) -> Iterator[Problem]:
    every = [block for _, block in walk_blocks(blocks)]
    kinds = Counter(block.get("type") for block in every)
    if kinds["table"] > 1:
        yield Problem(at=at, what="only one table is allowed")
    if kinds["data_visualization"] > 2:
        yield Problem(at=at, what="no more than 2 data_visualization blocks allowed")
    for kind, most in (("markdown", 12_000), ("table", 10_000), ("data_table", 20_000)):
        if sum(_text_of(block) for block in every if block.get("type") == kind) > most:
            yield Problem(at=at, what=f"{kind} blocks must be less than {most + 1} characters together")
    for place, block in walk_blocks(blocks, at):
        tasks = [t.get("task_id") for t in block.get("tasks") or [] if isinstance(t, dict)]
        if len(set(tasks)) != len(tasks):
            yield Problem(at=f"{place}/tasks", what="task_id must be unique")


def check_attachments(attachments: Any) -> list[Problem]:
    """Return what Slack would refuse in `attachments`; their blocks obey the rules of a message."""
    problems = list(Many(of=_ATTACHMENT).check(attachments, "/attachments"))
    if not problems:
        for index, item in enumerate(attachments):
            problems.extend(check_blocks(item.get("blocks") or [], "message", f"/attachments/{index}/blocks"))
    return problems


def check_metadata(metadata: Any) -> list[Problem]:
    """Return what Slack would refuse in a message's `metadata`; an empty object takes metadata away."""
    return [] if metadata == {} else list(_METADATA.check(metadata, "/metadata"))


def check_view(view: Any, surface: str) -> list[Problem]:
    """Return what Slack would refuse in a view for `surface` (modal or home)."""
    rule = _MODAL if surface == "modal" else _HOME
    if isinstance(view, dict) and view.get("type") != surface:
        return [Problem(at="/view/type", what="must be a valid enum value")]
    problems = list(rule.check(view, "/view"))
    if problems:
        return problems
    problems.extend(check_blocks(view["blocks"], surface, "/view/blocks"))
    needs_submit = any(block.get("type") == "input" for block in view["blocks"])
    if surface == "modal" and needs_submit and view.get("submit") is None:
        problems.append(Problem(at="/view", what="missing required field: submit"))
    return problems


def escaped_bytes(text: str) -> int:
    """Return the size of `text` in bytes once `&`, `<` and `>` are escaped; entities count as themselves."""
    bare = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return len(bare.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode())


def json_length(value: Any) -> int:
    """Return how many characters the value takes as compact JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
