"""What is known to go wrong with Jira and its library, one rule each."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from jira import JIRA, JIRAError

from integrations.jira.client import AHEAD, BEHIND
from orchestration.ports.errors import Refused, TryLater
from sandbox.jira import GERMAN, Flavour
from sandbox.kit import FaultKind
from tests.integrations.jira.jira_rig import SEARCH_LAG, JiraRig, jira_rig, judge, request

LABEL = "rel-1-ios"
BOTH = pytest.mark.parametrize("flavour", list(Flavour))


def paths(rig: JiraRig) -> list[str]:
    """Method and path of every request so far."""
    return [f"{e.method} {e.path}" for e in rig.simulator.record]


def body(rig: JiraRig, path: str) -> dict[str, Any]:
    """The body that was sent to a path."""
    sent = next(e for e in rig.simulator.record if e.path == path and e.method == "POST")
    decoded: dict[str, Any] = json.loads(sent.request_body)
    return decoded


async def test_cloud_is_searched_by_page_token_and_bulk_fetch() -> None:
    """Trap 1: Cloud's /search is gone. search/jql is asked with a restriction and the fields wanted."""
    async with jira_rig(Flavour.CLOUD) as rig:
        assert await rig.pm.find_ticket(project="MOB", label=LABEL) is None
        assert paths(rig) == [
            "GET /rest/api/2/serverInfo",
            "GET /rest/api/2/search/jql",
            "GET /rest/api/2/search/jql",
            "POST /rest/api/2/issue/bulkfetch",
        ]
        query = parse_qs(rig.simulator.record[1].query)
        assert query["jql"] == [f'project = "MOB" AND labels = "{LABEL}" ORDER BY created ASC']
        assert query["fields"] == ["labels"]


async def test_data_center_is_searched_by_offset() -> None:
    """Trap 1: Data Center keeps /search, and has neither page tokens nor bulk fetch."""
    async with jira_rig(Flavour.DATA_CENTER) as rig:
        assert await rig.pm.find_ticket(project="MOB", label=LABEL) is None
        assert paths(rig) == ["GET /rest/api/2/serverInfo", "GET /rest/api/2/search"]


async def test_short_and_empty_pages_are_not_the_last() -> None:
    """Trap 1: Cloud may give a page without issues and a token for the next; only no token is the end."""
    async with jira_rig(Flavour.CLOUD) as rig:
        key = rig.seed(LABEL)
        rig.simulator.search.empty_pages = 3
        found = await rig.pm.find_ticket(project="MOB", label=LABEL)
        assert found is not None
        assert found.key == key
        assert paths(rig)[1:] == ["GET /rest/api/2/search/jql"] * 4


@BOTH
async def test_the_library_would_ask_what_is_gone_without_server_info(flavour: Flavour) -> None:
    """Trap 2: the library chooses the kind of search by serverInfo; ours asks it once per connection."""
    async with jira_rig(flavour) as rig:
        await rig.pm.find_ticket(project="MOB", label=LABEL)
        await rig.pm.create_release_ticket(request(LABEL))
        assert paths(rig).count("GET /rest/api/2/serverInfo") == 1
        blind = await rig.threads.run(lambda: _blind(rig), timeout=10)
        if flavour is Flavour.CLOUD:
            with pytest.raises(JIRAError) as caught:
                await rig.threads.run(lambda: blind.search_issues('project = "MOB"'), timeout=10)
            assert caught.value.status_code == 410


def _blind(rig: JiraRig) -> JIRA:
    auth = (rig.simulator.account.email, rig.simulator.account.token)
    return JIRA(
        server=rig.simulator.url, basic_auth=auth, get_server_info=False, max_retries=0, logging=False
    )


@BOTH
async def test_text_is_sent_as_text(flavour: Flavour) -> None:
    """Trap 3: version 2 takes text, to both flavours; what people wrote makes no markup."""
    async with jira_rig(flavour) as rig:
        await rig.pm.create_release_ticket(request(LABEL, description="See [~bob] {code} !x.png!\n\nEnd"))
        fields = body(rig, "/rest/api/2/issue")["fields"]
        assert fields["description"] == "See \\[~bob] \\{code} \\!x.png\\!\n\nEnd"


@BOTH
async def test_a_create_is_one_request(flavour: Flavour) -> None:
    """Trap 4: the library would read the new issue again; a time-out there would make a failure of a success."""
    async with jira_rig(flavour) as rig:
        ticket = await rig.pm.create_release_ticket(request(LABEL))
        assert paths(rig)[-1] == "POST /rest/api/2/issue"
        assert ticket.key == "MOB-1"


@BOTH
@pytest.mark.parametrize("status", [429, 503])
async def test_nothing_is_repeated_and_nobody_sleeps(flavour: Flavour, status: int) -> None:
    """Trap 5: the library would sleep up to a minute in the thread and repeat the POST; we send it once."""
    async with jira_rig(flavour) as rig:
        rig.simulator.fault(
            method="POST",
            path="/issue$",
            kind=FaultKind.ANSWER_BEFORE,
            status=status,
            headers={"Retry-After": "60"},
            times=5,
        )
        with pytest.raises(TryLater):
            await rig.pm.create_release_ticket(request(LABEL))
        assert paths(rig).count("POST /rest/api/2/issue") == 1


async def test_an_issue_type_may_be_given_by_id() -> None:
    """Names differ by language: digits are taken for the id of the type."""
    async with jira_rig(Flavour.CLOUD, words=GERMAN) as rig:
        kind = rig.simulator.world.types[1]
        await rig.pm.create_release_ticket(request(LABEL, issue_type=kind.id))
        assert rig.simulator.ticket("MOB-1").type == kind


@BOTH
async def test_done_is_a_category_in_every_language(flavour: Flavour) -> None:
    """Trap 7: statuses are localised; the category's key tells what is done."""
    async with jira_rig(flavour, words=GERMAN) as rig:
        key = rig.seed(LABEL)
        for name, done in (("In Arbeit", False), ("Fertig", True), ("Wird nicht gemacht", True)):
            rig.simulator.move(key, name)
            status = await rig.pm.check_ticket_status(key)
            assert (status.name, status.done) == (name, done)


async def test_statuses_named_in_the_settings_decide_instead() -> None:
    """Where the settings name done statuses, those are done and no others, whatever the case."""
    async with jira_rig(Flavour.CLOUD) as rig:
        key = rig.seed(LABEL)
        pm = rig.another(done_statuses=("done",))
        for name, done in (("Won't Do", False), ("Done", True), ("In Progress", False)):
            rig.simulator.move(key, name)
            assert (await pm.check_ticket_status(key)).done is done


async def test_on_cloud_a_lost_create_is_found_before_search_knows_it() -> None:
    """Trap 8: search lags, but the issues themselves do not: the repeat finds the ticket at once."""
    async with jira_rig(Flavour.CLOUD) as rig:
        for number in range(3):
            rig.seed(f"other-{number}")
        rig.seed("not known yet", settled=False)
        rig.simulator.fault(method="POST", path="/issue$", kind=FaultKind.DROP_AFTER)
        with pytest.raises(TryLater) as caught:
            await rig.pm.create_release_ticket(request(LABEL))
        assert caught.value.maybe_done
        ticket = await rig.pm.create_release_ticket(request(LABEL))
        assert (ticket.key, rig.tickets(LABEL)) == ("MOB-5", 1)
        judge([e for e in rig.simulator.record if not e.spoiled])


async def test_on_cloud_the_look_past_the_index_has_an_end() -> None:
    """Beyond the keys that one bulk fetch takes, a fresh None proves nothing: after `search_lag` it does."""
    async with jira_rig(Flavour.CLOUD) as rig:
        for number in range(BEHIND + AHEAD - 1):
            rig.seed(f"other-{number}", settled=False)
        rig.seed("within", settled=False)
        rig.seed("beyond", settled=False)
        assert await rig.pm.find_ticket(project="MOB", label="within") is not None
        assert await rig.pm.find_ticket(project="MOB", label="beyond") is None
        rig.settle()
        assert await rig.pm.find_ticket(project="MOB", label="beyond") is not None


@BOTH
async def test_a_lost_create_is_found_after_the_documented_lag(flavour: Flavour) -> None:
    """Trap 8: `search_lag` after a create whose answer was lost, an absent ticket may be believed. Before
    that, on Data Center, it may not: this is why the engine waits."""
    async with jira_rig(flavour) as rig:
        rig.simulator.fault(method="POST", path="/issue$", kind=FaultKind.ANSWER_AFTER, status=502)
        with pytest.raises(TryLater) as caught:
            await rig.pm.create_release_ticket(request(LABEL))
        assert caught.value.maybe_done
        early = await rig.pm.find_ticket(project="MOB", label=LABEL)
        assert (early is not None) is (flavour is Flavour.CLOUD)
        rig.clock.now += SEARCH_LAG
        assert await rig.pm.find_ticket(project="MOB", label=LABEL) is not None
        await rig.pm.create_release_ticket(request(LABEL))
        assert rig.tickets(LABEL) == 1


async def test_the_oldest_of_two_is_taken() -> None:
    """If a label is carried twice (a person copied the ticket), everybody gets the same answer: the first."""
    async with jira_rig(Flavour.CLOUD) as rig:
        first = rig.seed(LABEL)
        rig.seed(LABEL)
        found = await rig.pm.find_ticket(project="MOB", label=LABEL)
        assert found is not None
        assert found.key == first


@BOTH
async def test_a_marker_is_found_on_any_page_of_comments(flavour: Flavour) -> None:
    """Comments come in pages; the marker may stand on the first of them or on the last."""
    async with jira_rig(flavour) as rig:
        key = rig.seed(LABEL)
        await rig.pm.comment(key, "first", marker="sm:[1]!")
        for number in range(120):
            _chat(rig, key, number)
        await rig.pm.comment(key, "last", marker="sm:[2]!")
        await rig.pm.comment(key, "first, again", marker="sm:[1]!")
        await rig.pm.comment(key, "last, again", marker="sm:[2]!")
        assert len(rig.comments(key)) == 122


@BOTH
async def test_links_that_an_administrator_switched_off_are_refused_in_jiras_words(flavour: Flavour) -> None:
    """Without linking an issue has no such field: that is no trouble that passes."""
    async with jira_rig(flavour) as rig:
        one, other = rig.seed(LABEL), rig.seed("rel-1-android")
        kind = {"Content-Type": "application/json"}
        issue = json.dumps({"key": one, "fields": {}})
        rig.simulator.fault(method="GET", path=f"/issue/{one}", status=200, headers=kind, body=issue)
        told = json.dumps({"errorMessages": ["Issue linking is currently disabled."], "errors": {}})
        rig.simulator.fault(method="POST", path="/issueLink", status=404, headers=kind, body=told)
        with pytest.raises(Refused, match="currently disabled"):
            await rig.pm.link(one, other)


def _chat(rig: JiraRig, key: str, number: int) -> None:
    issue = rig.simulator.ticket(key)
    comment = type(issue.comments[0])(id=f"9{number}", author="captain", body="chat", created=0.0)
    issue.comments.append(comment)
