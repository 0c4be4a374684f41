"""What a form is answered with when it could not be taken: the form stays open where it can, with what was typed."""

from collections.abc import Mapping
from typing import Any

from bot.views.blocks import Json, modal, section
from bot.views.text import escape


def form_trouble(view: Mapping[str, Any], words: str) -> Json:
    """The answer to a submission: the words at the first field, or in the form's place where it has none."""
    fields = [block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input"]
    if fields:
        return {"response_action": "errors", "errors": {fields[0]: words}}
    shown = modal("That did not work", [section(escape(words))], close="Close")
    return {"response_action": "update", "view": shown}
