"""What is known to go wrong with ClickUp, one rule each."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from sandbox.clickup import OAUTH_TOKEN, TOKEN
from tests.integrations.clickup.clickup_rig import ClickupRig, request

LABEL = "rel-1-ios"


async def test_a_used_up_minute_is_told_with_its_reset_in_unix_seconds(rig: ClickupRig) -> None:
    """A token has a hundred requests a minute. The wait is until X-RateLimit-Reset, and nothing was done."""
    key = rig.seed("x")
    for _ in range(100):
        await rig.pm.check_ticket_status(key)
    with pytest.raises(TryLater) as caught:
        await rig.pm.create_release_ticket(request(rig.project))
    assert not caught.value.maybe_done
    assert caught.value.after == timedelta(seconds=60 - rig.clock.now % 60)
    assert rig.simulator.record[-1].response_headers["X-RateLimit-Remaining"] == "0"
    rig.clock.now += caught.value.after.total_seconds()
    await rig.pm.create_release_ticket(request(rig.project))
    assert rig.tickets(LABEL) == 1


async def test_the_limit_is_the_tokens_own(rig: ClickupRig) -> None:
    """What one token used up, another still has."""
    rig.simulator.limits.limit = 1
    key = rig.seed("x")
    await rig.pm.check_ticket_status(key)
    with pytest.raises(TryLater):
        await rig.pm.check_ticket_status(key)
    await rig.another(token=OAUTH_TOKEN).check_ticket_status(key)


async def test_a_verb_costs_few_requests(rig: ClickupRig) -> None:
    """A release must fit into a hundred requests a minute: the numbers are those of the page about ClickUp."""
    one, two = rig.seed("one"), rig.seed("two")
    costs = []
    verbs: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: rig.pm.create_release_ticket(request(rig.project)),
        lambda: rig.pm.check_ticket_status(one),
        lambda: rig.pm.link(one, two),
        lambda: rig.pm.comment(one, "text", marker="sm:1"),
    )
    for verb in verbs:
        before = len(rig.simulator.record)
        await verb()
        costs.append(len(rig.simulator.record) - before)
    assert costs == [4, 1, 3, 3]


async def test_a_personal_token_goes_without_bearer(rig: ClickupRig) -> None:
    """A token that starts with pk_ is sent as it is; after Bearer, ClickUp looks for an OAuth token."""
    await rig.pm.check_ticket_status(rig.seed("x"))
    assert rig.simulator.record[-1].request_headers["Authorization"] == TOKEN


async def test_an_oauth_token_goes_with_bearer(rig: ClickupRig) -> None:
    """Any other token is that of an OAuth app, and sent after Bearer."""
    await rig.another(token=OAUTH_TOKEN).check_ticket_status(rig.seed("x"))
    assert rig.simulator.record[-1].request_headers["Authorization"] == f"Bearer {OAUTH_TOKEN}"


@pytest.mark.parametrize("token", ["pk_9_CANARY4711", "9_canary4711"])
async def test_a_wrong_token_is_a_matter_of_credentials(rig: ClickupRig, token: str) -> None:
    """It is told with the page where tokens are made, and is not shown."""
    with pytest.raises(NeedsCredentials) as caught:
        await rig.another(token=token).check_ticket_status(rig.seed("x"))
    assert caught.value.link == "https://app.clickup.com/settings/apps"
    assert "4711" not in str(caught.value)


async def test_a_team_is_the_workspace(rig: ClickupRig) -> None:
    """What people call a workspace is `team` in addresses."""
    await rig.pm.create_release_ticket(request(rig.project))
    assert f"GET /api/v2/team/{rig.simulator.world.id}/custom_item?" in rig.requests()


async def test_the_workspace_is_sent_as_team_id_and_never_as_team_capital_id(rig: ClickupRig) -> None:
    """The description spells it team_id and, for one address that we do not use, team_Id: a query takes the first."""
    rig.seed("x")
    await rig.pm.check_ticket_status("MOB-1")
    (asked,) = rig.requests()
    assert asked == "GET /api/v2/task/MOB-1?custom_task_ids=true&team_id=9001"


async def test_a_custom_id_is_told_to_be_one(rig: ClickupRig) -> None:
    """MOB-1 is found with custom_task_ids=true and the workspace only. The answer has the id that stays."""
    key = rig.seed("x")
    assert rig.simulator.task(key).custom_id == "MOB-1"
    assert (await rig.pm.check_ticket_status("MOB-1")).key == key
    await rig.pm.comment("MOB-1", "text", marker="sm:1")
    other = rig.seed("y")
    await rig.pm.link("MOB-1", "MOB-2")
    assert (len(rig.comments(key)), rig.links(key, other)) == (1, 1)
    makings = [asked for asked in rig.requests() if asked.startswith("POST")]
    assert makings == [f"POST /api/v2/task/{key}/comment?", f"POST /api/v2/task/{key}/link/{other}?"]


async def test_a_custom_id_of_another_workspace_is_refused(rig: ClickupRig) -> None:
    """The workspace is that of the settings; where the token does not reach it, that is what is said."""
    rig.seed("x")
    with pytest.raises(NeedsCredentials) as caught:
        await rig.another(workspace="4711").check_ticket_status("MOB-1")
    assert "4711" in caught.value.reason


async def test_an_id_is_taken_in_any_case(rig: ClickupRig) -> None:
    """Ids are small letters and digits; what a person typed in capitals is meant."""
    key = rig.seed("x")
    assert (await rig.pm.check_ticket_status(key.upper())).key == key


@pytest.mark.parametrize(
    ("name", "done"), [("to do", False), ("in progress", False), ("shipped", True), ("complete", True)]
)
async def test_done_is_a_type_of_status(rig: ClickupRig, name: str, *, done: bool) -> None:
    """The types done and closed are done; open and custom are not."""
    key = rig.seed("x")
    rig.simulator.move(key, name)
    status = await rig.pm.check_ticket_status(key)
    assert (status.name, status.done) == (name, done)


async def test_statuses_are_a_lists_own_and_free_text(rig: ClickupRig) -> None:
    """A list may call an open status Done and a closed one anything: the type counts, never a name that we know."""
    world = rig.simulator.world
    statuses = (("Done", "open"), ("Auf dem Markt 🚀", "closed"))
    web = world.add_list("Web", rig.simulator.space, statuses=statuses)
    key = world.add_task(web, name="x").id
    assert not (await rig.pm.check_ticket_status(key)).done
    rig.simulator.move(key, "Auf dem Markt 🚀")
    status = await rig.pm.check_ticket_status(key)
    assert (status.name, status.done) == ("Auf dem Markt 🚀", True)


async def test_status_names_of_the_settings_decide_whatever_the_case(rig: ClickupRig) -> None:
    """ClickUp keeps the case of a name and shows it in capitals: what a person copied from the board is meant."""
    key = rig.seed("x")
    pm = rig.another(done_statuses=("IN PROGRESS",))
    for name, done in (("complete", False), ("in progress", True)):
        rig.simulator.move(key, name)
        assert (await pm.check_ticket_status(key)).done is done


async def test_a_create_answers_before_automations_run(rig: ClickupRig) -> None:
    """What the answer says of the status is over when it arrives: the status is asked for each time."""

    def close(task: object) -> None:
        rig.simulator.move(getattr(task, "id", ""), "complete")

    rig.simulator.tasks.automations.append(close)
    ticket = await rig.pm.create_release_ticket(request(rig.project))
    assert b'"to do"' in rig.simulator.record[-1].response_body
    assert (await rig.pm.check_ticket_status(ticket.key)).done
    rig.settle()
    assert await rig.pm.find_ticket(project=rig.project, label=LABEL) == ticket


async def test_a_description_is_markdown_content(rig: ClickupRig) -> None:
    """`description` would show marks as they are, and `markdown_content` is shown as it is meant."""
    ticket = await rig.pm.create_release_ticket(request(rig.project, description="**Friday**"))
    (sent,) = rig.bodies()
    assert "description" not in sent
    assert sent["markdown_content"] == f"**Friday**\n\nStationmaster: `{LABEL}`"
    assert rig.simulator.task(ticket.key).text.endswith(f"Stationmaster: {LABEL}")


@pytest.mark.parametrize("label", ["_rel_1_", "a_b_c", "rel-1.2.0-ios", "__x__"])
async def test_a_mark_outlives_markdown(rig: ClickupRig, label: str) -> None:
    """What looks like emphasis loses its signs in the text that is given back: the label is code, and keeps them."""
    ticket = await rig.pm.create_release_ticket(request(rig.project, label, description="_so_ it is"))
    assert rig.simulator.task(ticket.key).text.startswith("so it is")
    rig.settle()
    assert await rig.pm.find_ticket(project=rig.project, label=label) == ticket


async def test_custom_fields_would_be_a_call_each_so_there_are_none(rig: ClickupRig) -> None:
    """A ticket is one request that makes it whole: nothing half-made is left where a second one would fail."""
    await rig.pm.create_release_ticket(request(rig.project))
    (sent,) = rig.bodies()
    assert "custom_fields" not in sent
    assert sum(exchange.method != "GET" for exchange in rig.simulator.record) == 1


async def test_errors_are_told_by_err_and_ecode(rig: ClickupRig) -> None:
    """ClickUp's words and its code are in the reason, with what we wanted."""
    rig.simulator.captain.may_create = False
    with pytest.raises(NeedsCredentials) as caught:
        await rig.pm.create_release_ticket(request(rig.project))
    for word in ("create the task", "do not have permission", "ACCESS_004"):
        assert word in caught.value.reason
    assert rig.tickets(LABEL) == 0


@pytest.mark.parametrize("key", ["86czzzzzz", "MOB-4711"])
async def test_a_task_that_is_nowhere_answers_like_a_wrong_token(rig: ClickupRig, key: str) -> None:
    """401 "Team not authorized": that the token is good is seen from the workspaces that it reaches."""
    with pytest.raises(Refused) as caught:
        await rig.pm.check_ticket_status(key)
    assert rig.simulator.record[0].status == 401
    assert key in caught.value.reason
    assert rig.requests()[-1] == "GET /api/v2/team?"


async def test_a_list_that_is_nowhere_is_told_as_the_project(rig: ClickupRig) -> None:
    """The number of a list is typed or chosen by people, so what is wrong is the project and not the token."""
    with pytest.raises(Refused) as caught:
        await rig.pm.create_release_ticket(request("4711"))
    assert caught.value.reason.startswith("project: the list 4711 is not in ClickUp")


async def test_a_workspace_that_is_not_reached_is_a_matter_of_credentials(rig: ClickupRig) -> None:
    """The same 401, from a token that does not reach the workspace: a person must connect again."""
    key = rig.seed("x")
    rig.simulator.captain.reaches = False
    with pytest.raises(NeedsCredentials):
        await rig.pm.check_ticket_status(key)
    with pytest.raises(NeedsCredentials):
        await rig.pm.create_release_ticket(request(rig.project))


async def test_a_task_without_access_is_a_matter_of_credentials(rig: ClickupRig) -> None:
    """401 with the code ACCESS_083: the token is good, and its user lacks a right."""
    key = rig.seed("x")
    rig.simulator.captain.sees = frozenset()
    with pytest.raises(NeedsCredentials) as caught:
        await rig.pm.check_ticket_status(key)
    assert "ACCESS_083" in caught.value.reason


async def test_a_task_in_the_trash_is_no_ticket(rig: ClickupRig) -> None:
    """It can't be read, linked or found again: a person threw it away, so a new one is made."""
    ticket = await rig.pm.create_release_ticket(request(rig.project))
    rig.simulator.task(ticket.key).deleted = True
    rig.settle()
    with pytest.raises(Refused) as caught:
        await rig.pm.check_ticket_status(ticket.key)
    assert "deleted" in caught.value.reason
    again = await rig.pm.create_release_ticket(request(rig.project))
    assert again.key != ticket.key


@pytest.mark.parametrize("swapped", [False, True])
async def test_a_link_tells_both_ends_and_not_which_is_which(rig: ClickupRig, *, swapped: bool) -> None:
    """`task_id` and `link_id` of a link are the two tasks, seen from either: the other one is whichever is not ours."""
    one, two = rig.simulator.task(rig.seed("one")), rig.simulator.task(rig.seed("two"))
    rig.simulator.world.links.append((two, one) if swapped else (one, two))
    await rig.pm.link(one.id, two.id)
    await rig.pm.link(two.id, one.id)
    assert rig.links(one.id, two.id) == 1
