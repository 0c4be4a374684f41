"""Block Kit's blocks, and on which surface each may stand.

Source: docs.slack.dev/reference/block-kit/blocks; limits as measured in `reference/slack.md` section 1.2.
"""

from sandbox.slack.block_elements import (
    BUTTON,
    CONTEXT_ACTION_ELEMENTS,
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from sandbox.slack.block_objects import (
    ID,
    IMAGE_ELEMENT,
    IMAGE_ONLY,
    RICH_TEXT,
    RICH_TEXT_ONLY,
    SLACK_FILE,
    URL,
    mrkdwn,
    plain,
    text,
)
from sandbox.slack.block_rules import ByType, Flag, Many, Num, Rule, Str, Thing, Typed, table_of

STATUS = frozenset({"pending", "in_progress", "complete", "error"})


def _block(
    kind: str,
    fields: dict[str, Rule],
    required: tuple[str, ...] = (),
    *,
    exactly_one: tuple[tuple[str, ...], ...] = (),
    at_least_one: tuple[tuple[str, ...], ...] = (),
) -> Typed:
    return Typed(
        kind=kind,
        fields={"block_id": ID, **fields},
        required=required,
        exactly_one=exactly_one,
        at_least_one=at_least_one,
    )


_CONTEXT_TEXTS = table_of(
    IMAGE_ELEMENT,
    Typed(kind="plain_text", fields={"text": Str(most=3000, least=1), "emoji": Flag()}, required=("text",)),
    Typed(kind="mrkdwn", fields={"text": Str(most=3000, least=1), "verbatim": Flag()}, required=("text",)),
)
_RAW = {
    "raw_text": Typed(kind="raw_text", fields={"text": Str(least=1)}, required=("text",)),
    "raw_number": Typed(
        kind="raw_number",
        fields={"value": Num(whole=False), "text": Str(least=1)},
        required=("value", "text"),
    ),
    "rich_text": RICH_TEXT,
}
_ACTION_CELL = Typed(
    kind="action_cell",
    fields={"elements": Many(of=ByType(table=BUTTON), least=1)},
    required=("elements",),
)
_TASK = _block(
    "task_card",
    {
        "task_id": Str(least=1),
        "title": Str(least=1),
        "status": Str(among=STATUS),
        "details": RICH_TEXT_ONLY,
        "output": RICH_TEXT_ONLY,
        "hide_title": Flag(),
        "sources": Many(
            of=ByType(
                table=table_of(
                    Typed(kind="url", fields={"url": URL, "text": Str(least=1)}, required=("url", "text"))
                )
            )
        ),
    },
    ("task_id", "title", "status"),
)
_CARD = _block(
    "card",
    {
        "hero_image": IMAGE_ONLY,
        "icon": IMAGE_ONLY,
        "slack_icon": Thing(fields={"name": Str(least=1), "type": Str()}, required=("name",)),
        "title": mrkdwn(150),
        "subtitle": mrkdwn(150),
        "body": mrkdwn(200),
        "subtext": mrkdwn(200),
        "actions": Many(of=ByType(table=BUTTON), least=1, most=3),
    },
    at_least_one=(("title", "body", "hero_image", "actions"),),
)
_POINT = Thing(
    fields={"label": Str(most=20, least=1), "value": Num(whole=False)}, required=("label", "value")
)
_SERIES = Thing(
    fields={"name": Str(most=20, least=1), "data": Many(of=_POINT, least=1, most=20)},
    required=("name", "data"),
)
_AXES = Thing(
    fields={
        "categories": Many(of=Str(most=20, least=1), least=1, most=20),
        "x_label": Str(most=50),
        "y_label": Str(most=50),
    },
    required=("categories",),
)
_CHARTS = table_of(
    Typed(kind="pie", fields={"segments": Many(of=_POINT, least=1, most=12)}, required=("segments",)),
    *(
        Typed(
            kind=kind,
            fields={"series": Many(of=_SERIES, least=1, most=12), "axis_config": _AXES},
            required=("series", "axis_config"),
        )
        for kind in ("bar", "area", "line")
    ),
)
_COLUMN = Thing(fields={"align": Str(among=frozenset({"left", "center", "right"})), "is_wrapped": Flag()})
BLOCKS: dict[str, Rule] = table_of(
    _block(
        "section",
        {
            "text": text(3000),
            "fields": Many(of=text(2000), least=1, most=10),
            "accessory": IN_SECTION,
            "expand": Flag(),
        },
        at_least_one=(("text", "fields"),),
    ),
    _block("header", {"text": plain(150), "level": Num(least=1, most=4)}, ("text",)),
    _block("divider", {}),
    _block("context", {"elements": Many(of=ByType(table=_CONTEXT_TEXTS), least=1, most=10)}, ("elements",)),
    _block("actions", {"elements": Many(of=IN_ACTIONS, least=1, most=25)}, ("elements",)),
    _block(
        "context_actions",
        {"elements": Many(of=ByType(table=CONTEXT_ACTION_ELEMENTS), least=1, most=5)},
        ("elements",),
    ),
    _block(
        "input",
        {
            "label": plain(2000),
            "element": IN_INPUT,
            "hint": plain(2000),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
        ("label", "element"),
    ),
    _block(
        "image",
        {
            "image_url": URL,
            "slack_file": SLACK_FILE,
            "alt_text": Str(most=2000, least=1),
            "title": plain(2000),
        },
        ("alt_text",),
        exactly_one=(("image_url", "slack_file"),),
    ),
    RICH_TEXT,
    _block("markdown", {"text": Str(most=12000, least=1)}, ("text",)),
    _block(
        "table",
        {
            "rows": Many(of=Many(of=ByType(table=_RAW), least=1, most=20), least=1, most=100),
            "column_settings": Many(of=_COLUMN, most=20),
        },
        ("rows",),
    ),
    _block(
        "data_table",
        {
            "caption": Str(least=1),
            "rows": Many(
                of=Many(of=ByType(table={**_RAW, "action_cell": _ACTION_CELL}), least=1, most=20),
                least=2,
                most=201,
            ),
            "page_size": Num(least=1, most=100),
            "row_header_column_index": Num(least=0),
        },
        ("caption", "rows"),
    ),
    _block(
        "data_visualization",
        {"title": Str(most=50, least=1), "chart": ByType(table=_CHARTS)},
        ("title", "chart"),
    ),
    _TASK,
    _block(
        "plan", {"title": Str(least=1), "tasks": Many(of=ByType(table=table_of(_TASK)), most=50)}, ("title",)
    ),
    _CARD,
    _block("carousel", {"elements": Many(of=ByType(table=table_of(_CARD)), least=1, most=10)}, ("elements",)),
    _block(
        "alert",
        {
            "text": text(200),
            "level": Str(among=frozenset({"default", "info", "warning", "error", "success"})),
        },
        ("text",),
    ),
    _block(
        "file",
        {"external_id": Str(least=1), "source": Str(among=frozenset({"remote"}))},
        ("external_id", "source"),
    ),
    _block(
        "video",
        {
            "alt_text": Str(most=2000, least=1),
            "title": plain(200),
            "description": plain(200),
            "author_name": Str(most=50),
            "provider_name": Str(most=50),
            "provider_icon_url": Str(most=2000),
            "title_url": Str(most=2000),
            "thumbnail_url": URL,
            "video_url": URL,
        },
        ("alt_text", "title", "thumbnail_url", "video_url"),
    ),
)
_IN_CONTAINER = frozenset(
    {
        "actions",
        "context",
        "divider",
        "file",
        "header",
        "image",
        "input",
        "rich_text",
        "section",
        "table",
        "video",
    }
)
BLOCKS["container"] = _block(
    "container",
    {
        "title": plain(150),
        "rich_text_title": RICH_TEXT_ONLY,
        "subtitle": text(150),
        "child_blocks": Many(of=ByType(table=BLOCKS, only=_IN_CONTAINER), least=1, most=10),
        "width": Str(among=frozenset({"narrow", "standard", "wide", "full"})),
        "icon": IMAGE_ONLY,
        "is_collapsible": Flag(),
        "default_collapsed": Flag(),
        "has_header_divider": Flag(),
    },
    ("child_blocks",),
)
_EVERYWHERE = frozenset(
    {"actions", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
)
_WIDE = frozenset({"carousel", "container", "data_table", "data_visualization", "table"})
SURFACES: dict[str, frozenset[str]] = {
    "message": _EVERYWHERE | _WIDE | {"context_actions", "file", "markdown", "plan", "task_card"},
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE | _WIDE,
}
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
