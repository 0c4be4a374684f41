"""The rules that look at a payload as a whole: what may stand where, what must be unique, what adds up."""

import json
import re
from collections.abc import Iterator, Mapping

from bot.slack.block_check import Problem, blocks_of
from bot.slack.block_rules import Json
from bot.slack.block_shapes import ALLOWED, Surface

TEXT_BYTES = 4_000
"""chat.update refuses more (`msg_too_long`), and any message of ours may be edited later."""
BLOCKS_JSON = 13_200
"""Slack refuses about this much (`msg_blocks_too_long`; undocumented, slackapi/bolt-js#2509)."""
VIEW_JSON = 250_000
_MARKDOWN, _TABLE, _DATA_TABLE, _CHARTS, _TABLES = 12_000, 10_000, 20_000, 2, 1


def size_of(value: object) -> int:
    """Characters of the compact JSON, counted as the longest spelling (non-ASCII escaped)."""
    return len(json.dumps(value, separators=(",", ":"), default=str))


def text_size(text: str) -> int:
    """Bytes of a message's text once Slack has escaped every ampersand that isn't an entity yet."""
    bare = len(re.findall(r"&(?!amp;|lt;|gt;)", text))
    return len(text.encode()) + 4 * bare


def totals(payload: Json, surface: Surface, pointer: str = "") -> Iterator[Problem]:
    """Everything that is wrong with the whole; `surface` is MESSAGE, MODAL or HOME."""
    blocks = list(_each(payload, pointer))
    yield from _places(payload, surface, pointer)
    yield from _unique([(f"{at}/block_id", block.get("block_id")) for at, block in blocks], "block_id")
    for at, block in blocks:
        yield from _unique(list(_action_ids(block, at)), "action_id")
    yield from _focus(blocks)
    if surface is Surface.MESSAGE:
        yield from _message(payload, blocks, pointer)
    elif size_of(payload) > VIEW_JSON:
        yield Problem(pointer=pointer, message=f"the view is {size_of(payload)} bytes, at most {VIEW_JSON}")


def _each(payload: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    for index, block in enumerate(blocks_of(payload)):
        if isinstance(block, Mapping):
            yield f"{pointer}/blocks/{index}", block
            for key in ("child_blocks", "elements") if block.get("type") in ("container", "carousel") else ():
                children = block.get(key)
                for n, child in enumerate(children if isinstance(children, list | tuple) else ()):
                    if isinstance(child, Mapping):
                        yield f"{pointer}/blocks/{index}/{key}/{n}", child


def _places(payload: Json, surface: Surface, pointer: str) -> Iterator[Problem]:
    for index, block in enumerate(blocks_of(payload)):
        kind = block.get("type") if isinstance(block, Mapping) else None
        at = f"{pointer}/blocks/{index}"
        everywhere = frozenset().union(*ALLOWED.values())
        if isinstance(kind, str) and kind in everywhere and kind not in ALLOWED[surface]:
            yield Problem(pointer=f"{at}/type", message=f"{kind} is not allowed in a {surface}")
        if isinstance(block, Mapping) and kind == "task_card" and block.get("status") == "pending":
            yield Problem(pointer=f"{at}/status", message="only a task inside a plan can be pending")
        if isinstance(block, Mapping) and surface is not Surface.MODAL:
            yield from _modal_only(block, at)


def _modal_only(block: Json, at: str) -> Iterator[Problem]:
    for where, element in _elements(block, at):
        if "response_url_enabled" in element:
            yield Problem(pointer=f"{where}/response_url_enabled", message="works in a modal's input only")


def _elements(block: Json, at: str) -> Iterator[tuple[str, Json]]:
    """The elements of one block that a person can operate, without those of nested blocks."""
    for key in ("accessory", "element"):
        one = block.get(key)
        if isinstance(one, Mapping):
            yield f"{at}/{key}", one
    many = "actions" if block.get("type") == "card" else "elements"
    some = block.get(many)
    for index, one in enumerate(some if isinstance(some, list | tuple) else ()):
        if isinstance(one, Mapping):
            yield f"{at}/{many}/{index}", one


def _action_ids(block: Json, at: str) -> Iterator[tuple[str, object]]:
    for where, element in _elements(block, at):
        yield f"{where}/action_id", element.get("action_id")


def _unique(found: list[tuple[str, object]], what: str) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for at, value in found:
        if not isinstance(value, str):
            continue
        if value in seen:
            yield Problem(pointer=at, message=f"{what} {value!r} is used already at {seen[value]}")
        seen.setdefault(value, at)


def _focus(blocks: list[tuple[str, Json]]) -> Iterator[Problem]:
    focused = [
        where
        for at, block in blocks
        for where, element in _elements(block, at)
        if element.get("focus_on_load") is True
    ]
    for where in focused[1:]:
        yield Problem(pointer=f"{where}/focus_on_load", message=f"only one can have it: {focused[0]} has")


def _message(payload: Json, blocks: list[tuple[str, Json]], pointer: str) -> Iterator[Problem]:
    text = payload.get("text")
    if isinstance(text, str) and text_size(text) > TEXT_BYTES:
        message = f"has {text_size(text)} bytes, an edit takes at most {TEXT_BYTES}"
        yield Problem(pointer=f"{pointer}/text", message=message)
    size = size_of(blocks_of(payload))
    if size > BLOCKS_JSON:
        message = f"the blocks are {size} characters of JSON, at most {BLOCKS_JSON}"
        yield Problem(pointer=f"{pointer}/blocks", message=message)
    yield from _sums(blocks, f"{pointer}/blocks")


def _sums(blocks: list[tuple[str, Json]], pointer: str) -> Iterator[Problem]:
    def of(kind: str) -> list[Json]:
        return [block for _at, block in blocks if block.get("type") == kind]

    sums = (
        ("characters of markdown", sum(len(str(b.get("text", ""))) for b in of("markdown")), _MARKDOWN),
        ("characters in table cells", sum(_letters(b.get("rows")) for b in of("table")), _TABLE),
        (
            "characters in data_table cells",
            sum(_letters(b.get("rows")) for b in of("data_table")),
            _DATA_TABLE,
        ),
        ("data_visualization blocks", len(of("data_visualization")), _CHARTS),
        ("table blocks", len(of("table")), _TABLES),
    )
    for what, found, most in sums:
        if found > most:
            yield Problem(pointer=pointer, message=f"has {found} {what}, at most {most} are allowed")


def _letters(value: object) -> int:
    """Characters of all `text` values anywhere below."""
    if isinstance(value, Mapping):
        own = value.get("text")
        rest = (v for k, v in value.items() if k != "text")
        return (len(own) if isinstance(own, str) else 0) + sum(map(_letters, rest))
    return sum(map(_letters, value)) if isinstance(value, list | tuple) else 0
