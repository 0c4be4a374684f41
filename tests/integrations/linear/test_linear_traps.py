"""What is known to go wrong with Linear, one rule each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from integrations.linear.settings import Access
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, Refused, TryLater
from sandbox.linear import OAUTH_TOKEN, TOKEN
from tests.integrations.linear.linear_rig import LinearRig, judge, linear_rig, request

LABEL = "rel-1-ios"


@pytest.fixture
async def rig() -> AsyncIterator[LinearRig]:
    """A workspace and an adapter. At the end, what was said is held against Linear's SDL."""
    async with linear_rig() as made:
        yield made
        if made.simulator.record:
            judge(made.simulator.record)


@pytest.mark.parametrize("status", [200, 400])
async def test_errors_are_found_whatever_the_status(rig: LinearRig, status: int) -> None:
    """Errors come with 200 or with 400: what is in them counts, in Linear's words for people."""
    rig.simulator.errors_status = status
    with pytest.raises(Refused) as caught:
        await rig.pm.check_ticket_status("MOB-4711")
    assert "Could not find referenced Issue" in caught.value.reason


async def test_a_used_up_limit_is_told_by_its_code(rig: LinearRig) -> None:
    """RATELIMITED comes with 400, not 429. The wait is until the budget that is used up is there again."""
    rig.simulator.limits.requests.limit = 0
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(request(LABEL))
    assert not caught.value.maybe_done
    hour = 3600
    assert caught.value.after == timedelta(seconds=hour - rig.clock.now % hour)
    rig.clock.now += caught.value.after.total_seconds()
    rig.simulator.limits.requests.limit = 100
    await rig.pm.create_release_ticket(request(LABEL))
    assert rig.tickets(LABEL) == 1


async def test_complexity_is_a_limit_of_its_own(rig: LinearRig) -> None:
    """The budget of complexity may be used up while that of requests is not; its own reset is taken."""
    rig.simulator.limits.complexity.limit = 0
    with pytest.raises(TryLater) as caught:
        await rig.pm.check_ticket_status(rig.seed("x"))
    assert caught.value.after is not None
    headers = rig.simulator.record[-1].response_headers
    assert headers["X-RateLimit-Requests-Remaining"] != "0"
    assert headers["X-RateLimit-Complexity-Remaining"] == "0"


async def test_our_operations_are_cheap(rig: LinearRig) -> None:
    """No operation of ours comes near the 10,000 that a single one may cost: lists are short, and say how long."""
    one = await rig.pm.create_release_ticket(request(LABEL))
    two = await rig.pm.create_release_ticket(request("rel-2-ios"))
    await rig.pm.link(one.key, two.key)
    await rig.pm.comment(one.key, "text", marker="sm:1")
    costs = [int(e.response_headers["X-Complexity"]) for e in rig.simulator.record]
    assert max(costs) <= 200


async def test_an_api_key_goes_without_bearer(rig: LinearRig) -> None:
    """An API key is sent as it is; with the word Bearer Linear refuses it."""
    key = rig.seed("x")
    await rig.pm.check_ticket_status(key)
    assert rig.simulator.record[-1].request_headers["Authorization"] == TOKEN
    with pytest.raises(NeedsCredentials) as caught:
        await rig.another(access=Access.OAUTH).check_ticket_status(key)
    assert "Bearer" in caught.value.reason


async def test_an_oauth_token_goes_with_bearer(rig: LinearRig) -> None:
    """A token of an OAuth application is sent after Bearer; without it, it is unknown."""
    key = rig.seed("x")
    await rig.another(token=OAUTH_TOKEN, access=Access.OAUTH).check_ticket_status(key)
    assert rig.simulator.record[-1].request_headers["Authorization"] == f"Bearer {OAUTH_TOKEN}"
    with pytest.raises(NeedsCredentials):
        await rig.another(token=OAUTH_TOKEN).check_ticket_status(key)


async def test_no_success_without_a_reason_is_a_refusal(rig: LinearRig) -> None:
    """A mutation may answer 200, no errors and `success: false`: nothing was made, and nobody may believe it was."""
    one, two = rig.seed("one"), rig.seed("two")
    rig.simulator.making.unsuccessful |= {"issueCreate", "commentCreate", "issueRelationCreate"}
    for attempt in (
        lambda: rig.pm.create_release_ticket(request(LABEL)),
        lambda: rig.pm.comment(one, "text", marker="sm:1"),
        lambda: rig.pm.link(one, two),
    ):
        with pytest.raises(Refused) as caught:
            await attempt()
        assert "success: false" in caught.value.reason
    assert (rig.tickets(LABEL), rig.comments(one), rig.links(one, two)) == (0, [], 0)


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("Triage", False),
        ("Backlog", False),
        ("Todo", False),
        ("In Progress", False),
        ("Done", True),
        ("Canceled", True),
        ("Duplicate", False),
    ],
)
async def test_done_is_a_type_of_state(rig: LinearRig, name: str, *, done: bool) -> None:
    """Completed and canceled are done. A duplicate is not: the work goes on in the other issue."""
    key = rig.seed("x")
    rig.simulator.move(key, name)
    status = await rig.pm.check_ticket_status(key)
    assert (status.name, status.done) == (name, done)


async def test_states_belong_to_a_team_and_names_vary(rig: LinearRig) -> None:
    """A team may call an open state Done and a completed one something else: the type counts, not the name."""
    rig.simulator.world.add_team("WEB", states=(("Done", "unstarted"), ("Shipped", "completed")))
    key = rig.seed("x", team="WEB")
    assert not (await rig.pm.check_ticket_status(key)).done
    rig.simulator.move(key, "Shipped")
    assert (await rig.pm.check_ticket_status(key)).done


async def test_states_named_in_the_settings_decide_instead(rig: LinearRig) -> None:
    """Where the settings name done states, those are done and no others, whatever the case."""
    key = rig.seed("x")
    pm = rig.another(done_states=("in progress",))
    for name, done in (("Done", False), ("In Progress", True)):
        rig.simulator.move(key, name)
        assert (await pm.check_ticket_status(key)).done is done


async def test_an_issue_that_moved_is_found_by_its_old_identifier(rig: LinearRig) -> None:
    """`issue(id:)` takes identifiers, old ones too. The answer has the identifier of now."""
    ticket = await rig.pm.create_release_ticket(request(LABEL))
    issue = rig.simulator.issue(ticket.key)
    issue.previous_identifiers.append(issue.identifier)
    issue.identifier = "WEB-7"
    assert (await rig.pm.check_ticket_status("MOB-1")).key == "WEB-7"
    found = await rig.pm.find_ticket(project="MOB", label=LABEL)
    assert found is not None
    assert found.key == "WEB-7"


async def test_an_id_is_no_key(rig: LinearRig) -> None:
    """`issue(id:)` takes a UUID as well; a key of ours is an identifier, so nothing else is sent."""
    key = rig.seed("x")
    with pytest.raises(Refused):
        await rig.pm.check_ticket_status(rig.simulator.issue(key).id)
    assert rig.simulator.record == []
    await rig.pm.check_ticket_status(key)


async def test_an_archived_issue_is_still_the_releases_issue(rig: LinearRig) -> None:
    """Lists leave archived issues out unless told otherwise; Linear archives done ones by itself."""
    ticket = await rig.pm.create_release_ticket(request(LABEL))
    rig.simulator.issue(ticket.key).archived_at = rig.simulator.world.now()
    assert await rig.pm.find_ticket(project="MOB", label=LABEL) == ticket
    assert await rig.pm.create_release_ticket(request(LABEL)) == ticket
    assert (await rig.pm.check_ticket_status(ticket.key)).key == ticket.key
    await rig.pm.comment(ticket.key, "text", marker="sm:1")
    assert rig.tickets(LABEL) == 1


async def test_an_issue_in_the_trash_is_told_with_its_address(rig: LinearRig) -> None:
    """A new issue can't take its id, and it vanishes some day: a person must restore it."""
    ticket = await rig.pm.create_release_ticket(request(LABEL))
    issue = rig.simulator.issue(ticket.key)
    issue.archived_at, issue.trashed = rig.simulator.world.now(), True
    attempts: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: rig.pm.find_ticket(project="MOB", label=LABEL),
        lambda: rig.pm.create_release_ticket(request(LABEL)),
    )
    for attempt in attempts:
        with pytest.raises(AlreadyDifferent) as caught:
            await attempt()
        assert caught.value.link == ticket.url
    with pytest.raises(Refused):
        await rig.pm.check_ticket_status(ticket.key)


async def test_relations_are_read_page_by_page_in_both_directions(rig: LinearRig) -> None:
    """Connections give 50 at most unless told otherwise: a relation on the second page, from either side, counts."""
    first, second = rig.seed("first"), rig.seed("second")
    rig.relate(first, second)
    for number in range(60):
        rig.relate(first, rig.seed(f"other {number}"))
    await rig.pm.link(first, second)
    await rig.pm.link(second, first)
    assert rig.links(first, second) == 1
    pages = [body["variables"]["after"] for body in rig.sent() if "Relations" in body["query"]]
    assert len([page for page in pages if page]) == 1


async def test_a_marker_is_found_among_many_comments(rig: LinearRig) -> None:
    """A comment is asked for by its id, so it does not matter how many there are."""
    key = rig.seed("x")
    await rig.pm.comment(key, "first", marker="sm:[1]!")
    rig.chat(key, *(f"chat {number}" for number in range(120)))
    await rig.pm.comment(key, "first, again", marker="sm:[1]!")
    assert len(rig.comments(key)) == 121
