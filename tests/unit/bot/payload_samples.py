"""Good payloads of every block type, and bad ones with the place where each is wrong."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Words*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "a", **keys: Any) -> Json:
    return {"text": plain("Choice"), "value": value, **keys}


def button(action_id: str = "go", **keys: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": action_id, **keys}


def section(**keys: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **keys}


def actions(*elements: Json, **keys: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **keys}


def asked(element: Json, **keys: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **keys}


def element(kind: str, **keys: Any) -> Json:
    return {"type": kind, "action_id": "x", **keys}


def rich(*parts: Json) -> Json:
    section_of = {"type": "rich_text_section", "elements": list(parts) or [{"type": "text", "text": "a"}]}
    return {"type": "rich_text", "elements": [section_of]}


CONFIRM = {"title": plain(), "text": mrkdwn(), "confirm": plain("Yes"), "deny": plain("No")}
IMAGE = {"type": "image", "image_url": "https://a.example/i.png", "alt_text": "A chart"}
CARD = {"type": "card", "title": mrkdwn("iOS"), "body": mrkdwn(), "actions": [button()]}
TASK = {"type": "task_card", "task_id": "t1", "title": "Cut the branch", "status": "complete"}
CELL = {"type": "raw_text", "text": "a"}
NUMBER = {"type": "raw_number", "value": 1.5, "text": "1.5"}
SERIES = {"name": "Crashes", "data": [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 2}]}
LINE = {"type": "line", "series": [SERIES], "axis_config": {"categories": ["Mon", "Tue"], "x_label": "Day"}}
TWINS = {**LINE, "series": [SERIES] * 2}
PIE = {"type": "pie", "segments": [{"label": "a", "value": 0.5}]}

BLOCKS: dict[str, Json] = {
    "actions": actions(
        button(value="1", style="primary", confirm=CONFIRM, accessibility_label="Go on"),
        element("overflow", options=[option(url="https://a.example")]),
        element("datepicker", initial_date="2026-11-23") | {"action_id": "day"},
        element("timepicker", initial_time="09:30", timezone="Europe/Berlin") | {"action_id": "time"},
    ),
    "alert": {"type": "alert", "text": mrkdwn(), "level": "warning"},
    "card": CARD,
    "carousel": {"type": "carousel", "elements": [CARD]},
    "container": {"type": "container", "title": plain(), "child_blocks": [section()], "is_collapsible": True},
    "context": {"type": "context", "elements": [mrkdwn(), plain(), IMAGE]},
    "context_actions": {
        "type": "context_actions",
        "elements": [element("icon_button", icon="trash", text=plain())],
    },
    "data_table": {"type": "data_table", "caption": "Builds", "rows": [[CELL, CELL], [NUMBER, rich()]]},
    "data_visualization": {"type": "data_visualization", "title": "Crash-free", "chart": LINE},
    "divider": {"type": "divider", "block_id": "line"},
    "file": {"type": "file", "external_id": "f1", "source": "remote"},
    "header": {"type": "header", "text": plain()},
    "image": {**IMAGE, "title": plain()},
    "input": asked(element("plain_text_input", min_length=1, max_length=80), hint=plain(), optional=True),
    "markdown": {"type": "markdown", "text": "# Notes"},
    "plan": {"type": "plan", "title": "Release", "tasks": [{**TASK, "status": "pending"}]},
    "rich_text": rich(
        {"type": "text", "text": " ", "style": {"bold": True}},
        {"type": "user", "user_id": "U1"},
        {"type": "link", "url": "https://a.example"},
        {"type": "date", "timestamp": 1, "format": "{date}"},
    ),
    "section": section(fields=[plain(), mrkdwn()], accessory=button()),
    "table": {"type": "table", "rows": [[CELL, rich()]], "column_settings": [{"align": "right"}]},
    "task_card": {
        **TASK,
        "details": rich(),
        "sources": [{"type": "url", "url": "https://a.example", "text": "CI"}],
    },
    "video": {
        "type": "video",
        "alt_text": "A demo",
        "title": plain(),
        "thumbnail_url": "https://a.example/t.png",
        "video_url": "https://a.example/v",
    },
}
"""One good block of each type."""

ELEMENTS: tuple[Json, ...] = (
    element("static_select", options=[option("a"), option("b")], initial_option=option("b")),
    element("static_select", option_groups=[{"label": plain(), "options": [option()]}], placeholder=plain()),
    element("external_select", min_query_length=0),
    element("users_select", initial_user="U1"),
    element("conversations_select", filter={"include": ["public"]}, default_to_current_conversation=True),
    element("channels_select", initial_channel="C1"),
    element("multi_static_select", options=[option()], initial_options=[option()], max_selected_items=1),
    element("multi_external_select"),
    element("multi_users_select", initial_users=["U1"]),
    element("multi_conversations_select", focus_on_load=True),
    element("multi_channels_select"),
    element("checkboxes", options=[{"text": mrkdwn(), "value": "a", "description": mrkdwn()}]),
    element("radio_buttons", options=[option()], initial_option=option()),
    element("datetimepicker", initial_date_time=1_800_000_000),
    element("number_input", is_decimal_allowed=True, min_value="-1.5", max_value="3", initial_value="0"),
    element("email_text_input"),
    element("url_text_input", dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}),
    element("rich_text_input", initial_value=rich(), min_lines=2),
    element("file_input", filetypes=["apk"], max_files=3),
)
"""What a form can ask with."""


def message(*blocks: Json, **keys: Any) -> Json:
    return {"channel": "C1", "text": "Words", "blocks": list(blocks), **keys}


def modal(*blocks: Json, **keys: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks) or [section()], **keys}


def home(*blocks: Json, **keys: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **keys}


SUBMIT = {"submit": plain("Start"), "callback_id": "start"}


def in_actions(one: Json) -> Json:
    return message(actions(one))


def in_form(one: Json, **keys: Any) -> Json:
    return modal(asked(one), **SUBMIT, **keys)


_E = "/blocks/0/elements/0"
_I = "/blocks/0/element"
_select = element("static_select", options=[option()])

BAD_MESSAGES: tuple[tuple[Json, str], ...] = (
    ({"channel": "C1", "blocks": []}, "/text"),
    (message(text=" "), "/text"),
    (message(text="é" * 2_001), "/text"),
    (message(text="&" * 801), "/text"),
    (message(colour="red"), "/colour"),
    (message(attachments=[]), "/attachments"),
    (message(reply_broadcast=True), "/reply_broadcast"),
    (message(metadata={"event_type": "a"}), "/metadata/event_payload"),
    (message(blocks={}), "/blocks"),
    (message(*[section()] * 51), "/blocks"),
    (message(*[section(text=mrkdwn("a" * 2_900))] * 5), "/blocks"),
    (message({"type": "sektion", "text": mrkdwn()}), "/blocks/0/type"),
    (message({"text": mrkdwn()}), "/blocks/0/type"),
    (message(BLOCKS["alert"]), "/blocks/0/type"),
    (message(section(block_id="b"), section(block_id="b")), "/blocks/1/block_id"),
    (message(section(block_id="b" * 256)), "/blocks/0/block_id"),
    (message(section(block_id="")), "/blocks/0/block_id"),
    (message({"type": "section"}), "/blocks/0"),
    (message({"type": "header"}), "/blocks/0/text"),
    (message({"type": "header", "text": plain("a" * 151)}), "/blocks/0/text/text"),
    (message({"type": "header", "text": mrkdwn()}), "/blocks/0/text/type"),
    (message({"type": "divider", "text": plain()}), "/blocks/0/text"),
    (message(section(text=mrkdwn("a" * 3_001))), "/blocks/0/text/text"),
    (message(section(text=mrkdwn("  "))), "/blocks/0/text/text"),
    (message(section(text="words")), "/blocks/0/text"),
    (message(section(text={"type": "mrkdwn", "text": "a", "emoji": True})), "/blocks/0/text/emoji"),
    (message(section(text={"type": "html", "text": "a"})), "/blocks/0/text/type"),
    (message(section(fields=[plain()] * 11)), "/blocks/0/fields"),
    (message(section(fields=[])), "/blocks/0/fields"),
    (message(section(fields=[mrkdwn("a" * 2_001)])), "/blocks/0/fields/0/text"),
    (message(section(accessory=element("plain_text_input"))), "/blocks/0/accessory/type"),
    (message(section(accessory=element("datetimepicker"))), "/blocks/0/accessory/type"),
    (message({"type": "context", "elements": [mrkdwn()] * 11}), "/blocks/0/elements"),
    (message({"type": "context", "elements": [button()]}), f"{_E}/type"),
    (message(actions()), "/blocks/0/elements"),
    (message(actions(*[button(f"a{n}") for n in range(26)])), "/blocks/0/elements"),
    (message(actions(button(), button())), "/blocks/0/elements/1/action_id"),
    (in_actions(button(text=plain("a" * 76))), f"{_E}/text/text"),
    (in_actions(button(value="a" * 2_001)), f"{_E}/value"),
    (in_actions(button(url="not a url")), f"{_E}/url"),
    (in_actions(button(style="warning")), f"{_E}/style"),
    (in_actions(button(accessibility_label="a" * 76)), f"{_E}/accessibility_label"),
    (in_actions({"type": "button", "text": plain()}), f"{_E}/action_id"),
    (in_actions(button(confirm={**CONFIRM, "title": plain("a" * 101)})), f"{_E}/confirm/title/text"),
    (in_actions(button(confirm={**CONFIRM, "text": plain("a" * 301)})), f"{_E}/confirm/text/text"),
    (in_actions(button(confirm={**CONFIRM, "confirm": plain("a" * 31)})), f"{_E}/confirm/confirm/text"),
    (in_actions(button(confirm={k: CONFIRM[k] for k in ("title", "text", "deny")})), f"{_E}/confirm/confirm"),
    (in_actions(element("overflow", options=[option(str(n)) for n in range(6)])), f"{_E}/options"),
    (in_actions({**_select, "options": [option(str(n)) for n in range(101)]}), f"{_E}/options"),
    (in_actions({**_select, "option_groups": [{"label": plain(), "options": [option("b")]}]}), _E),
    (in_actions({**_select, "options": [option(value="a" * 151)]}), f"{_E}/options/0/value"),
    (in_actions({**_select, "options": [option(url="https://a.example")]}), f"{_E}/options/0/url"),
    (in_actions({**_select, "options": [option(), option()]}), f"{_E}/options"),
    (in_actions({**_select, "initial_option": option("z")}), f"{_E}/initial_option"),
    (in_actions({**_select, "placeholder": plain("a" * 151)}), f"{_E}/placeholder/text"),
    (in_actions(element("datepicker", initial_date="23.11.2026")), f"{_E}/initial_date"),
    (in_actions(element("timepicker", initial_time="25:00")), f"{_E}/initial_time"),
    (in_actions(element("datetimepicker", initial_date_time="now")), f"{_E}/initial_date_time"),
    (in_actions(element("conversations_select", response_url_enabled=True)), f"{_E}/response_url_enabled"),
    (message({"type": "image", "alt_text": "a"}), "/blocks/0"),
    (message({"type": "image", "image_url": "https://a.example"}), "/blocks/0/alt_text"),
    (message(*[{"type": "markdown", "text": "a" * 6_001}] * 2), "/blocks"),
    (message(BLOCKS["table"], BLOCKS["table"]), "/blocks"),
    (message({"type": "table", "rows": [[CELL] * 21]}), "/blocks/0/rows/0"),
    (message({"type": "table", "rows": [[{"type": "raw_text", "text": "a" * 10_001}]]}), "/blocks"),
    (message({**BLOCKS["data_table"], "rows": [[CELL], [CELL, CELL]]}), "/blocks/0/rows/1"),
    (message({**BLOCKS["data_table"], "page_size": 101}), "/blocks/0/page_size"),
    (message(*[BLOCKS["data_visualization"]] * 3), "/blocks"),
    (message({**TASK, "status": "pending"}), "/blocks/0/status"),
    (message({"type": "plan", "title": "R", "tasks": [TASK, TASK]}), "/blocks/0/tasks/1/task_id"),
    (message({"type": "card", "icon": IMAGE}), "/blocks/0"),
    (message({**CARD, "actions": [button("1"), button("1")]}), "/blocks/0/actions/1/action_id"),
    (message({"type": "container", "title": plain(), "child_blocks": [CARD]}), "/blocks/0/child_blocks/0/type"),
    (message({**BLOCKS["rich_text"], "elements": [{"type": "text", "text": "a"}]}), f"{_E}/type"),
    (message(rich({"type": "tag", "text": "a"})), f"{_E}/elements/0/type"),
    (message({**BLOCKS["data_visualization"], "chart": TWINS}), "/blocks/0/chart/series/1/name"),
)  # fmt: skip
BAD_MODALS: tuple[tuple[Json, str], ...] = (
    (modal(title=plain("a" * 25)), "/title/text"),
    (modal(title=mrkdwn("a")), "/title/type"),
    (modal(close=plain("a" * 25)), "/close/text"),
    ({"type": "modal", "title": plain()}, "/blocks"),
    (modal(type="dialog"), "/type"),
    (modal(asked(element("plain_text_input"))), "/submit"),
    (modal(submit=plain("Go")), "/callback_id"),
    (modal(private_metadata="a" * 3_001), "/private_metadata"),
    (modal(callback_id="a" * 256), "/callback_id"),
    (modal(*[section()] * 101), "/blocks"),
    (modal(*[section(text=mrkdwn("a" * 3_000))] * 84), ""),
    (modal(BLOCKS["table"]), "/blocks/0/type"),
    (modal(BLOCKS["markdown"]), "/blocks/0/type"),
    (in_form(button()), f"{_I}/type"),
    (in_form(element("plain_text_input", min_length=5, max_length=3)), f"{_I}/min_length"),
    (in_form(element("plain_text_input", max_length=3_001)), f"{_I}/max_length"),
    (in_form(element("number_input")), f"{_I}/is_decimal_allowed"),
    (in_form(element("number_input", is_decimal_allowed=False, min_value=1)), f"{_I}/min_value"),
    (in_form(element("checkboxes", options=[option(str(n)) for n in range(11)])), f"{_I}/options"),
    (in_form(element("radio_buttons", options=[])), f"{_I}/options"),
    (in_form(element("file_input", max_files=11)), f"{_I}/max_files"),
    (modal(asked(element("users_select"), hint=plain("a" * 2_001)), **SUBMIT), "/blocks/0/hint/text"),
    (modal(*[asked(element("users_select", focus_on_load=True))] * 2, **SUBMIT), "/blocks/1/element/focus_on_load"),
)  # fmt: skip
BAD_HOMES: tuple[tuple[Json, str], ...] = (
    (home(), "/blocks"),
    (home(BLOCKS["alert"]), "/blocks/0/type"),
    (home(section(), title=plain()), "/title"),
)
BAD_RESPONSES: tuple[tuple[Json, str], ...] = (
    ({"blocks": [section()]}, "/text"),
    ({"text": "a", "response_type": "public"}, "/response_type"),
    ({"text": "a", "channel": "C1"}, "/channel"),
    ({"text": "a", "replace_original": "yes"}, "/replace_original"),
)
BAD_ACKS: tuple[tuple[Json, str], ...] = (
    ({"response_action": "close"}, "/response_action"),
    ({"response_action": "errors", "errors": {}}, "/errors"),
    ({"response_action": "errors", "errors": {"name": ""}}, "/errors/name"),
    ({"response_action": "update"}, "/view"),
    ({"response_action": "update", "view": modal(title=plain("a" * 25))}, "/view/title/text"),
    ({"response_action": "push", "view": modal(BLOCKS["markdown"])}, "/view/blocks/0/type"),
    ({"options": [option(str(n)) for n in range(101)]}, "/options"),
    ({"blocks": []}, "/text"),
)
