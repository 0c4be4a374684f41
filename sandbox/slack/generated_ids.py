"""Slack gives every block a `block_id` and every interactive element an `action_id` where the app gave none."""

import copy
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sandbox.slack.block_elements import INTERACTIVE
from sandbox.slack.surfaces import elements_of, walk_blocks
from sandbox.slack.values import Json


def with_ids(blocks: Iterable[Json]) -> list[Json]:
    """Return a copy of `blocks` in which no id is missing; equal blocks get equal ids at equal places."""
    copied = copy.deepcopy(list(blocks))
    for place, block in walk_blocks(copied):
        block.setdefault("block_id", _made_of(place, block))
        for inner, element in elements_of(block):
            if element.get("type") in INTERACTIVE:
                element.setdefault("action_id", _made_of(place + inner, element))
    return copied


def _made_of(place: str, value: Any) -> str:
    words = json.dumps([place, value], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()[:5]
