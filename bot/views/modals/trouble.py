"""What a form is answered with when it could not be taken: the form stays open where it can, with what was typed."""

from collections.abc import Iterator, Mapping

from bot.views.blocks import Json, modal, section
from bot.views.text import escape


def form_trouble(view: object, words: str) -> Json:
    """The answer to a submission: the words at the first field, or in the form's place where it has none."""
    first = next(fields_of(view), None)
    if first is not None:
        return {"response_action": "errors", "errors": {first: words}}
    shown = modal("That did not work", [section(escape(words))], close="Close")
    return {"response_action": "update", "view": shown}


def fields_of(view: object) -> Iterator[str]:
    """The ids of a form's fields, as it came back: whatever is no field is passed over."""
    blocks = view.get("blocks") if isinstance(view, Mapping) else None
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Mapping) and block.get("type") == "input":
            named = block.get("block_id")
            if isinstance(named, str):
                yield named
