"""What Slack's client checks before it sends a form: it shows these errors itself and the app hears nothing."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.slack.form_values import held
from sandbox.slack.values import Json, View

REQUIRED = "Please complete this required field."
_FORMATS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter a valid email address."),
    "url_text_input": (r"https?://\S+", "Please enter a valid URL."),
}


def client_errors(view: View) -> dict[str, str]:
    """Return the errors that the client shows, by block_id; empty when the form may be sent."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] == "input":
            state = view.values[block["block_id"]][block["element"]["action_id"]]
            found = next(_errors(block, held(state)), None)
            if found is not None:
                errors[block["block_id"]] = found
    return errors


def _errors(block: Json, value: Any) -> Iterator[str]:
    if value in (None, "", []):
        if not block.get("optional"):
            yield REQUIRED
        return
    element: Mapping[str, Any] = block["element"]
    kind = element["type"]
    if kind == "plain_text_input":
        yield from _length_errors(element, str(value))
    elif kind == "number_input":
        yield from _number_errors(element, str(value))
    elif kind in _FORMATS and re.fullmatch(_FORMATS[kind][0], str(value)) is None:
        yield _FORMATS[kind][1]


def _length_errors(element: Mapping[str, Any], value: str) -> Iterator[str]:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        yield f"Please enter at least {least} characters."
    if len(value) > most:
        yield f"Please enter no more than {most} characters."


def _number_errors(element: Mapping[str, Any], value: str) -> Iterator[str]:
    try:
        number = Decimal(value)
    except InvalidOperation:
        yield "Please enter a number."
        return
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        yield "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        yield f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        yield f"Please enter a number of at most {element['max_value']}."
