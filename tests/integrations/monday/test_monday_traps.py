"""What is known to go wrong with monday.com, one rule each."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web

from integrations.monday.client import API_VERSION
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from sandbox.kit import Moment
from sandbox.monday import TOKEN, VERSION
from tests.integrations.monday.monday_rig import LAG, START, MondayRig, judge, monday_rig

LABEL = "rel-1-ios"
DAY = 86_400


@pytest.fixture
async def rig() -> AsyncIterator[MondayRig]:
    """An account and an adapter. At the end, what was said is held against monday.com's SDL."""
    async with monday_rig() as made:
        yield made
        if made.simulator.record:
            judge(made.simulator.record)


async def every_verb(rig: MondayRig) -> None:
    """Each verb once."""
    one = await rig.pm.create_release_ticket(rig.request(LABEL))
    two = rig.seed("two")
    await rig.pm.find_ticket(project=rig.project, label=LABEL)
    await rig.pm.check_ticket_status(one.key)
    await rig.pm.comment(one.key, "text", marker="sm:1")
    await rig.pm.link(one.key, two)


async def test_the_version_is_pinned_on_every_request(rig: MondayRig) -> None:
    """Who names no version gets the one of the day, which takes fields away: we name the one of our SDL."""
    rig.simulator.current = "2027-01"
    await every_verb(rig)
    sent = [exchange.request_headers.get("API-Version") for exchange in rig.simulator.record]
    assert len(sent) > 8
    assert set(sent) == {API_VERSION}
    assert API_VERSION == VERSION


async def test_errors_are_found_behind_200(rig: MondayRig) -> None:
    """An error comes with 200 and its own status inside, and with a list where data should be."""
    rig.simulator.board.access_level = "view"
    with pytest.raises(NeedsCredentials) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    last = rig.simulator.record[-1]
    assert (last.status, json.loads(last.response_body)["data"]) == (200, [])
    assert "User unauthorized" in caught.value.reason


async def test_a_rule_that_was_broken_is_a_refusal(rig: MondayRig) -> None:
    """Behind 200 with 200 inside stands a rule of monday.com's: nothing was made, and waiting does not help."""
    key = rig.seed("x")
    rig.simulator.item(key).state = "archived"
    with pytest.raises(Refused) as caught:
        await rig.pm.comment(key, "text", marker="sm:1")
    told = json.loads(rig.simulator.record[-1].response_body)["errors"][0]["extensions"]
    assert (rig.simulator.record[-1].status, told["status_code"]) == (200, 200)
    assert "archived" in caught.value.reason
    assert rig.comments(key) == []


@pytest.mark.parametrize("older", [False, True], ids=["errors", "error_code"])
@pytest.mark.parametrize("status", [200, 429])
async def test_a_used_up_complexity_budget_tells_its_seconds(
    rig: MondayRig, status: int, *, older: bool
) -> None:
    """Header, extension or sentence: whichever says when the minute is over is believed, and then it works."""
    rig.simulator.limits.complexity.allowed = 0
    rig.simulator.limit_status, rig.simulator.older = status, older
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert (caught.value.after, caught.value.maybe_done) == (timedelta(seconds=60 - START % 60), False)
    rig.clock.now += 60 - START % 60
    rig.simulator.limits.complexity.allowed = 10_000_000
    await rig.pm.create_release_ticket(rig.request(LABEL))
    assert rig.tickets(LABEL) == 1


@pytest.mark.parametrize("status", [200, 429])
async def test_the_calls_of_a_day_are_back_at_midnight_utc(rig: MondayRig, status: int) -> None:
    """DAILY_LIMIT_EXCEEDED names no time: nothing is asked again before midnight UTC."""
    rig.simulator.limits.day.allowed = 0
    rig.simulator.limit_status = status
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert caught.value.after == timedelta(seconds=DAY - START % DAY)
    rig.simulator.limits.day.allowed = 3
    rig.clock.now += DAY - START % DAY
    await rig.pm.create_release_ticket(rig.request(LABEL))
    assert rig.tickets(LABEL) == 1


@pytest.mark.parametrize("older", [False, True], ids=["errors", "error_code"])
@pytest.mark.parametrize("name", ["minute", "address", "at once"])
async def test_each_other_limit_is_a_wait(rig: MondayRig, name: str, *, older: bool) -> None:
    """Calls a minute, calls of one address, and calls at once: surely nothing was done, whatever the form."""
    limits = rig.simulator.limits
    rig.simulator.older = older
    if name == "at once":
        limits.at_once = 0
    else:
        getattr(limits, name).allowed = 0
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(rig.request(LABEL))
    assert not caught.value.maybe_done
    assert (caught.value.after is None) is (name == "at once")


async def test_our_operations_are_cheap_and_few(rig: MondayRig) -> None:
    """A free account has 200 calls a day: no verb takes more than three, and all verbs together come nowhere near
    the complexity that one query may have."""
    await every_verb(rig)
    assert rig.operations() == [
        *("Board", "ItemsByText", "CreateItem"),
        *("Board", "ItemsByText"),
        "Item",
        *("Updates", "CreateUpdate"),
        *("Updates", "Updates", "CreateUpdate"),
    ]
    assert rig.simulator.limits.complexity.used < 100_000


async def test_values_are_a_string_of_json_by_column_id(rig: MondayRig) -> None:
    """`column_values` is a string of JSON and not an object, and its keys are ids, which every board has of its own."""
    pm = rig.another(description_column="notes", type_column="Kind")
    await pm.create_release_ticket(rig.request(LABEL))
    values = rig.sent()[-1]["variables"]["values"]
    assert isinstance(values, str)
    assert json.loads(values) == {
        "text_mkr1": LABEL,
        "long_text_mk3": {"text": "Planned for Friday."},
        "color_mk2": {"label": "Release"},
    }


async def test_items_come_page_by_page(rig: MondayRig) -> None:
    """`boards { items }` is gone: a page has a cursor. People may copy an item, so the oldest of all counts."""
    first = rig.seed("first", label=LABEL)
    for number in range(120):
        rig.seed(f"copy {number}", label=LABEL)
    rig.simulator.world.items.reverse()  # a board may be sorted in any way
    found = await rig.pm.find_ticket(project=rig.project, label=LABEL)
    assert found is not None
    assert found.key == first
    assert rig.operations().count("NextItems") == 1


@dataclass(kw_only=True)
class Asleep:
    """A hook: more than an hour passes before the next page is asked for."""

    rig: MondayRig

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Sleep."""
        if moment is Moment.ARRIVED and "next_items_page" in await asked.text():
            self.rig.clock.now += 3601


async def test_a_cursor_that_expired_begins_again(rig: MondayRig) -> None:
    """A cursor is good for 60 minutes: the list is read anew at the next try, and is not said to be empty."""
    for number in range(120):
        rig.seed(f"copy {number}", label=LABEL)
    asleep = Asleep(rig=rig)
    rig.simulator.hooks.append(asleep)
    with pytest.raises(TryLater) as caught:
        await rig.pm.find_ticket(project=rig.project, label=LABEL)
    assert "expired" in caught.value.reason
    rig.simulator.hooks.remove(asleep)
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is not None


async def test_only_the_whole_label_is_the_label(rig: MondayRig) -> None:
    """What "any of" takes for equal is monday.com's business: another case is another label to us."""
    rig.seed("shouted", label=LABEL.upper())
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is None
    await rig.pm.create_release_ticket(rig.request(LABEL))
    assert rig.tickets(LABEL) == 1


async def test_settings_are_read_and_not_settings_str(rig: MondayRig) -> None:
    """`settings_str` is deprecated. `settings` is an object, though its scalar is called a string."""
    await every_verb(rig)
    assert not any("settings_str" in body["query"] for body in rig.sent())
    board = next(e for e in rig.simulator.record if b"query Board(" in e.request_body)
    columns = json.loads(board.response_body)["data"]["boards"][0]["columns"]
    assert isinstance(columns[0]["settings"], dict)


@pytest.mark.parametrize("issue_type", ["Unheard-of", "Realease"])
async def test_an_unknown_label_is_refused_and_never_made(rig: MondayRig, issue_type: str) -> None:
    """An unknown label fails unless it is to be made: then a misspelt one would become a new label of the board."""
    pm = rig.another(type_column="Kind")
    with pytest.raises(Refused) as caught:
        await pm.create_release_ticket(rig.request(LABEL, issue_type=issue_type))
    assert "issue type" in caught.value.reason
    assert "Bug, Release" in caught.value.reason
    kind = next(c for c in rig.simulator.board.columns if c.title == "Kind")
    assert [label.label for label in kind.labels] == ["Bug", "Release"]
    assert rig.tickets(LABEL) == 0


async def test_no_label_is_made_on_a_board_that_forbids_it(rig: MondayRig) -> None:
    """To ask for missing labels is refused where a member may not change the columns, even if none is missing."""
    rig.simulator.board.restricted = True
    await rig.another(type_column="Kind").create_release_ticket(rig.request(LABEL))
    assert rig.tickets(LABEL) == 1


async def test_the_token_goes_without_bearer(rig: MondayRig) -> None:
    """It is sent as it is; one that is not known is answered with errors that are bare strings."""
    await every_verb(rig)
    assert {e.request_headers["Authorization"] for e in rig.simulator.record} == {TOKEN}
    with pytest.raises(NeedsCredentials) as caught:
        await rig.another(token=f"Bearer {TOKEN}").check_ticket_status("1")
    assert "Not Authenticated" in caught.value.reason


async def test_ids_are_strings(rig: MondayRig) -> None:
    """They look like numbers, and are larger than those that every program keeps exactly."""
    await every_verb(rig)
    ids = [
        value for body in rig.sent() for name, value in body["variables"].items() if name in ("item", "board")
    ]
    assert len(ids) > 8
    assert all(isinstance(value, str) and int(value) > 2**53 for value in ids)


async def test_search_may_not_know_a_new_item_yet(rig: MondayRig) -> None:
    """After a create whose answer was lost, an absent item is to be believed only `search_lag` later; an item that
    is asked for by its id is known at once."""
    assert rig.pm.search_lag.total_seconds() > LAG
    ticket = await rig.pm.create_release_ticket(rig.request(LABEL))
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) is None
    assert (await rig.pm.check_ticket_status(ticket.key)).key == ticket.key
    rig.clock.now += rig.pm.search_lag.total_seconds()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == ticket


async def test_a_text_that_looks_like_html_is_not_lost(rig: MondayRig) -> None:
    """monday.com may clean such a text to nothing, and calls that a success: no `<` is sent in a value."""
    pm = rig.another(description_column="Notes")
    ticket = await pm.create_release_ticket(rig.request(LABEL, summary="a <b> c", description="x < y"))
    item = rig.simulator.item(ticket.key)
    assert item.values["long_text_mk3"] == "x \u2039 y"
    assert item.name == "a \u2039b\u203a c"


async def test_a_long_description_says_that_it_was_cut(rig: MondayRig) -> None:
    """A long text column holds 2,000 characters and drops the rest without a word: a sign stands at the end."""
    pm = rig.another(description_column="Notes")
    ticket = await pm.create_release_ticket(rig.request(LABEL, description="x" * 3000))
    kept = rig.simulator.item(ticket.key).values["long_text_mk3"]
    assert (len(kept), kept[-1]) == (2000, "\u2026")


async def test_an_item_whose_id_is_no_number_is_no_answer(rig: MondayRig) -> None:
    """Ids are compared as numbers: what is none is told as an answer that can't be read."""
    items = [{"id": name, "url": "https://acme.example", "column_values": [{"text": LABEL}]} for name in "x1"]
    body = json.dumps({"data": {"page": {"cursor": None, "items": items}}})
    spoil = rig.simulator.fault
    board = rig.simulator.hooks

    async def second(moment: Moment, request: web.Request) -> None:
        if moment is Moment.ARRIVED and b"ItemsByText" in await request.read():
            board.clear()
            spoil(status=200, headers={"Content-Type": "application/json"}, body=body)

    board.append(second)
    with pytest.raises(TryLater, match="could not be read"):
        await rig.pm.find_ticket(project=rig.project, label=LABEL)
