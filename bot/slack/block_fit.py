"""Ways to make blocks smaller without changing what they mean: shorter texts, fewer blocks. Pure."""

from collections.abc import Mapping, Sequence

from bot.slack.block_rules import Json, Many, Rule, Shape, Text, Typed
from bot.slack.block_shapes import BLOCKS
from bot.slack.block_totals import size_of
from bot.views.text import NOTHING, Mrkdwn, and_more, truncate

NOTE = "stationmaster:more"
"""The block_id of the note that stands where blocks were left out."""


def note(count: int) -> Json:
    """What stands for `count` blocks that were left out."""
    words: Json = {"type": "mrkdwn", "text": and_more(count)}
    return {"type": "context", "block_id": NOTE, "elements": [words]}


def shorten(block: Json) -> Json:
    """The block with every text cut to its limit, and lists of texts to theirs."""
    rule = BLOCKS.get(str(block.get("type")))
    short = _short(block, rule) if rule is not None else block
    return short if isinstance(short, Mapping) else block


def _short(value: object, rule: Rule) -> object:
    if isinstance(rule, Typed) and isinstance(value, Mapping):
        inner = rule.shapes.get(str(value.get("type")), rule.text)
        return value if inner is None else _short(value, inner)
    if isinstance(rule, Text) and isinstance(value, Mapping):
        return _short_text(value, rule.most)
    if isinstance(rule, Many) and isinstance(value, list | tuple):
        return _short_list([_short(item, rule.of) for item in value], rule)
    if isinstance(rule, Shape) and isinstance(value, Mapping):
        keys: Mapping[str, Rule] = {**rule.optional, **rule.required}
        return {key: _short(item, keys[key]) if key in keys else item for key, item in value.items()}
    return value


def _short_text(value: Json, most: int) -> Json:
    text = value.get("text")
    if not isinstance(text, str):
        return value
    words = Mrkdwn(text) if value.get("type") == "mrkdwn" else text
    return {**value, "text": str(truncate(words, chars=most)) if text.strip() else NOTHING}


def _short_list(items: list[object], rule: Many) -> list[object]:
    """Lists of texts (fields, remarks) may lose their end; lists of buttons or options may not."""
    texts = isinstance(rule.of, Text) or (isinstance(rule.of, Typed) and rule.of.text is not None)
    if rule.most is None or len(items) <= rule.most or not texts:
        return items
    rest = {"type": "mrkdwn", "text": and_more(len(items) - rule.most + 1)}
    return [*items[: rule.most - 1], rest]


def drop_until(blocks: Sequence[Json | None], *, most: int, budget: int) -> list[Json]:
    """Leave blocks out from the end of the middle until the rest fits, with a note where the first one stood.

    None stands for a block that is left out already. Empty when what must stay is too much by itself.
    """
    kept = list(blocks)
    while True:
        shown = _with_note(kept)
        if len(shown) <= most and size_of(shown) <= budget:
            return shown
        last = next((i for i in reversed(range(len(kept))) if _may_go(kept, i)), None)
        if last is None:
            return []
        kept[last] = None


def _may_go(blocks: Sequence[Json | None], index: int) -> bool:
    """The first block says what this is, buttons are what it is for, and the last says how fresh it is."""
    block = blocks[index]
    if block is None or index == 0:
        return False
    kind = block.get("type")
    return kind != "actions" and not (kind == "context" and index == len(blocks) - 1)


def _with_note(blocks: Sequence[Json | None]) -> list[Json]:
    gone = [index for index, block in enumerate(blocks) if block is None]
    shown = [block for block in blocks if block is not None]
    if not gone:
        return shown
    before = sum(block is not None for block in blocks[: gone[0]])
    return [*shown[:before], note(len(gone)), *shown[before:]]
