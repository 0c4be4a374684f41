"""The rules of what stands inside blocks: texts, options, buttons, selects, pickers, inputs.

Limits are Slack's (docs.slack.dev/reference/block-kit); a test holds them equal to the registry of the
`slackblocks` package. Two rules are our own: whatever a person can operate carries an `action_id`, and every
option carries a `value`, because our router has nothing else to go by.
"""

from collections.abc import Iterable, Mapping

from bot.slack.block_rules import Cross, Flag, Json, Many, Number, Rules, Shape, Str, Text, plain, words

FLAG = Flag()
ID = Str(most=255)
URL = Str(most=3000, pattern=r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")
NAME = Str()
PLACEHOLDER = plain(150)
STYLE = words("primary", "danger")
DECIMAL = Str(pattern=r"-?\d+(\.\d+)?")


def _ordered(low: str, high: str) -> Cross:
    def rule(value: Json) -> Iterable[tuple[str, str]]:
        a, b = value.get(low), value.get(high)
        try:
            if a is not None and b is not None and float(str(a)) > float(str(b)):
                yield f"/{low}", f"is greater than {high}"
        except ValueError:
            return  # not numbers: the rule of the key itself says so

    return rule


def _offered(value: Json) -> list[object]:
    options = value.get("options")
    groups = value.get("option_groups")
    found = list(options) if isinstance(options, list | tuple) else []
    for group in groups if isinstance(groups, list | tuple) else []:
        inner = group.get("options") if isinstance(group, Mapping) else None
        found += inner if isinstance(inner, list | tuple) else []
    return found


def initial_is_offered(value: Json) -> Iterable[tuple[str, str]]:
    """What is chosen at first must be, to the letter, one of the options."""
    offered = _offered(value)
    if "initial_option" in value and value["initial_option"] not in offered:
        yield "/initial_option", "is not one of the options"
    chosen = value.get("initial_options")
    for index, option in enumerate(chosen if isinstance(chosen, list | tuple) else ()):
        if option not in offered:
            yield f"/initial_options/{index}", "is not one of the options"


def values_differ(value: Json) -> Iterable[tuple[str, str]]:
    """Two options with one value can't be told apart when they are chosen."""
    seen: set[object] = set()
    for index, option in enumerate(_offered(value)):
        mine = option.get("value") if isinstance(option, Mapping) else None
        if isinstance(mine, str) and mine in seen:
            yield "/options" if "options" in value else "/option_groups", f"value {mine!r} repeats at {index}"
        if isinstance(mine, str):
            seen.add(mine)


CONFIRM = Shape(
    required={"title": plain(100), "text": Text(most=300), "confirm": plain(30), "deny": plain(30)},
    optional={"style": STYLE},
)
_CHOICE: Rules = {"value": Str(most=150)}
OPTION = Shape(required={"text": plain(75), **_CHOICE}, optional={"description": plain(75)})
TICK_OPTION = Shape(required={"text": Text(most=75), **_CHOICE}, optional={"description": Text(most=75)})
LINK_OPTION = Shape(required={"text": plain(75), **_CHOICE}, optional={"description": plain(75), "url": URL})
OPTIONS = Many(of=OPTION, most=100)
OPTION_GROUPS = Many(of=Shape(required={"label": plain(75), "options": OPTIONS}, optional={}), most=100)
DISPATCH = Shape(
    required={"trigger_actions_on": Many(of=words("on_enter_pressed", "on_character_entered"), most=2)},
    optional={},
)
FILTER = Shape(
    required={},
    optional={
        "include": Many(of=words("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": FLAG,
        "exclude_bot_users": FLAG,
    },
    any_of=frozenset({"include", "exclude_external_shared_channels", "exclude_bot_users"}),
)
SLACK_FILE = Shape(required={}, optional={"id": NAME, "url": URL}, one_of=(frozenset({"id", "url"}),))
IMAGE_SOURCE = frozenset({"image_url", "slack_file"})
IMAGE_ELEMENT = Shape(
    required={"alt_text": Str(most=2000)},
    optional={"image_url": URL, "slack_file": SLACK_FILE},
    one_of=(IMAGE_SOURCE,),
)
_LABEL: Rules = {"accessibility_label": Str(most=75)}
_FOCUS: Rules = {"focus_on_load": FLAG}
_ASKS: Rules = {"confirm": CONFIRM, **_FOCUS}
_PICKS: Rules = {**_ASKS, "placeholder": PLACEHOLDER}
_TYPES: Rules = {"placeholder": PLACEHOLDER, "dispatch_action_config": DISPATCH, **_FOCUS}
_WHERE: Rules = {"filter": FILTER, "default_to_current_conversation": FLAG}
_SEVERAL: Rules = {"max_selected_items": Number(least=1)}
_QUERY: Rules = {"min_query_length": Number(least=0)}
_LISTED = frozenset({"options", "option_groups"})


def _operated(required: Rules, optional: Rules, *cross: Cross, listed: bool = False) -> Shape:
    required = {"action_id": ID, **required}
    return Shape(required=required, optional=optional, cross=cross, one_of=(_LISTED,) if listed else ())


def _ids(key: str) -> Rules:
    return {key: Many(of=NAME)}


BUTTON = _operated(
    {"text": plain(75)},
    {"value": Str(most=2000), "url": URL, "style": STYLE, "confirm": CONFIRM, **_LABEL},
)
TRIGGER = Shape(
    required={"url": URL},
    optional={
        "customizable_input_parameters": Many(
            of=Shape(required={"name": NAME, "value": Str(least=0)}, optional={})
        )
    },
)
WORKFLOW_BUTTON = _operated(
    {"text": plain(75), "workflow": Shape(required={"trigger": TRIGGER}, optional={})},
    {"style": STYLE, **_LABEL},
)
_LIST_OF: Rules = {"options": OPTIONS, "option_groups": OPTION_GROUPS}

SELECTS: Mapping[str, Shape] = {
    "static_select": _operated(
        {}, {**_PICKS, **_LIST_OF, "initial_option": OPTION}, initial_is_offered, values_differ, listed=True
    ),
    "external_select": _operated({}, {**_PICKS, **_QUERY, "initial_option": OPTION}),
    "users_select": _operated({}, {**_PICKS, "initial_user": NAME}),
    "conversations_select": _operated(
        {}, {**_PICKS, **_WHERE, "initial_conversation": NAME, "response_url_enabled": FLAG}
    ),
    "channels_select": _operated({}, {**_PICKS, "initial_channel": NAME, "response_url_enabled": FLAG}),
    "multi_static_select": _operated(
        {},
        {**_PICKS, **_LIST_OF, **_SEVERAL, "initial_options": OPTIONS},
        initial_is_offered,
        values_differ,
        listed=True,
    ),
    "multi_external_select": _operated({}, {**_PICKS, **_SEVERAL, **_QUERY, "initial_options": OPTIONS}),
    "multi_users_select": _operated({}, {**_PICKS, **_SEVERAL, **_ids("initial_users")}),
    "multi_conversations_select": _operated(
        {}, {**_PICKS, **_SEVERAL, **_WHERE, **_ids("initial_conversations")}
    ),
    "multi_channels_select": _operated({}, {**_PICKS, **_SEVERAL, **_ids("initial_channels")}),
}

PICKERS: Mapping[str, Shape] = {
    "checkboxes": _operated(
        {"options": Many(of=TICK_OPTION, most=10)},
        {**_ASKS, "initial_options": Many(of=TICK_OPTION, most=10)},
        initial_is_offered,
        values_differ,
    ),
    "radio_buttons": _operated(
        {"options": Many(of=TICK_OPTION, most=10)},
        {**_ASKS, "initial_option": TICK_OPTION},
        initial_is_offered,
        values_differ,
    ),
    "datepicker": _operated({}, {**_PICKS, "initial_date": Str(pattern=r"\d{4}-\d{2}-\d{2}")}),
    "timepicker": _operated(
        {}, {**_PICKS, "initial_time": Str(pattern=r"([01]\d|2[0-3]):[0-5]\d"), "timezone": NAME}
    ),
    "datetimepicker": _operated(
        {}, {**_ASKS, "initial_date_time": Number(least=1_000_000_000, most=9_999_999_999)}
    ),
}

OVERFLOW = _operated({"options": Many(of=LINK_OPTION, most=5)}, {"confirm": CONFIRM}, values_differ)

TYPED_IN: Mapping[str, Shape] = {
    "plain_text_input": _operated(
        {},
        {
            **_TYPES,
            "initial_value": Str(most=3000, least=0),
            "multiline": FLAG,
            "min_length": Number(least=0, most=3000),
            "max_length": Number(least=1, most=3000),
        },
        _ordered("min_length", "max_length"),
    ),
    "number_input": _operated(
        {"is_decimal_allowed": FLAG},
        {**_TYPES, "initial_value": DECIMAL, "min_value": DECIMAL, "max_value": DECIMAL},
        _ordered("min_value", "max_value"),
        _ordered("min_value", "initial_value"),
        _ordered("initial_value", "max_value"),
    ),
    "email_text_input": _operated({}, {**_TYPES, "initial_value": NAME}),
    "url_text_input": _operated({}, {**_TYPES, "initial_value": NAME}),
}

FILE_INPUT = _operated({}, {**_ids("filetypes"), "max_files": Number(least=1, most=10)})
