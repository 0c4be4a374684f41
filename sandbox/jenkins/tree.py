"""The `tree` parameter: `builds[number,actions[parameters[name]]]{0,10}` names what an answer is to hold.

Source: www.jenkins.io/doc/book/using/remote-access-api, hudson.model.Api, org.kohsuke.stapler.export.NamedPathPruner.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.jenkins.pages import Answered

TOKEN = re.compile(r"\s*([A-Za-z_$*][\w$*]*|[\[\],]|\{[^}]*\})")
RANGE = re.compile(r"\{(\d*)(,?)(\d*)\}")


@dataclass(kw_only=True)
class Node:
    """What is wanted of a value; of a list the part from `start` to before `end`."""

    wanted: dict[str, "Node"] = field(default_factory=dict)
    start: int = 0
    end: int | None = None


def parse(text: str) -> Node:
    """The tree. 400 where it is none."""
    tokens, place = [], 0
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            raise Answered(400, f"Malformed tree expression: {text}")
        tokens.append(found[1])
        place = found.end()
    root = Node()
    rest = _names(tokens, root)
    if rest:
        raise Answered(400, f"Malformed tree expression: {text}")
    return root


def _names(tokens: list[str], into: Node) -> list[str]:
    while True:
        if not tokens or not re.match(r"[A-Za-z_$*]", tokens[0]):
            raise Answered(400, "Malformed tree expression: a name is missing")
        node = into.wanted.setdefault(tokens[0], Node())
        tokens = tokens[1:]
        if tokens and tokens[0] == "[":
            tokens = _names(tokens[1:], node)
            if not tokens or tokens[0] != "]":
                raise Answered(400, "Malformed tree expression: ] is missing")
            tokens = tokens[1:]
        if tokens and tokens[0].startswith("{"):
            node.start, node.end = _range(tokens[0])
            tokens = tokens[1:]
        if not tokens or tokens[0] != ",":
            return tokens
        tokens = tokens[1:]


def _range(text: str) -> tuple[int, int | None]:
    found = RANGE.fullmatch(text)
    if found is None:
        raise Answered(400, f"Malformed range: {text}")
    first, comma, last = found.groups()
    start = int(first or 0)
    if not comma:
        return start, start + 1
    return start, int(last) if last else None


def pruned(value: Any, node: Node) -> Any:
    """The value with only what is wanted; `_class` always stays."""
    if isinstance(value, list):
        return [pruned(item, node) for item in value[node.start : node.end]]
    if not isinstance(value, Mapping) or "*" in node.wanted:
        return value
    kept = {"_class": value["_class"]} if "_class" in value else {}
    for name, inner in value.items():
        if name in node.wanted:
            kept[name] = pruned(inner, node.wanted[name])
    return kept
