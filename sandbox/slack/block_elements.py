"""Block Kit's interactive elements, and which of them may stand where.

Source: docs.slack.dev/reference/block-kit/block-elements; limits as measured in `reference/slack.md`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.slack.block_objects import (
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    ID,
    IMAGE_ELEMENT,
    OPTION,
    OPTION_GROUP,
    RICH_TEXT_ONLY,
    STYLE,
    URL,
    option,
    plain,
)
from sandbox.slack.block_rules import Both, ByType, Flag, Many, Num, Problem, Rule, Str, Thing, Typed

_RICH_OPTION = option(rich=True)
_BASE: dict[str, Rule] = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": Flag()}
_PLACEHOLDER: dict[str, Rule] = {"placeholder": plain(150)}
_TYPING: dict[str, Rule] = {
    "action_id": ID,
    "focus_on_load": Flag(),
    "dispatch_action_config": DISPATCH,
    **_PLACEHOLDER,
}
_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_STATIC: dict[str, Rule] = {
    "options": Many(of=OPTION, least=1, most=100),
    "option_groups": Many(of=OPTION_GROUP, least=1, most=100),
}
_IDS = Many(of=Str(least=1))


@dataclass(frozen=True, kw_only=True, slots=True)
class InitialIsOffered:
    """What is chosen at first must be among the options; Slack compares the whole option."""

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield a problem for each initial option that is not offered."""
        offered = all_options(value)
        one = value.get("initial_option")
        if one is not None and one not in offered:
            yield Problem(at=f"{at}/initial_option", what="must be one of the options")
        for index, item in enumerate(value.get("initial_options") or []):
            if item not in offered:
                yield Problem(at=f"{at}/initial_options/{index}", what="must be one of the options")


@dataclass(frozen=True, kw_only=True, slots=True)
class LeastBeforeMost:
    """Where a least and a most are given, they must be in order."""

    least: str
    most: str

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield a problem when the least is above the most."""
        least, most = value.get(self.least), value.get(self.most)
        if least is not None and most is not None and float(least) > float(most):
            yield Problem(at=f"{at}/{self.least}", what=f"must not be greater than {self.most}")


def all_options(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options of a select, checkbox group, radio group or overflow menu, groups flattened."""
    grouped = [o for group in element.get("option_groups") or [] for o in group.get("options", [])]
    return [*(element.get("options") or []), *grouped]


def _menu(kind: str, fields: dict[str, Rule], *, static: bool = False) -> dict[str, Rule]:
    typed = Typed(
        kind=kind,
        fields={**_BASE, **_PLACEHOLDER, **fields},
        exactly_one=(("options", "option_groups"),) if static else (),
    )
    return {kind: Both(first=typed, then=InitialIsOffered()) if static else typed}


def _select(kind: str, one: dict[str, Rule], many: dict[str, Rule], both: dict[str, Rule]) -> dict[str, Rule]:
    static = kind == "static_select"
    return {
        **_menu(kind, {**one, **both}, static=static),
        **_menu(f"multi_{kind}", {**many, **both, "max_selected_items": Num(least=1)}, static=static),
    }


def _button_like(kind: str, fields: dict[str, Rule], required: tuple[str, ...]) -> dict[str, Rule]:
    base: dict[str, Rule] = {"action_id": ID, "text": plain(75), "accessibility_label": Str(most=75, least=1)}
    return {kind: Typed(kind=kind, fields={**base, **fields}, required=("text", *required))}


_CHOICES: dict[str, Rule] = {
    "checkboxes": Both(
        first=Typed(
            kind="checkboxes",
            fields={
                **_BASE,
                "options": Many(of=_RICH_OPTION, least=1, most=10),
                "initial_options": Many(of=_RICH_OPTION, least=1),
            },
            required=("options",),
        ),
        then=InitialIsOffered(),
    ),
    "radio_buttons": Both(
        first=Typed(
            kind="radio_buttons",
            fields={
                **_BASE,
                "options": Many(of=_RICH_OPTION, least=1, most=10),
                "initial_option": _RICH_OPTION,
            },
            required=("options",),
        ),
        then=InitialIsOffered(),
    ),
    "overflow": Typed(
        kind="overflow",
        fields={
            "action_id": ID,
            "confirm": CONFIRM,
            "options": Many(of=option(rich=False, url=True), least=1, most=5),
        },
        required=("options",),
    ),
}
_PICKERS: dict[str, Rule] = {
    "datepicker": Typed(
        kind="datepicker", fields={**_BASE, **_PLACEHOLDER, "initial_date": Str(pattern=_DATE)}
    ),
    "timepicker": Typed(
        kind="timepicker",
        fields={**_BASE, **_PLACEHOLDER, "initial_time": Str(pattern=_TIME), "timezone": Str(least=1)},
    ),
    "datetimepicker": Typed(
        kind="datetimepicker",
        fields={**_BASE, "initial_date_time": Num(least=1_000_000_000, most=9_999_999_999)},
    ),
}
_INPUTS: dict[str, Rule] = {
    "plain_text_input": Both(
        first=Typed(
            kind="plain_text_input",
            fields={
                **_TYPING,
                "initial_value": Str(most=3000),
                "multiline": Flag(),
                "min_length": Num(least=0, most=3000),
                "max_length": Num(least=1, most=3000),
            },
        ),
        then=LeastBeforeMost(least="min_length", most="max_length"),
    ),
    "email_text_input": Typed(kind="email_text_input", fields={**_TYPING, "initial_value": Str()}),
    "url_text_input": Typed(kind="url_text_input", fields={**_TYPING, "initial_value": Str()}),
    "number_input": Both(
        first=Typed(
            kind="number_input",
            fields={
                **_TYPING,
                "is_decimal_allowed": Flag(),
                **dict.fromkeys(("initial_value", "min_value", "max_value"), Str(pattern=r"-?\d+(\.\d+)?")),
            },
            required=("is_decimal_allowed",),
        ),
        then=LeastBeforeMost(least="min_value", most="max_value"),
    ),
    "rich_text_input": Typed(
        kind="rich_text_input",
        fields={
            **_TYPING,
            "initial_value": RICH_TEXT_ONLY,
            "min_lines": Num(least=1, most=100),
            "max_lines": Num(least=1, most=100),
        },
    ),
    "file_input": Typed(
        kind="file_input",
        fields={"action_id": ID, "filetypes": Many(of=Str(least=1)), "max_files": Num(least=1, most=10)},
    ),
}
_SELECTS: dict[str, Rule] = {
    **_select(
        "static_select", {"initial_option": OPTION}, {"initial_options": Many(of=OPTION, least=1)}, _STATIC
    ),
    **_select(
        "external_select",
        {"initial_option": OPTION},
        {"initial_options": Many(of=OPTION, least=1)},
        {"min_query_length": Num(least=0)},
    ),
    **_select("users_select", {"initial_user": Str(least=1)}, {"initial_users": _IDS}, {}),
    **_select(
        "channels_select",
        {"initial_channel": Str(least=1), "response_url_enabled": Flag()},
        {"initial_channels": _IDS},
        {},
    ),
    **_select(
        "conversations_select",
        {"initial_conversation": Str(least=1), "response_url_enabled": Flag()},
        {"initial_conversations": _IDS},
        {"default_to_current_conversation": Flag(), "filter": CONVERSATION_FILTER},
    ),
}
BUTTON: dict[str, Rule] = _button_like(
    "button", {"url": URL, "value": Str(most=2000), "style": STYLE, "confirm": CONFIRM}, ()
)
_WORKFLOW = Thing(
    fields={
        "trigger": Thing(
            fields={
                "url": URL,
                "customizable_input_parameters": Many(
                    of=Thing(fields={"name": Str(least=1), "value": Str()}, required=("name", "value"))
                ),
            },
            required=("url",),
        )
    },
    required=("trigger",),
)
_WORKFLOW_BUTTON = _button_like(
    "workflow_button", {"workflow": _WORKFLOW, "style": STYLE, "confirm": CONFIRM}, ("workflow",)
)
_FEEDBACK = Thing(
    fields={"text": plain(75), "value": Str(most=2000), "accessibility_label": Str(most=75)},
    required=("text", "value"),
)
CONTEXT_ACTION_ELEMENTS: dict[str, Rule] = {
    "feedback_buttons": Typed(
        kind="feedback_buttons",
        fields={"action_id": ID, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        required=("positive_button", "negative_button"),
    ),
    **_button_like(
        "icon_button",
        {
            "icon": Str(least=1),
            "value": Str(most=2000),
            "confirm": CONFIRM,
            "visible_to_user_ids": Many(of=Str(least=1), most=10),
        },
        ("icon",),
    ),
}
_SHARED: dict[str, Rule] = {
    **_CHOICES,
    **_SELECTS,
    "datepicker": _PICKERS["datepicker"],
    "timepicker": _PICKERS["timepicker"],
}
ELEMENTS: dict[str, Rule] = {
    **BUTTON,
    **_WORKFLOW_BUTTON,
    **_CHOICES,
    **_SELECTS,
    **_PICKERS,
    **_INPUTS,
    **CONTEXT_ACTION_ELEMENTS,
    "image": IMAGE_ELEMENT,
}
IN_ACTIONS = ByType(
    table={
        **BUTTON,
        **_WORKFLOW_BUTTON,
        **_SHARED,
        "datetimepicker": _PICKERS["datetimepicker"],
        "rich_text_input": _INPUTS["rich_text_input"],
    }
)
IN_SECTION = ByType(table={**BUTTON, **_WORKFLOW_BUTTON, **_SHARED, "image": IMAGE_ELEMENT})
IN_INPUT = ByType(
    table={
        **{k: r for k, r in _SHARED.items() if k != "overflow"},
        **_INPUTS,
        "datetimepicker": _PICKERS["datetimepicker"],
    }
)
INTERACTIVE = frozenset(ELEMENTS) - {"image"}
