"""Payloads become values: who, where, what; and each request is told from its repeats."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.intent import key_of, parse, read_value, spoken, tenant_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KINDS = ("command", "action", "view", "view_closed", "shortcut", "event")


def command(**fields: Any) -> dict[str, Any]:
    """A command as Slack sends it."""
    return {
        "team_id": "T1",
        "user_id": "U1",
        "command": "/release",
        "text": "approve 2.14.0 force Now",
        "trigger_id": "1.2.abc",
        "response_url": "https://hooks.slack.com/x",
        "channel_id": "C1",
        **fields,
    }


def click(**fields: Any) -> dict[str, Any]:
    """A click on a message's button."""
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "channel": {"id": "C1"},
        "container": {"message_ts": "10.1", "thread_ts": "9.1"},
        "actions": [{"action_id": "gate.approve", "action_ts": "11.1", "value": '{"release":"REL-1"}'}],
        **fields,
    }


def test_a_command_is_a_word_and_the_rest() -> None:
    """The first word names the handler in any case; what follows keeps its own."""
    intent = parse("command", command(text="  APPROVE   2.14.0 force Now  "))
    assert (intent.name, intent.text) == ("approve", "2.14.0 force Now")
    assert (intent.tenant_id, intent.actor.id, intent.channel) == ("T1", "U1", "C1")


@pytest.mark.parametrize(
    "text", ["why\n2.14.0", "why\u00a02.14.0", "\u200bwhy\u2060 2.14.0", "\u202ewhy\u202c\t 2.14.0\n"]
)
def test_blanks_and_signs_that_nobody_sees_are_no_part_of_a_word(text: str) -> None:
    """What is copied from a page brings odd blanks, line ends and marks along: the word is the same."""
    intent = parse("command", command(text=text))
    assert (intent.name, intent.text) == ("why", "2.14.0")


def test_what_slack_escapes_is_read_as_it_was_typed() -> None:
    """Three characters come escaped, once, and links in brackets; names of people and channels stay references."""
    sent = "hold a &amp;lt; b &amp;&amp; c &lt;3 <@U2|bo> <https://a.example/?x=1&amp;y=2|a.example>"
    typed = "a &lt; b && c <3 <@U2|bo> https://a.example/?x=1&y=2"
    assert parse("command", command(text=sent)).text == typed
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "text": f"<@UB> {sent}", "ts": "1.1"}
    body = {"event_id": "Ev1", "event": event, "authorizations": [{"team_id": "T1", "user_id": "UB"}]}
    heard = spoken(parse("event", body))
    assert (heard.name, heard.text) == ("hold", typed)


@pytest.mark.parametrize("text", ["", "   ", None])
def test_no_word_is_an_empty_name(text: str | None) -> None:
    """`/release` alone has no word; what Slack left out does no harm."""
    assert parse("command", command(text=text or "")).name == ""


def test_a_click_knows_its_thread_and_value() -> None:
    """The thread is the container's, or the message itself where it begins one."""
    intent = parse("action", click())
    assert (intent.name, intent.thread, intent.value) == ("gate.approve", "9.1", '{"release":"REL-1"}')
    assert parse("action", click(container={"message_ts": "10.1"})).thread == "10.1"


def test_a_choice_carries_its_option() -> None:
    """A select has no value of its own: the chosen option's counts."""
    chosen = {"action_id": "pick", "selected_option": {"value": "one"}}
    assert parse("action", click(actions=[chosen])).value == "one"


@pytest.mark.parametrize(
    ("body", "tenant"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team": {"id": "T1"}}, "T1"),
        ({"user": {"id": "U1", "team_id": "T1"}, "team": None}, "T1"),
        ({"team_id": "T1", "enterprise_id": "E1"}, "T1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": True}, "E1"),
        ({"enterprise": {"id": "E1"}, "is_enterprise_install": "true"}, "E1"),
        ({"team_id": "T1", "is_enterprise_install": "false"}, "T1"),
        ({"team_id": "T1", "authorizations": []}, "T1"),
        ({"team_id": "T1", "authorizations": [None]}, "T1"),
        ({}, ""),
    ],
)
def test_the_tenant_is_the_workspace_or_the_organisation(body: dict[str, Any], tenant: str) -> None:
    """An organisation is the tenant only where the app is installed for the whole of it."""
    assert tenant_of(body) == tenant


@pytest.mark.parametrize(
    ("body", "tenant"),
    [
        ({"team_id": "T2", "authorizations": [{"team_id": "T1", "is_enterprise_install": False}]}, "T1"),
        (
            {
                "team_id": "T2",
                "enterprise_id": "E2",
                "is_enterprise_install": False,
                "authorizations": [{"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}],
            },
            "E1",
        ),
        (
            {
                "team_id": "T2",
                "enterprise_id": "E2",
                "authorizations": [{"team_id": "T1", "enterprise_id": None, "is_enterprise_install": False}],
            },
            "T1",
        ),
        ({"team": {"id": "T2"}, "view": {"team_id": "T2", "app_installed_team_id": "T1"}}, "T1"),
        ({"team": {"id": "T1"}, "view": {"team_id": "T1", "app_installed_team_id": None}}, "T1"),
    ],
)
def test_the_tenant_is_where_the_app_is_installed(body: dict[str, Any], tenant: str) -> None:
    """Where companies share a channel, its own workspace, or that of who fills in a form, may be another one."""
    assert tenant_of(body) == tenant


def test_the_person_is_the_one_slack_signed_for() -> None:
    """A user id in a button's value or in a text is nobody's."""
    forged = click(actions=[{"action_id": "x", "value": json.dumps({"user": "U2"})}], user_name="U3")
    assert parse("action", forged).actor.id == "U1"
    assert parse("command", command(text="approve as <@U2>")).actor.id == "U1"


@pytest.mark.parametrize("body", [{"event": {"type": "app_mention", "user": None}}, {"user": {"id": None}}])
def test_who_is_not_named_is_nobody(body: dict[str, Any]) -> None:
    """Slack leaves the person out of what a workflow or another app said: that is no person called None."""
    assert parse("event", {"team_id": "T1", **body}).actor.id == ""


def test_a_repeat_has_the_same_key_and_another_request_has_not() -> None:
    """Ten clicks of ten people are ten requests; the same click sent twice is one."""
    assert key_of("action", click()) == key_of("action", json.loads(json.dumps(click())))
    others = [
        click(user={"id": "U2"}),
        click(actions=[{"action_id": "gate.approve", "action_ts": "11.2"}]),
        click(actions=[{"action_id": "gate.reject", "action_ts": "11.1"}]),
        click(container={"message_ts": "10.2"}),
        click(team={"id": "T2"}),
    ]
    assert len({key_of("action", body) for body in (click(), *others)}) == 6
    assert key_of("command", command()) != key_of("command", command(trigger_id="1.2.abd"))
    assert key_of("event", {"event_id": "Ev1"}) == key_of("event", {"event_id": "Ev1", "retry": 1})
    forms = [{"team": {"id": "T1"}, "view": {"id": "V1", "hash": h}} for h in ("1", "2")]
    assert len({key_of("view", form) for form in forms}) == 2
    assert key_of("view", forms[0]) != key_of("view_closed", forms[0])


@given(st.text(alphabet=string.ascii_letters + string.digits + ".", min_size=6, max_size=60))
def test_no_key_holds_a_trigger_id(trigger: str) -> None:
    """Keys are logged and travel in the metadata of messages; a trigger id opens forms in our name."""
    body = command(trigger_id=f"trigger-{trigger}")
    assert trigger not in key_of("command", body)
    assert trigger not in key_of("shortcut", {"trigger_id": f"trigger-{trigger}", "team": {"id": "T1"}})


@given(st.sampled_from(KINDS), st.dictionaries(st.text(max_size=12), JSON, max_size=6))
def test_no_object_breaks_the_reading(kind: str, body: dict[str, Any]) -> None:
    """Whatever object comes, it is read: what isn't understood is empty."""
    intent = parse(kind, body)
    assert intent.kind == kind
    assert isinstance(key_of(kind, body), str)


_PLACES = (
    "team",
    "user",
    "channel",
    "container",
    "view",
    "actions",
    "event",
    "enterprise",
    "text",
    "trigger_id",
)


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(_PLACES), JSON, max_size=6))
def test_no_strange_value_in_a_known_place_breaks_the_reading(kind: str, body: dict[str, Any]) -> None:
    """A list where an object should be, a number where a text should be: read all the same."""
    intent = parse(kind, body)
    assert isinstance(intent.name, str)
    assert isinstance(intent.actor.id, str)
    assert isinstance(key_of(kind, body), str)


@pytest.mark.parametrize("value", ["", "no json", "[]", "null", "1", '"text"', "{", "NaN", "[" * 2000])
def test_what_is_not_ours_carries_nothing(value: str) -> None:
    """A button of another version or another app gives no ids."""
    assert read_value(value) == {}


def test_what_we_carry_is_read_back_as_texts() -> None:
    """Ids only, all of them texts."""
    assert read_value('{"release":"REL-1","n":3}') == {"release": "REL-1", "n": "3"}
