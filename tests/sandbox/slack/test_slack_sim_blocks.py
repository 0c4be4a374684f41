"""The simulator's own Block Kit rules: what Slack takes, it takes; what Slack refuses, it points at."""

from typing import Any

import pytest
from slackblocks import _limits as limits
from slackblocks import _surfaces as surfaces

from sandbox.slack.block_layouts import MOST_BLOCKS, SURFACES
from sandbox.slack.surfaces import check_blocks, check_view, escaped_bytes
from tests.sandbox.slack.slack_sim_rig import actions, button, modal, plain, section, text_input


def option(text: str, **fields: Any) -> dict[str, Any]:
    """Return an option whose value is its text."""
    return {"text": plain(text), "value": text, **fields}


def ask(element: dict[str, Any]) -> dict[str, Any]:
    """Return an input block around an element."""
    return {"type": "input", "label": plain("x"), "element": element}


def menu(words: str, value: str) -> dict[str, Any]:
    """Return a select with one option."""
    return actions(select("static_select", options=[{"text": plain(words), "value": value}]))


def rich(*leaves: dict[str, Any]) -> dict[str, Any]:
    """Return a rich text of one section."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(leaves)}]}


def select(kind: str, **fields: Any) -> dict[str, Any]:
    """Return a select."""
    return {"type": kind, "action_id": kind, **fields}


E0 = "/blocks/0/elements/0"
PICTURE = {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a"}
WORD = {"type": "text", "text": "word"}
DIALOG = {"title": plain("t"), "text": plain("t"), "confirm": plain("y"), "deny": plain("n")}
WRONG = option("b")
LIST = {"type": "rich_text_list", "style": "bullet", "elements": [], "indent": 9}
TASK = {"type": "task_card", "task_id": "t1", "title": "Build", "status": "complete"}
RAW = {"type": "raw_text", "text": "cell"}
GOOD: list[dict[str, Any]] = [
    section("hello", accessory=button("Go", "go", style="primary", confirm=DIALOG)),
    {"type": "section", "fields": [plain("a"), {"type": "mrkdwn", "text": "b", "verbatim": True}]},
    {"type": "header", "text": {"type": "plain_text", "text": "Head", "emoji": True}},
    {"type": "divider"},
    {"type": "context", "elements": [plain("a"), PICTURE]},
    actions(
        button("Go", "go", url="https://x.example"),
        select("static_select", options=[option("a")], initial_option=option("a")),
        select("multi_static_select", option_groups=[{"label": plain("g"), "options": [option("a")]}]),
        select("users_select"), select("conversations_select", filter={"include": ["public"]}),
        select("channels_select"), select("external_select", min_query_length=0),
        {"type": "overflow", "action_id": "more", "options": [option("a", url="https://x.example")]},
        {"type": "datepicker", "action_id": "d", "initial_date": "2026-03-01"},
        {"type": "timepicker", "action_id": "t", "initial_time": "09:30", "timezone": "Europe/Amsterdam"},
        {"type": "datetimepicker", "action_id": "dt", "initial_date_time": 1_760_000_000},
        {"type": "checkboxes", "action_id": "c", "options": [option("a")], "initial_options": [option("a")]},
        {"type": "radio_buttons", "action_id": "r", "options": [option("a")], "initial_option": option("a")},
    ),
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "a", "title": plain("t")},
    rich(WORD, {"type": "user", "user_id": "U1", "style": {"bold": True}}),
    {"type": "markdown", "text": "# Notes"},
    {"type": "table", "rows": [[RAW, rich(WORD)]], "column_settings": [{"align": "right"}]},
    {"type": "data_table", "caption": "Builds", "rows": [[RAW], [{"type": "raw_number", "value": 1, "text": "1"}]]},
    {
        "type": "data_visualization",
        "title": "Rollout",
        "chart": {
            "type": "line",
            "series": [{"name": "a", "data": [{"label": "d1", "value": 1}]}],
            "axis_config": {"categories": ["d1"]},
        },
    },
    {"type": "plan", "title": "Train", "tasks": [TASK, {**TASK, "task_id": "t2", "status": "pending"}]},
    TASK,
    {"type": "card", "title": {"type": "mrkdwn", "text": "App"}, "actions": [button("Open", "open")]},
    {"type": "container", "title": plain("c"), "child_blocks": [{"type": "divider"}]},
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}]},
    text_input("Version", "version", min_length=1, max_length=20),
]  # fmt: skip


@pytest.mark.parametrize("block", GOOD, ids=lambda b: b["type"])
def test_good_blocks_are_taken(block: dict[str, Any]) -> None:
    """A block as Slack documents it is not refused in a message."""
    assert check_blocks([block], "message") == []


@pytest.mark.parametrize("block", GOOD, ids=lambda b: b["type"])
def test_an_unknown_key_is_refused(block: dict[str, Any]) -> None:
    """A misspelt key is an error at the block, not silently dropped."""
    found = check_blocks([{**block, "colour": "red"}], "message")
    assert [str(p) for p in found] == ["invalid additional property: colour [json-pointer:/blocks/0]"]


@pytest.mark.parametrize("block", GOOD, ids=lambda b: b["type"])
def test_a_long_block_id_is_refused(block: dict[str, Any]) -> None:
    """`block_id` has 255 characters at most, on every block."""
    found = check_blocks([{**block, "block_id": "x" * 256}], "message")
    assert [p.at for p in found] == ["/blocks/0/block_id"]


def over(count: int) -> list[dict[str, Any]]:
    """Return one option more than allowed."""
    return [option(f"o{n}") for n in range(count + 1)]


BAD: list[tuple[dict[str, Any], str]] = [
    (section("x" * 3001), "/blocks/0/text/text"),
    (section(""), "/blocks/0/text/text"),
    ({"type": "section"}, "/blocks/0"),
    ({"type": "section", "fields": [plain("x" * 2001)]}, "/blocks/0/fields/0/text"),
    ({"type": "section", "fields": [plain("x")] * 11}, "/blocks/0/fields"),
    (section("x", accessory={"type": "datetimepicker", "action_id": "a"}), "/blocks/0/accessory/type"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/blocks/0/text/type"),
    ({"type": "header", "text": plain("x" * 151)}, "/blocks/0/text/text"),
    ({"type": "context", "elements": [plain("x")] * 11}, "/blocks/0/elements"),
    ({"type": "context", "elements": [button("x", "x")]}, E0 + "/type"),
    (actions(), "/blocks/0/elements"),
    (actions(*(button("x", f"a{n}") for n in range(26))), "/blocks/0/elements"),
    (actions(button("x" * 76, "a")), E0 + "/text/text"),
    (actions(button("x", "a", value="x" * 2001)), E0 + "/value"),
    (actions(button("x", "a", url="https://x.example/" + "x" * 3000)), E0 + "/url"),
    (actions(button("x", "a", url="javascript:alert(1)")), E0 + "/url"),
    (actions(button("x", "a", style="green")), E0 + "/style"),
    (actions(button("x", "a" * 256)), E0 + "/action_id"),
    (actions(button("x", "a"), button("y", "a")), "/blocks/0/elements/1/action_id"),
    (actions(button("x", "a", confirm={**DIALOG, "title": plain("x" * 101)})), E0 + "/confirm/title/text"),
    (actions(button("x", "a", confirm={**DIALOG, "deny": plain("x" * 31)})), E0 + "/confirm/deny/text"),
    (actions({"type": "buton", "text": plain("x")}), E0 + "/type"),
    (actions({"type": "plain_text_input", "action_id": "a"}), E0 + "/type"),
    (actions(select("static_select", options=over(100))), E0 + "/options"),
    (actions(select("static_select")), E0),
    (actions(select("static_select", options=[option("a")], initial_option=WRONG)), E0 + "/initial_option"),
    (actions(select("static_select", options=[option("x" * 76)])), E0 + "/options/0/text/text"),
    (actions(select("users_select", placeholder=plain("x" * 151))), E0 + "/placeholder/text"),
    (actions({"type": "overflow", "options": over(5)}), E0 + "/options"),
    (actions({"type": "checkboxes", "options": over(10)}), E0 + "/options"),
    (actions({"type": "radio_buttons", "options": over(10)}), E0 + "/options"),
    (actions({"type": "datepicker", "initial_date": "1 March"}), E0 + "/initial_date"),
    (actions({"type": "timepicker", "initial_time": "25:00"}), E0 + "/initial_time"),
    (text_input("x" * 2001, "b"), "/blocks/0/label/text"),
    (text_input("x", "b", max_length=3001), "/blocks/0/element/max_length"),
    (text_input("x", "b", min_length=9, max_length=3), "/blocks/0/element/min_length"),
    (ask(button("x", "a")), "/blocks/0/element/type"),
    (ask({"type": "number_input", "action_id": "a"}), "/blocks/0/element"),
    (ask({"type": "file_input", "action_id": "a"}), "/blocks/0/element/type"),
    ({"type": "image", "image_url": "https://x.example/a.png"}, "/blocks/0"),
    ({"type": "markdown", "text": "x" * 12_001}, "/blocks/0/text"),
    ({"type": "table", "rows": [[RAW] * 21]}, "/blocks/0/rows/0"),
    ({"type": "table", "rows": [[RAW]] * 101}, "/blocks/0/rows"),
    ({"type": "table", "rows": [[{**RAW, "text": "x" * 10_001}]]}, "/blocks"),
    ({"type": "data_table", "rows": [[RAW], [RAW]]}, "/blocks/0"),
    ({"type": "data_table", "caption": "c", "rows": [[RAW], [RAW]], "page_size": 101}, "/blocks/0/page_size"),
    ({"type": "plan", "title": "p", "tasks": [TASK, TASK]}, "/blocks/0/tasks"),
    ({**TASK, "status": "pending"}, "/blocks/0/status"),
    ({**TASK, "status": "done"}, "/blocks/0/status"),
    ({"type": "alert", "text": plain("x")}, "/blocks/0/type"),
    ({"type": "sektion"}, "/blocks/0/type"),
    ({"text": plain("x")}, "/blocks/0"),
    ({"type": "container", "child_blocks": [GOOD[-4]]}, "/blocks/0/child_blocks/0/type"),
    (rich({"type": "text"}), E0 + "/elements/0"),
    ({"type": "rich_text", "elements": [LIST]}, E0 + "/indent"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "at"), BAD)
def test_bad_blocks_are_refused_at_their_place(block: dict[str, Any], at: str) -> None:
    """Each broken rule is found, once, where it is broken."""
    assert [p.at for p in check_blocks([block], "message")] == [at]


def test_the_refusal_is_worded_as_slack_words_it() -> None:
    """The words and the pointer are those of Slack's own answers."""
    found = [str(p) for p in check_blocks([section("x" * 3001)], "message")]
    assert found == ["must be less than 3001 characters [json-pointer:/blocks/0/text/text]"]


def test_block_ids_are_unique_in_a_payload() -> None:
    """Two blocks with one id are refused."""
    blocks = [section("x", block_id="a"), section("y", block_id="a")]
    assert [p.at for p in check_blocks(blocks, "message")] == ["/blocks/1/block_id"]


def test_sums_over_a_payload() -> None:
    """One table, two charts, 12,000 characters of markdown: counted over all blocks."""
    table = {"type": "table", "rows": [[RAW]]}
    assert [p.at for p in check_blocks([table, table], "message")] == ["/blocks"]
    markdown = {"type": "markdown", "text": "x" * 6_001}
    assert [p.at for p in check_blocks([markdown, markdown], "message")] == ["/blocks"]


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_the_number_of_blocks(surface: str) -> None:
    """A message has 50 blocks at most, a modal or home 100."""
    most = MOST_BLOCKS[surface]
    assert check_blocks([{"type": "divider"}] * most, surface) == []
    assert [p.at for p in check_blocks([{"type": "divider"}] * (most + 1), surface)] == ["/blocks"]


def test_surfaces_agree_with_an_independent_table() -> None:
    """Which blocks a surface takes is what slackblocks, written by others, says too."""
    assert surfaces._BLOCK_TYPES_BY_SURFACE == SURFACES


LIMITS: list[tuple[int, dict[str, Any], str]] = [
    (limits.HEADER_TEXT_MAX_LENGTH, {"type": "header", "text": plain("@")}, "@"),
    (limits.SECTION_TEXT_MAX_LENGTH, section("@"), "@"),
    (limits.SECTION_FIELDS_ITEM_MAX_LENGTH, {"type": "section", "fields": [plain("@")]}, "@"),
    (limits.BUTTON_TEXT_MAX_LENGTH, actions(button("@", "a")), "@"),
    (limits.BUTTON_VALUE_MAX_LENGTH, actions(button("x", "a", value="@")), "@"),
    (limits.ACTION_ID_MAX_LENGTH, actions(button("x", "@")), "@"),
    (limits.OPTION_VALUE_MAX_LENGTH, menu("x", "@"), "@"),
    (limits.OPTION_TEXT_MAX_LENGTH, menu("@", "x"), "@"),
    (limits.INPUT_LABEL_MAX_LENGTH, text_input("@", "b"), "@"),
    (limits.IMAGE_ALT_TEXT_MAX_LENGTH, {"type": "image", "image_url": "https://x.example", "alt_text": "@"}, "@"),
    (limits.MARKDOWN_TEXT_MAX_LENGTH, {"type": "markdown", "text": "@"}, "@"),
    (limits.CARD_TITLE_MAX_LENGTH, {"type": "card", "title": {"type": "mrkdwn", "text": "@"}}, "@"),
    (limits.CARD_BODY_MAX_LENGTH, {"type": "card", "body": {"type": "mrkdwn", "text": "@"}}, "@"),
    (limits.CONFIRMATION_TEXT_MAX_LENGTH, actions(button("x", "a", confirm={**DIALOG, "text": plain("@")})), "@"),
]  # fmt: skip


def filled(value: Any, mark: str, words: str) -> Any:
    """Return the value with a marked text replaced."""
    if isinstance(value, dict):
        return {k: filled(v, mark, words) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, mark, words) for v in value]
    return words if value == mark else value


@pytest.mark.parametrize(("most", "block", "mark"), LIMITS)
def test_limits_agree_with_an_independent_table(most: int, block: dict[str, Any], mark: str) -> None:
    """At the limit that slackblocks knows a text is taken, one character more is refused."""
    assert check_blocks([filled(block, mark, "x" * most)], "message") == []
    assert len(check_blocks([filled(block, mark, "x" * (most + 1))], "message")) == 1


@pytest.mark.parametrize(
    ("view", "at"),
    [
        (modal(title=plain("x" * 25)), "/view/title/text"),
        (modal(close=plain("x" * 25)), "/view/close/text"),
        (modal(private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(callback_id="x" * 256), "/view/callback_id"),
        (modal(text_input("Version", "v"), submit=None), "/view"),
        (modal({"type": "table", "rows": [[RAW]]}), "/view/blocks/0/type"),
        (modal(colour="red"), "/view"),
        (modal(type="home"), "/view/type"),
        (
            modal(text_input("a", "a", focus_on_load=True), text_input("b", "b", focus_on_load=True)),
            "/view/blocks",
        ),
    ],
)
def test_bad_modals_are_refused_at_their_place(view: dict[str, Any], at: str) -> None:
    """A modal keeps its own limits, and needs a submit button when it asks for something."""
    assert [p.at for p in check_view(view, "modal")] == [at]


def test_escaped_bytes_count_as_slack_counts() -> None:
    """`&`, `<` and `>` weigh as their entities, which are not escaped twice; other text weighs in UTF-8."""
    assert [escaped_bytes(t) for t in ("a", "&", "&amp;", "<", "é")] == [1, 5, 5, 4, 2]
