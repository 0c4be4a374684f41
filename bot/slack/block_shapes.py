"""The rules of blocks and of the views and messages that hold them. See `block_elements` for the sources."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from bot.slack.block_data import DATA_TABLE, DATA_VISUALIZATION, PLAN, TABLE, TASK_CARD
from bot.slack.block_elements import (
    BUTTON,
    CONFIRM,
    FILE_INPUT,
    FLAG,
    ID,
    IMAGE_ELEMENT,
    IMAGE_SOURCE,
    NAME,
    OPTION_GROUPS,
    OPTIONS,
    OVERFLOW,
    PICKERS,
    SELECTS,
    SLACK_FILE,
    TYPED_IN,
    URL,
    WORKFLOW_BUTTON,
)
from bot.slack.block_rich_text import RICH_INPUT, RICH_TEXT, RICH_TEXT_RULE
from bot.slack.block_rules import Free, Json, Many, Rule, Rules, Shape, Str, Text, Typed, plain, words


class Surface(StrEnum):
    """Where a payload goes.

    MESSAGE is the arguments of chat.postMessage, chat.update and chat.postEphemeral; RESPONSE the body of a
    `response_url` post or of a command's ack; ACK the body that answers a modal's submission
    (`response_action`) or a request for options.
    """

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"
    RESPONSE = "response"
    ACK = "ack"


_OPERABLE: Mapping[str, Shape] = {
    "button": BUTTON,
    "workflow_button": WORKFLOW_BUTTON,
    "overflow": OVERFLOW,
    **PICKERS,
    **SELECTS,
}
_BESIDE = {kind: shape for kind, shape in _OPERABLE.items() if kind != "datetimepicker"}
_ASKABLE: Mapping[str, Shape] = {
    **PICKERS,
    **SELECTS,
    **TYPED_IN,
    "rich_text_input": RICH_INPUT,
    "file_input": FILE_INPUT,
}
_IMAGE: Rule = Typed(shapes={"image": IMAGE_ELEMENT})

_CONTEXT_ACTIONS: Mapping[str, Shape] = {
    "feedback_buttons": Shape(
        required={
            "action_id": ID,
            **dict.fromkeys(
                ("positive_button", "negative_button"),
                Shape(
                    required={"text": plain(75), "value": Str(most=2000)},
                    optional={"accessibility_label": Str(most=75)},
                ),
            ),
        },
        optional={},
    ),
    "icon_button": Shape(
        required={"action_id": ID, "icon": words("trash"), "text": plain(3000)},
        optional={
            "value": Str(most=2000),
            "confirm": CONFIRM,
            "accessibility_label": Str(most=75),
            "visible_to_user_ids": Many(of=NAME, most=10),
        },
    ),
}


def _block(required: Rules, optional: Rules = MappingProxyType({})) -> Shape:
    return Shape(required=required, optional={"block_id": ID, **optional})


def _folds(value: Json) -> Iterable[tuple[str, str]]:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield "/default_collapsed", "needs is_collapsible"
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield "/has_header_divider", "is for containers that can't be collapsed"


_CARD_PARTS = frozenset({"hero_image", "title", "actions", "body"})
_CARD = Shape(
    required={},
    optional={
        "block_id": ID,
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "slack_icon": Typed(shapes={"icon": Shape(required={"name": NAME}, optional={})}),
        "title": Text(most=150),
        "subtitle": Text(most=150),
        "body": Text(most=200),
        "subtext": Text(most=200),
        "actions": Many(of=Typed(shapes={"button": BUTTON}), most=3),
    },
    any_of=_CARD_PARTS,
)

_SMALL_BLOCKS: Mapping[str, Shape] = {
    "actions": _block(
        {"elements": Many(of=Typed(shapes={**_OPERABLE, "rich_text_input": RICH_INPUT}), most=25)}
    ),
    "context": _block({"elements": Many(of=Typed(shapes={"image": IMAGE_ELEMENT}, text=Text()), most=10)}),
    "divider": _block({}),
    "file": _block({"external_id": NAME, "source": words("remote")}),
    "header": _block({"text": plain(150)}),
    "image": Shape(
        required={"alt_text": Str(most=2000)},
        optional={"block_id": ID, "image_url": URL, "slack_file": SLACK_FILE, "title": plain(2000)},
        one_of=(IMAGE_SOURCE,),
    ),
    "input": _block(
        {"label": plain(2000), "element": Typed(shapes=_ASKABLE)},
        {"hint": plain(2000), "optional": FLAG, "dispatch_action": FLAG},
    ),
    "rich_text": RICH_TEXT,
    "section": Shape(
        required={},
        optional={
            "block_id": ID,
            "text": Text(most=3000),
            "fields": Many(of=Text(most=2000), most=10),
            "accessory": Typed(shapes={**_BESIDE, "image": IMAGE_ELEMENT}),
            "expand": FLAG,
        },
        any_of=frozenset({"text", "fields"}),
    ),
    "table": TABLE,
    "video": _block(
        {
            "alt_text": Str(most=2000),
            "title": plain(200),
            "thumbnail_url": URL,
            "video_url": URL,
        },
        {
            "author_name": Str(most=50),
            "description": plain(200),
            "provider_icon_url": Str(most=2000),
            "provider_name": Str(most=50),
            "title_url": Str(most=2000),
        },
    ),
}
BLOCKS: Mapping[str, Shape] = {
    **_SMALL_BLOCKS,
    "alert": _block(
        {"text": Text(most=200)}, {"level": words("default", "info", "warning", "error", "success")}
    ),
    "card": _CARD,
    "carousel": _block({"elements": Many(of=Typed(shapes={"card": _CARD}), most=10)}),
    "container": Shape(
        required={"child_blocks": Many(of=Typed(shapes=_SMALL_BLOCKS), most=10)},
        optional={
            "block_id": ID,
            "title": plain(150),
            "rich_text_title": RICH_TEXT_RULE,
            "subtitle": Text(most=150),
            "width": words("narrow", "standard", "wide", "full"),
            "icon": _IMAGE,
            "is_collapsible": FLAG,
            "default_collapsed": FLAG,
            "has_header_divider": FLAG,
        },
        one_of=(frozenset({"title", "rich_text_title"}),),
        cross=(_folds,),
    ),
    "context_actions": _block({"elements": Many(of=Typed(shapes=_CONTEXT_ACTIONS), most=5)}),
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "markdown": _block({"text": Str(most=12_000)}),
    "plan": PLAN,
    "task_card": TASK_CARD,
}
_EVERYWHERE = frozenset(
    {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
)
_WIDE = _EVERYWHERE | {"carousel", "container", "data_table", "data_visualization", "table"}
ALLOWED: Mapping[Surface, frozenset[str]] = {
    Surface.MODAL: _EVERYWHERE | {"alert"},
    Surface.HOME: _WIDE,
    Surface.MESSAGE: _WIDE | {"context_actions", "file", "markdown", "plan", "task_card"},
}
"""Which blocks may stand where; the other surfaces hold messages."""

_SAID: Rules = {"text": Str(solid=True), "blocks": Many(of=Typed(shapes=BLOCKS), least=0, most=50)}
_SHOWN: Rules = {"unfurl_links": FLAG, "unfurl_media": FLAG, "mrkdwn": FLAG, "thread_ts": NAME}
_METADATA = Shape(required={"event_type": ID, "event_payload": Free()}, optional={"entities": Free()})


def _broadcast(value: Json) -> Iterable[tuple[str, str]]:
    if value.get("reply_broadcast") and "thread_ts" not in value:
        yield "/reply_broadcast", "is for replies: it needs thread_ts"


def _says_something(value: Json) -> Iterable[tuple[str, str]]:
    if value and "text" not in value and value.get("delete_original") is not True:
        yield "/text", "is missing: screen readers and notifications read only the text"


def _answers(value: Json) -> Iterable[tuple[str, str]]:
    """A modal that can be submitted needs a name, and one that asks must be submittable."""
    blocks = value.get("blocks")
    kinds = (
        [b.get("type") for b in blocks if isinstance(b, Mapping)] if isinstance(blocks, list | tuple) else []
    )
    if "input" in kinds and "submit" not in value:
        yield "/submit", "is missing: a modal with input blocks needs it"
    if "submit" in value and "callback_id" not in value:
        yield "/callback_id", "is missing: nobody would hear what is submitted"


_VIEW: Rules = {"callback_id": ID, "external_id": ID, "private_metadata": Str(most=3000, least=0)}
_VIEW_BLOCKS: Rules = {"blocks": Many(of=Typed(shapes=BLOCKS), most=100)}
MODAL = Shape(
    required={"type": words("modal"), "title": plain(24), **_VIEW_BLOCKS},
    optional={
        **_VIEW,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": FLAG,
        "notify_on_close": FLAG,
    },
    cross=(_answers,),
)
HOME = Shape(required={"type": words("home"), **_VIEW_BLOCKS}, optional=_VIEW)
MESSAGE = Shape(
    required={"text": _SAID["text"]},
    optional={
        "blocks": _SAID["blocks"],
        **_SHOWN,
        **dict.fromkeys(("channel", "ts", "user"), NAME),
        "reply_broadcast": FLAG,
        "metadata": _METADATA,
        "link_names": FLAG,
        "parse": words("full", "none"),
    },
    cross=(_broadcast,),
)
RESPONSE = Shape(
    required={},
    optional={
        **_SAID,
        **_SHOWN,
        "response_type": words("ephemeral", "in_channel"),
        "replace_original": FLAG,
        "delete_original": FLAG,
        "metadata": _METADATA,
    },
    cross=(_says_something,),
)
ACKS: Mapping[str, Shape] = {
    "errors": Shape(required={"response_action": words("errors"), "errors": Free()}, optional={}),
    "update": Shape(required={"response_action": words("update"), "view": MODAL}, optional={}),
    "push": Shape(required={"response_action": words("push"), "view": MODAL}, optional={}),
    "clear": Shape(required={"response_action": words("clear")}, optional={}),
}
OPTIONS_ACK = Shape(
    required={},
    optional={"options": replace(OPTIONS, least=0), "option_groups": replace(OPTION_GROUPS, least=0)},
    one_of=(frozenset({"options", "option_groups"}),),
)
"""The answer to a block_suggestion: at most 100 options."""
