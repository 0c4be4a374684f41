"""The builders: whatever texts they are given, what they make is valid, and what they can't make they refuse."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack.blocks import Surface, fit_message, validate
from bot.views import blocks as build
from bot.views import inputs as ask
from bot.views.text import escape, mention, say
from sandbox.slack.surfaces import check_blocks, check_view

TEXT = st.one_of(
    st.text(max_size=40),
    st.text(min_size=1, max_size=8).map(lambda part: part * 700),
    st.just("  \n "),
    st.just(mention("U0123ABC")),
    st.text(max_size=30).map(lambda part: say("*{a}* {b}", a=part, b=mention("U0123ABC") + "<" * 900)),
)
SOME = st.one_of(st.none(), TEXT)
ID = st.text(alphabet="abcdefgh.:-0123456789", min_size=1, max_size=255)
VALUE = st.text(min_size=1, max_size=150)
STYLES = st.sampled_from([None, "primary", "danger"])
CONFIRMS = st.builds(build.confirm, TEXT, TEXT, yes=TEXT, no=TEXT, style=STYLES)
BUTTONS = st.builds(
    build.button,
    TEXT,
    action_id=ID,
    value=st.one_of(st.none(), VALUE),
    style=STYLES,
    confirm=st.one_of(st.none(), CONFIRMS),
    url=st.sampled_from([None, "https://a.example/?a=1&b=2"]),
    accessibility_label=SOME,
)
OPTIONS = st.lists(
    st.builds(ask.option, TEXT, VALUE, description=SOME),
    min_size=1,
    max_size=10,
    unique_by=lambda o: o["value"],
)


def _selects(options: list[build.Json]) -> st.SearchStrategy[build.Json]:
    first = st.sampled_from([None, *options])
    some = st.lists(st.sampled_from(options), max_size=len(options), unique_by=lambda o: str(o["value"]))
    listed: Any = st.just(options)
    return st.one_of(
        st.builds(ask.static_select, ID, listed, initial=first, placeholder=SOME),
        st.builds(ask.checkboxes, ID, listed, initial=some),
        st.builds(ask.radio_buttons, ID, listed, initial=first),
    )


SELECTS = OPTIONS.flatmap(_selects)
NUMBERS = st.one_of(st.none(), st.integers(-100, 100), st.floats(-1e6, 1e6, allow_nan=False))
SMALL = st.one_of(
    st.builds(ask.users_select, ID, placeholder=SOME),
    st.builds(ask.conversations_select, ID, here=st.booleans(), placeholder=SOME),
    st.builds(ask.datepicker, ID, initial=st.one_of(st.none(), st.dates(date(1000, 1, 1)))),
    BUTTONS,
    SELECTS,
)
ANSWERED = st.one_of(
    SMALL.filter(lambda one: one["type"] != "button"),
    st.builds(ask.datetimepicker, ID, initial=st.sampled_from([None, datetime(2026, 11, 23, tzinfo=UTC)])),
    st.builds(ask.plain_text_input, ID, initial=SOME, placeholder=SOME, multiline=st.booleans()),
    st.builds(ask.number_input, ID, initial=NUMBERS, decimal=st.booleans(), placeholder=SOME),
)
SECTIONS = st.builds(
    build.section,
    SOME,
    fields=st.lists(TEXT, max_size=13),
    accessory=st.one_of(st.none(), SMALL),
)
ROWS = st.lists(BUTTONS, min_size=1, max_size=25, unique_by=lambda b: b["action_id"]).map(
    lambda row: build.actions(*row)
)
ANY_BLOCK = st.one_of(
    st.builds(build.header, TEXT),
    SECTIONS,
    st.lists(TEXT, max_size=13).map(lambda texts: build.context(*texts)),
    st.just(build.divider()),
    ROWS,
)
INPUTS = st.builds(
    ask.input_block,
    TEXT,
    ANSWERED,
    hint=SOME,
    optional=st.booleans(),
    dispatch=st.booleans(),
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FEW
@given(ANY_BLOCK)
def test_every_block_that_is_built_is_valid_in_a_message(block: build.Json) -> None:
    """No name, title or reason, however long or empty, makes Slack refuse a message."""
    found = [p for p in validate({"text": "x", "blocks": [block]}, Surface.MESSAGE) if p.pointer != "/blocks"]
    assert found == []
    assert check_blocks([block], "message") == []


@FEW
@given(
    title=TEXT, submit=TEXT, close=SOME, blocks=st.lists(st.one_of(ANY_BLOCK, INPUTS), min_size=1, max_size=6)
)
def test_every_modal_that_is_built_is_valid(
    title: str, submit: str, close: str | None, blocks: list[build.Json]
) -> None:
    """Forms of any of our elements open."""
    view = build.modal(title, blocks, callback_id="start", submit=submit, close=close, private_metadata="{}")
    assert validate(view, Surface.MODAL) == ()
    assert check_view(view, "modal") == []
    assert validate({"response_action": "push", "view": view}, Surface.ACK) == ()


@FEW
@given(blocks=st.lists(ANY_BLOCK, min_size=1, max_size=6))
def test_every_home_that_is_built_is_valid(blocks: list[build.Json]) -> None:
    """The App Home takes the same blocks."""
    assert validate(build.home(blocks, private_metadata="1"), Surface.HOME) == ()


@FEW
@given(text=TEXT, blocks=st.lists(ANY_BLOCK, max_size=70))
def test_every_message_can_be_made_to_fit(text: str, blocks: list[build.Json]) -> None:
    """However much is said, what is sent is valid, and only what had to go is gone."""
    fitted = fit_message(text, blocks)
    payload = {"text": fitted.text, "blocks": list(fitted.blocks)}
    assert validate(payload, Surface.MESSAGE) == ()
    assert fit_message(fitted.text, fitted.blocks).blocks == fitted.blocks
    assert 0 <= fitted.cut <= len(blocks)


def test_outside_text_is_escaped_and_markup_is_not() -> None:
    """A plain string comes from outside; Mrkdwn is sent as it is; plain text is never escaped."""
    shown = [
        build.section("a & <b>"),
        build.section(mention("U0123ABC")),
        build.context("<x>", escape("<y>")),
        build.header("a & <b>"),
        build.section(fields=["<!here>"]),
    ]
    texts = [block.get("text") or block.get("elements") or block.get("fields") for block in shown]
    assert texts == [
        {"type": "mrkdwn", "text": "a &amp; &lt;b&gt;"},
        {"type": "mrkdwn", "text": "<@U0123ABC>"},
        [{"type": "mrkdwn", "text": "&lt;x&gt;"}, {"type": "mrkdwn", "text": "&lt;y&gt;"}],
        {"type": "plain_text", "text": "a & <b>", "emoji": True},
        [{"type": "mrkdwn", "text": "&lt;!here&gt;"}],
    ]


def test_an_empty_text_becomes_a_dash() -> None:
    """Slack refuses a whole message for one empty text."""
    assert build.section("")["text"] == {"type": "mrkdwn", "text": "\N{EN DASH}"}
    assert build.context()["elements"] == [{"type": "mrkdwn", "text": "\N{EN DASH}"}]
    assert build.plain(" ")["text"] == "\N{EN DASH}"


def test_too_many_fields_say_how_many_more() -> None:
    """Ten fit; the tenth tells of the rest."""
    fields: Any = build.section(fields=[str(n) for n in range(12)])["fields"]
    assert [field["text"] for field in fields] == [*map(str, range(9)), "…and 3 more"]


def _opt(value: str) -> build.Json:
    return ask.option("Choice", value)


@pytest.mark.parametrize(
    "wrong",
    [
        build.actions,
        lambda: build.actions(*[build.button("a", action_id=str(n)) for n in range(26)]),
        lambda: build.actions(build.button("a", action_id="x"), build.button("b", action_id="x")),
        lambda: build.button("a", action_id=""),
        lambda: build.button("a", action_id="x" * 256),
        lambda: build.button("a", action_id="x", value="y" * 2_001),
        lambda: build.button("a", action_id="x", url="https://a.example/" + "y" * 3_000),
        lambda: build.section("a", block_id="x" * 256),
        lambda: build.modal("a", []),
        lambda: build.modal("a", [build.divider()] * 101),
        lambda: build.modal("a", [build.divider()], private_metadata="x" * 3_001),
        lambda: build.home([]),
        lambda: build.section("a", accessory=ask.datetimepicker("x")),
        lambda: ask.option("a", ""),
        lambda: ask.option("a", "x" * 151),
        lambda: ask.static_select("x", []),
        lambda: ask.static_select("x", [_opt(str(n)) for n in range(101)]),
        lambda: ask.static_select("x", [_opt("1"), _opt("1")]),
        lambda: ask.static_select("x", [_opt("1")], initial=_opt("2")),
        lambda: ask.checkboxes("x", [_opt(str(n)) for n in range(11)]),
        lambda: ask.radio_buttons("x", [_opt("1")], initial=_opt("2")),
        lambda: ask.datetimepicker("x", initial=datetime(2026, 1, 1)),  # noqa: DTZ001 - the mistake itself
    ],
)
def test_what_can_not_be_made_is_refused(wrong: Any) -> None:
    """Ids, values and counts are ours: a wrong one is a mistake in our code, and cutting it would hide that."""
    with pytest.raises(ValueError, match=r".+"):
        wrong()


def test_numbers_are_written_out() -> None:
    """Slack wants decimal strings, without an exponent."""
    made = ask.number_input("x", initial=0.5, least=-1e-5, most=1_000_000, decimal=True)
    assert (made["initial_value"], made["min_value"], made["max_value"]) == ("0.5", "-0.00001", "1000000")


@pytest.mark.parametrize("name", ["blocks", "inputs", "text"])
def test_builders_are_pure(name: str) -> None:
    """No clock, chance, logging, event loop or vendor's library."""
    tree = ast.parse(Path(f"bot/views/{name}.py").read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    allowed = {"re", "collections.abc", "datetime", "typing", "bot.views.text", "bot.views.blocks"}
    assert imported <= allowed
