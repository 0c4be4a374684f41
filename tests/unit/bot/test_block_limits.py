"""Our tables of Slack's limits against those of an independent implementation, slackblocks."""

from typing import Any

import pytest
import slackblocks._limits as limits
import slackblocks._surfaces as surfaces

from bot.slack import block_rules as rules
from bot.slack.block_data import CHARTS
from bot.slack.block_elements import BUTTON, CONFIRM, FILE_INPUT, OPTION, PICKERS, SELECTS, TYPED_IN
from bot.slack.block_rich_text import RICH_TEXT
from bot.slack.block_shapes import ALLOWED, BLOCKS, HOME, MESSAGE, MODAL


def test_which_block_may_stand_where_equals_slackblocks() -> None:
    """Our table of surfaces is the one of an independent implementation."""
    theirs = surfaces._BLOCK_TYPES_BY_SURFACE
    assert {surface.value: ALLOWED[surface] for surface in ALLOWED} == dict(theirs)


def _keys(shape: rules.Shape) -> dict[str, rules.Rule]:
    return {**shape.optional, **shape.required}


def _rule(shape: rules.Shape, *path: str) -> Any:
    """The rule below a shape; `[]` steps into a list, a name into a key or a typed shape."""
    found: Any = shape
    for step in path:
        if step == "[]":
            found = found.of
        elif isinstance(found, rules.Typed):
            found = found.shapes[step]
        else:
            found = _keys(found)[step]
    return found


_SEGMENT = ("segments", "[]")
_SERIES = ("series", "[]")
_SELECT = SELECTS["static_select"]
_INPUTS = {**TYPED_IN, "rich_text_input": _rule(BLOCKS["input"], "element", "rich_text_input")}
_PARTS: dict[str, rules.Shape] = _rule(RICH_TEXT, "elements", "[]").shapes
_CONTEXT: dict[str, rules.Shape] = _rule(BLOCKS["context_actions"], "elements", "[]").shapes
_CHART: Any = {"SEGMENT": _rule(CHARTS["pie"], *_SEGMENT), "SERIES": _rule(CHARTS["bar"], *_SERIES)}

# slackblocks' name → the rule of ours that must hold the same number.
RULES: dict[str, Any] = {
    "TEXT": _rule(BLOCKS["section"], "text"),
    "ACTION_ID": _rule(BUTTON, "action_id"),
    "BLOCK_ID": _rule(BLOCKS["divider"], "block_id"),
    **{
        f"BUTTON_{key.upper()}": _rule(BUTTON, key) for key in ("text", "url", "value", "accessibility_label")
    },
    **{f"CONFIRMATION_{key.upper()}": _rule(CONFIRM, key) for key in ("title", "text", "confirm", "deny")},
    **{f"OPTION_{key.upper()}": _rule(OPTION, key) for key in ("text", "value", "description")},
    "OPTION_URL": _rule(BLOCKS["actions"], "elements", "[]", "overflow", "options", "[]", "url"),
    "OPTION_GROUP_LABEL": _rule(_SELECT, "option_groups", "[]", "label"),
    "OPTION_GROUP_OPTIONS": _rule(_SELECT, "option_groups", "[]", "options"),
    "SELECT_PLACEHOLDER": _rule(_SELECT, "placeholder"),
    "SELECT_OPTIONS": _rule(_SELECT, "options"),
    "SELECT_OPTION_GROUPS": _rule(_SELECT, "option_groups"),
    "SELECT_MIN_QUERY_LENGTH": _rule(SELECTS["external_select"], "min_query_length"),
    "MULTI_SELECT_MAX_SELECTED_ITEMS": _rule(SELECTS["multi_users_select"], "max_selected_items"),
    "OVERFLOW_OPTIONS": _rule(BLOCKS["actions"], "elements", "[]", "overflow", "options"),
    "CHECKBOXES_OPTIONS": _rule(PICKERS["checkboxes"], "options"),
    "RADIO_BUTTONS_OPTIONS": _rule(PICKERS["radio_buttons"], "options"),
    "FILE_INPUT_MAX_FILES": _rule(FILE_INPUT, "max_files"),
    "PLAIN_TEXT_INPUT_MIN_LENGTH": _rule(TYPED_IN["plain_text_input"], "min_length"),
    "PLAIN_TEXT_INPUT_MAX_LENGTH": _rule(TYPED_IN["plain_text_input"], "max_length"),
    "PLAIN_TEXT_INPUT_PLACEHOLDER": _rule(TYPED_IN["plain_text_input"], "placeholder"),
    "EMAIL_INPUT_PLACEHOLDER": _rule(TYPED_IN["email_text_input"], "placeholder"),
    "URL_INPUT_PLACEHOLDER": _rule(TYPED_IN["url_text_input"], "placeholder"),
    "NUMBER_INPUT_PLACEHOLDER": _rule(TYPED_IN["number_input"], "placeholder"),
    "DATE_PICKER_PLACEHOLDER": _rule(PICKERS["datepicker"], "placeholder"),
    "TIME_PICKER_PLACEHOLDER": _rule(PICKERS["timepicker"], "placeholder"),
    "RICH_TEXT_INPUT_PLACEHOLDER": _rule(_INPUTS["rich_text_input"], "placeholder"),
    "RICH_TEXT_INPUT_MIN_LINES": _rule(_INPUTS["rich_text_input"], "min_lines"),
    "RICH_TEXT_INPUT_MAX_LINES": _rule(_INPUTS["rich_text_input"], "max_lines"),
    "CONVERSATION_FILTER_INCLUDE": _rule(SELECTS["conversations_select"], "filter", "include"),
    "DISPATCH_ACTION_CONFIGURATION_TRIGGER_ACTIONS_ON": _rule(
        TYPED_IN["plain_text_input"], "dispatch_action_config", "trigger_actions_on"
    ),
    "ACTIONS_ELEMENTS": _rule(BLOCKS["actions"], "elements"),
    "ALERT_TEXT": _rule(BLOCKS["alert"], "text"),
    **{
        f"CARD_{k.upper()}": _rule(BLOCKS["card"], k)
        for k in ("title", "subtitle", "body", "actions", "subtext")
    },
    "CAROUSEL_ELEMENTS": _rule(BLOCKS["carousel"], "elements"),
    **{
        f"CONTAINER_{k.upper()}": _rule(BLOCKS["container"], k) for k in ("title", "subtitle", "child_blocks")
    },
    "CONTEXT_ELEMENTS": _rule(BLOCKS["context"], "elements"),
    "CONTEXT_ACTIONS_ELEMENTS": _rule(BLOCKS["context_actions"], "elements"),
    **{
        f"FEEDBACK_BUTTON_{k.upper()}": _rule(_CONTEXT["feedback_buttons"], "positive_button", k)
        for k in ("text", "value", "accessibility_label")
    },
    **{
        f"ICON_BUTTON_{k.upper()}": _rule(_CONTEXT["icon_button"], k)
        for k in ("value", "accessibility_label", "visible_to_user_ids")
    },
    **{
        f"WORKFLOW_BUTTON_{k.upper()}": _rule(BLOCKS["actions"], "elements", "[]", "workflow_button", k)
        for k in ("text", "accessibility_label")
    },
    "TABLE_ROWS": _rule(BLOCKS["table"], "rows"),
    "TABLE_COLUMNS": _rule(BLOCKS["table"], "rows", "[]"),
    "TABLE_COLUMN_SETTINGS": _rule(BLOCKS["table"], "column_settings"),
    "DATA_TABLE_ROWS": _rule(BLOCKS["data_table"], "rows"),
    "DATA_TABLE_COLUMNS": _rule(BLOCKS["data_table"], "rows", "[]"),
    "DATA_TABLE_PAGE_SIZE": _rule(BLOCKS["data_table"], "page_size"),
    "DATA_TABLE_CELL_TEXT": _rule(BLOCKS["data_table"], "rows", "[]", "[]", "raw_text", "text"),
    "DATA_TABLE_ROW_HEADER_COLUMN_INDEX": _rule(BLOCKS["data_table"], "row_header_column_index"),
    "DATA_VISUALIZATION_TITLE": _rule(BLOCKS["data_visualization"], "title"),
    "DATA_VISUALIZATION_SEGMENTS": _rule(CHARTS["pie"], "segments"),
    "DATA_VISUALIZATION_SEGMENT_LABEL": _rule(_CHART["SEGMENT"], "label"),
    "DATA_VISUALIZATION_SEGMENT_VALUE": _rule(_CHART["SEGMENT"], "value"),
    "DATA_VISUALIZATION_SERIES": _rule(CHARTS["bar"], "series"),
    "DATA_VISUALIZATION_SERIES_NAME": _rule(_CHART["SERIES"], "name"),
    "DATA_VISUALIZATION_DATA": _rule(_CHART["SERIES"], "data"),
    "DATA_VISUALIZATION_POINT_LABEL": _rule(_CHART["SERIES"], "data", "[]", "label"),
    "DATA_VISUALIZATION_CATEGORIES": _rule(CHARTS["bar"], "axis_config", "categories"),
    "DATA_VISUALIZATION_CATEGORY_LABEL": _rule(CHARTS["bar"], "axis_config", "categories", "[]"),
    "DATA_VISUALIZATION_AXIS_LABEL": _rule(CHARTS["bar"], "axis_config", "x_label"),
    "HEADER_TEXT": _rule(BLOCKS["header"], "text"),
    **{f"IMAGE_{k.upper()}": _rule(BLOCKS["image"], k) for k in ("image_url", "alt_text", "title")},
    **{
        f"IMAGE_ELEMENT_{k.upper()}": _rule(BLOCKS["context"], "elements", "[]", "image", k)
        for k in ("image_url", "alt_text")
    },
    "INPUT_LABEL": _rule(BLOCKS["input"], "label"),
    "INPUT_HINT": _rule(BLOCKS["input"], "hint"),
    "MARKDOWN_TEXT": _rule(BLOCKS["markdown"], "text"),
    "PLAN_TASKS": _rule(BLOCKS["plan"], "tasks"),
    "RICH_TEXT_LIST_INDENT": _rule(_PARTS["rich_text_list"], "indent"),
    "RICH_TEXT_LIST_OFFSET": _rule(_PARTS["rich_text_list"], "offset"),
    **{
        f"RICH_TEXT_{k.upper()}_BORDER": _rule(_PARTS[f"rich_text_{k}"], "border")
        for k in ("list", "quote", "preformatted")
    },
    "SECTION_TEXT": _rule(BLOCKS["section"], "text"),
    "SECTION_FIELDS": _rule(BLOCKS["section"], "fields"),
    "SECTION_FIELDS_ITEM": _rule(BLOCKS["section"], "fields", "[]"),
    **{
        f"VIDEO_{k.upper()}": _rule(BLOCKS["video"], k)
        for k in (*BLOCKS["video"].required, *BLOCKS["video"].optional)
        if k != "block_id"
    },
    "MESSAGE_CHANNEL": _rule(MESSAGE, "channel"),
    "MESSAGE_BLOCKS": _rule(MESSAGE, "blocks"),
    "VIEW_BLOCKS": _rule(HOME, "blocks"),
    **{
        f"VIEW_{k.upper()}": _rule(MODAL, k)
        for k in ("private_metadata", "callback_id", "external_id", "title", "close", "submit")
    },
}
ELSEWHERE = {
    "BUTTON_AGENT_PROMPT_MAX_LENGTH": "not in Slack's own types, and we ask no agent",
    "MARKDOWN_TOTAL_TEXT_MAX_LENGTH": "a sum over the payload: a sample shows it",
    "DATA_TABLE_CONTENT_MAX_LENGTH": "a sum: a sample shows it",
    "DATA_TABLE_TOTAL_CONTENT_MAX_LENGTH": "a sum: a sample shows it",
    "MESSAGE_DATA_VISUALIZATIONS_MAX_ITEMS": "a count over the payload: a sample shows it",
    "MESSAGE_ATTACHMENTS_MAX_ITEMS": "attachments are refused altogether",
}
_ENDS = {
    "_EXCLUSIVE_MIN": "above",
    "_MIN_LENGTH": "least",
    "_MAX_LENGTH": "most",
    "_MIN_ITEMS": "least",
    "_MAX_ITEMS": "most",
    "_MIN": "least",
    "_MAX": "most",
}


def _named(name: str) -> tuple[str, str]:
    """A limit of slackblocks as the name of our rule and its attribute; the longest rule name wins."""
    fits = [(name[: -len(end)], attr) for end, attr in _ENDS.items() if name.endswith(end)]
    return next((fit for fit in sorted(fits, key=lambda fit: -len(fit[0])) if fit[0] in RULES), fits[0])


LIMITS = {name: value for name, value in vars(limits).items() if name.isupper()}


@pytest.mark.parametrize("name", [name for name in LIMITS if name not in ELSEWHERE])
def test_limits_equal_the_registry_of_slackblocks(name: str) -> None:
    """Every limit of an independent registry is in our tables, with the same number."""
    rule, attribute = _named(name)
    assert getattr(RULES[rule], attribute) == LIMITS[name]


def test_the_excused_limits_exist() -> None:
    """An excuse for a limit that is gone would hide the next one of its name."""
    assert set(ELSEWHERE) <= set(LIMITS)
