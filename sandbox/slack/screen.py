"""What a person sees: the words of a message or view, and the elements they may touch, found by their words."""

import html
from collections.abc import Iterator
from typing import Any

from sandbox.slack.block_elements import INTERACTIVE
from sandbox.slack.surfaces import elements_of, walk_blocks
from sandbox.slack.values import Json, Message, View


class NotThere(LookupError):
    """The person was asked to touch something that is not on their screen."""


def words_of(value: Any) -> Iterator[str]:
    """Yield every text in blocks, in reading order."""
    if isinstance(value, dict):
        for key in ("title", "label", "text", "fields", "elements", "element", "accessory", "hint"):
            if key in value:
                item = value[key]
                if isinstance(item, str):
                    yield html.unescape(item)
                else:
                    yield from words_of(item)
        for key in ("tasks", "rows", "child_blocks", "options", "subtitle", "body", "actions", "placeholder"):
            yield from words_of(value.get(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from words_of(item)


def text_on(target: Message | View) -> str:
    """Return all words that a person reads on a message or view, one piece a line."""
    if isinstance(target, View):
        title = target.body.get("title", {}).get("text", "")
        return "\n".join([title, *words_of(target.blocks)])
    shown = target.blocks or target.attachments
    return "\n".join(words_of(list(shown))) if target.blocks else html.unescape(target.text)


def blocks_on(target: Message | View) -> list[Json]:
    """Return the blocks of a message or view."""
    return target.blocks if isinstance(target, View) else list(target.blocks)


def elements_on(target: Message | View) -> Iterator[tuple[Json, Json]]:
    """Yield each interactive element with its block."""
    for _, block in walk_blocks(blocks_on(target)):
        for _, element in elements_of(block):
            if element.get("type") in INTERACTIVE:
                yield block, element


def names_of(block: Json, element: Json) -> set[str]:
    """Return the words by which an element may be called: ids, its text, its label, its placeholder."""
    names = {str(element.get("action_id")), f"{block.get('block_id')}/{element.get('action_id')}"}
    for holder, key in ((element, "text"), (block, "label"), (element, "placeholder")):
        words = holder.get(key)
        if isinstance(words, dict):
            names.add(str(words.get("text")))
    if element.get("accessibility_label"):
        names.add(str(element["accessibility_label"]))
    if block.get("type") == "input":
        names.add(str(block.get("block_id")))
    return names


def find_element(target: Message | View, name: str) -> tuple[Json, Json]:
    """Return the block and the one element that is called `name`; `NotThere` when none or several are."""
    found = [(b, e) for b, e in elements_on(target) if name in names_of(b, e)]
    if len(found) != 1:
        there = sorted(min(names_of(b, e), key=len) for b, e in elements_on(target))
        raise NotThere(
            f"{len(found)} elements are called {name!r} on a screen with {there}: {text_on(target)}"
        )
    return found[0]
