"""The last look at what goes to Slack: `validate` every payload, `fit_message` what a release has to say.

A payload that breaks a rule is refused by Slack as a whole (`invalid_blocks`), so a release would fall silent
because of one long title. Tests fail on any problem; in production a message is made to fit instead.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.block_check import Problem, check
from bot.slack.block_fit import NOTE, drop_until, shorten
from bot.slack.block_rules import Json
from bot.slack.block_shapes import ACKS, HOME, MESSAGE, MODAL, OPTIONS_ACK, RESPONSE, Surface
from bot.slack.block_totals import size_of, text_size, totals
from bot.views.text import NOTHING, Mrkdwn, truncate

__all__ = ["Fitted", "Problem", "Surface", "fit_message", "validate"]

TEXT_BUDGET = 3_500
"""Bytes of a message's text, escaped: chat.update refuses more than 4,000."""
BLOCKS_BUDGET = 12_000
"""Characters of a message's blocks as JSON: Slack refuses about 13,200."""
BLOCK_COUNT = 50
_BLOCK = re.compile(r"/blocks/(\d+)(?:/|$)")

_SHAPES = {Surface.MESSAGE: MESSAGE, Surface.MODAL: MODAL, Surface.HOME: HOME, Surface.RESPONSE: RESPONSE}


def validate(payload: Json, surface: Surface | str) -> tuple[Problem, ...]:
    """Everything that Slack, or our own router, would refuse in `payload`; empty when it may be sent.

    Raises ValueError for a surface that doesn't exist; never for a payload, however broken.
    """
    surface = Surface(surface)
    if surface is Surface.ACK:
        return tuple(_ack(payload))
    found = list(check(payload, _SHAPES[surface], ""))
    found += totals(payload, Surface.MESSAGE if surface is Surface.RESPONSE else surface)
    return tuple(found)


def _ack(payload: Json) -> Iterator[Problem]:
    """The body of an ack: nothing, a `response_action`, options, or a message."""
    action = payload.get("response_action")
    if "response_action" in payload:
        if not isinstance(action, str) or action not in ACKS:
            yield Problem(pointer="/response_action", message=f"must be one of {', '.join(sorted(ACKS))}")
            return
        yield from check(payload, ACKS[action], "")
        yield from _ack_parts(payload)
    elif "options" in payload or "option_groups" in payload:
        yield from check(payload, OPTIONS_ACK, "")
    elif payload:
        yield from validate(payload, Surface.RESPONSE)


def _ack_parts(payload: Json) -> Iterator[Problem]:
    view, errors = payload.get("view"), payload.get("errors")
    if isinstance(view, Mapping):
        yield from totals(view, Surface.MODAL, "/view")
    if isinstance(errors, Mapping):
        if not errors:
            yield Problem(pointer="/errors", message="needs at least 1, has 0")
        for key, message in errors.items():
            if not isinstance(message, str) or not message.strip():
                yield Problem(pointer=f"/errors/{key}", message="must not be empty")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """A message that Slack takes. `cut` counts the blocks that were left out, `problems` says what was wrong."""

    text: str
    blocks: tuple[Json, ...]
    cut: int = 0
    problems: tuple[Problem, ...] = ()


def fit_message(text: str, blocks: Sequence[Json]) -> Fitted:
    """Make a message fit: shorten long texts, leave out broken blocks, then cut from the end of its middle.

    The first block, rows of buttons and a closing context stay as long as they can; where blocks are missing it
    says "…and n more". When nothing helps the text goes alone. The result always validates; a message that fits
    comes back as it is. `text` is mrkdwn. Pure, so that a retry sends the same.
    """
    said = truncate(Mrkdwn(text.strip()), size=TEXT_BUDGET) or NOTHING
    while text_size(said) > TEXT_BUDGET:
        said = truncate(said, size=len(said.encode()) - (text_size(said) - TEXT_BUDGET))
    problems = validate({"text": text, "blocks": list(blocks)}, Surface.MESSAGE)
    if not problems and size_of(blocks) <= BLOCKS_BUDGET:
        return Fitted(text=str(said), blocks=tuple(blocks))
    kept = _kept(str(said), blocks)
    cut = len(blocks) - sum(block.get("block_id") != NOTE for block in kept)
    return Fitted(text=str(said), blocks=tuple(kept), cut=cut, problems=problems)


def _kept(said: str, blocks: Sequence[Json]) -> list[Json]:
    short = [shorten(block) for block in blocks]
    broken = _broken(said, short)
    whole = [None if index in broken else block for index, block in enumerate(short)]
    kept = drop_until(whole, most=BLOCK_COUNT, budget=BLOCKS_BUDGET)
    return [] if validate({"text": said, "blocks": kept}, Surface.MESSAGE) else kept


def _broken(said: str, blocks: Sequence[Json]) -> set[int]:
    """The places of the blocks that Slack would refuse."""
    places = (
        _BLOCK.match(one.pointer) for one in validate({"text": said, "blocks": blocks}, Surface.MESSAGE)
    )
    return {int(place[1]) for place in places if place is not None}
