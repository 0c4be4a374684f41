"""Who may do what in Jira, and how a refusal is told: log-in, permissions, fields, addresses."""

import json
import traceback
from collections.abc import Awaitable, Callable

import pytest

from orchestration.ports.errors import NeedsCredentials, PortError, Refused
from sandbox.jira import CLOUD_ID, GATEWAY, TOKEN, Account, Flavour
from tests.integrations.jira.jira_rig import TEAM, jira_rig, request

LABEL = "rel-1-ios"
BOTH = pytest.mark.parametrize("flavour", list(Flavour))


@BOTH
@pytest.mark.parametrize("verb", ["find", "create", "status"])
async def test_a_wrong_token_is_needs_credentials(flavour: Flavour, verb: str) -> None:
    """Trap 9: Cloud answers a wrong token as to anybody, with 404 and empty lists; the header tells."""
    async with jira_rig(flavour) as rig:
        key = rig.seed(LABEL)
        pm = rig.another(token="wrong")
        attempts: dict[str, Callable[[], Awaitable[object]]] = {
            "find": lambda: pm.find_ticket(project="MOB", label=LABEL),
            "create": lambda: pm.create_release_ticket(request("rel-2-ios")),
            "status": lambda: pm.check_ticket_status(key),
        }
        with pytest.raises(NeedsCredentials) as caught:
            await attempts[verb]()
        assert "wrong" not in str(caught.value)
        assert rig.tickets("rel-2-ios") == 0


@BOTH
async def test_a_token_that_expires_is_needs_credentials(flavour: Flavour) -> None:
    """Trap 9: a connection that worked says at once that it does no more, and does not call it "not found"."""
    async with jira_rig(flavour) as rig:
        key = rig.seed(LABEL)
        await rig.pm.check_ticket_status(key)
        rig.simulator.account.token = "renewed"
        for attempt in (
            lambda: rig.pm.check_ticket_status(key),
            lambda: rig.pm.find_ticket(project="MOB", label=LABEL),
            lambda: rig.pm.comment(key, "text", marker="sm:1"),
        ):
            with pytest.raises(NeedsCredentials):
                await attempt()


@pytest.mark.parametrize(
    ("flavour", "email"), [(Flavour.CLOUD, ""), (Flavour.DATA_CENTER, "captain@example.com")]
)
async def test_the_wrong_kind_of_login_says_which_is_right(flavour: Flavour, email: str) -> None:
    """Trap 9: Cloud takes e-mail and API token, Data Center a personal access token alone."""
    async with jira_rig(flavour) as rig:
        with pytest.raises(NeedsCredentials) as caught:
            await rig.another(email=email).find_ticket(project="MOB", label=LABEL)
        assert "e-mail" in caught.value.reason
        assert caught.value.link is not None


async def test_a_log_in_that_waits_for_a_captcha_says_so() -> None:
    """After too many wrong passwords Data Center refuses the right one too, until somebody logs in in a browser."""
    async with jira_rig(Flavour.DATA_CENTER) as rig:
        headers = {
            "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
            "X-Authentication-Denied-Reason": f"CAPTCHA_CHALLENGE; login-url={rig.simulator.url}/login.jsp",
        }
        rig.simulator.fault(path="/search", status=403, headers=headers, body="Basic Authentication Failure")
        with pytest.raises(NeedsCredentials, match="CAPTCHA"):
            await rig.pm.find_ticket(project="MOB", label=LABEL)


async def test_a_token_with_scopes_works_through_the_gateway_only() -> None:
    """Trap 9: its address is api.atlassian.com/ex/jira/{cloudId}; links for people lead to the site."""
    async with jira_rig(Flavour.CLOUD) as rig:
        rig.simulator.site.accounts.append(
            Account(id="bot", name="Bot", email="bot@example.com", token="scoped", scoped=True)
        )
        address = f"{rig.simulator.url}{GATEWAY}"
        pm = rig.another(email="bot@example.com", token="scoped", base_url=f"{address}/")
        ticket = await pm.create_release_ticket(request(LABEL))
        assert ticket.url == f"{rig.simulator.url}/browse/MOB-1"
        assert all(CLOUD_ID in e.path for e in rig.simulator.record)
        with pytest.raises(NeedsCredentials):
            await rig.another(email="bot@example.com", token="scoped").check_ticket_status("MOB-1")


@BOTH
async def test_an_account_that_may_only_look_needs_credentials_to_create(flavour: Flavour) -> None:
    """A permission that is missing is for a person to grant: NeedsCredentials, with Jira's words."""
    async with jira_rig(flavour) as rig:
        rig.simulator.account.may = frozenset({"browse"})
        with pytest.raises(NeedsCredentials) as caught:
            await rig.pm.create_release_ticket(request(LABEL))
        assert "permission to create issues" in caught.value.reason


@BOTH
async def test_all_field_errors_are_told_with_their_fields(flavour: Flavour) -> None:
    """Required fields and a create screen without labels: every field with its message, in one Refused."""
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("WEB", fields=(TEAM,), screen=frozenset({"summary", "description"}))
        with pytest.raises(Refused) as caught:
            await rig.pm.create_release_ticket(request(LABEL, project="WEB"))
        assert "customfield_10010: Team is required." in caught.value.reason
        assert "labels: Field 'labels' cannot be set" in caught.value.reason


@BOTH
async def test_a_project_that_is_hidden_is_refused(flavour: Flavour) -> None:
    """What the account may not see does not exist for it."""
    async with jira_rig(flavour) as rig:
        rig.simulator.world.add_project("TOP", visible_to=frozenset({"somebody else"}))
        with pytest.raises(Refused):
            await rig.pm.find_ticket(project="TOP", label=LABEL)


@BOTH
async def test_words_in_a_query_stay_words(flavour: Flavour) -> None:
    """A project that holds quotes cannot end the string and widen the query."""
    async with jira_rig(flavour) as rig:
        rig.seed(LABEL)
        with pytest.raises(Refused) as caught:
            await rig.pm.find_ticket(project='X" OR project = "MOB', label=LABEL)
        assert "does not exist" in caught.value.reason


@BOTH
async def test_an_unknown_link_type_is_refused(flavour: Flavour) -> None:
    """Link types are the site's own; the settings name the one to use."""
    async with jira_rig(flavour) as rig:
        first, second = rig.seed("one"), rig.seed("two")
        with pytest.raises(Refused) as caught:
            await rig.another(link_type="Belongs").link(first, second)
        assert "Belongs" in caught.value.reason
        sent = json.loads(rig.simulator.record[-1].request_body)
        assert sent.keys() == {"type", "inwardIssue", "outwardIssue"}


async def test_nothing_is_sent_before_the_first_verb() -> None:
    """Making the port does no I/O."""
    async with jira_rig(Flavour.CLOUD) as rig:
        rig.another()
        assert rig.simulator.record == []


async def test_an_address_that_is_not_allowed_is_refused() -> None:
    """The egress guard holds for the library's session too, before anything is sent."""
    async with jira_rig(Flavour.CLOUD) as rig:
        elsewhere = rig.simulator.url.replace("127.0.0.1", "127.0.0.2")
        with pytest.raises(Refused):
            await rig.another(base_url=elsewhere).find_ticket(project="MOB", label=LABEL)
        assert rig.simulator.record == []


@BOTH
async def test_a_site_that_has_moved_is_refused_with_its_address(flavour: Flavour) -> None:
    """A redirected POST would become a GET, and the token is not for other hosts: say where Jira is now."""
    async with jira_rig(flavour) as old, jira_rig(flavour) as new:
        place = f"{new.simulator.url}/rest/api/2/serverInfo"
        old.simulator.fault(path="/serverInfo", status=302, headers={"Location": place})
        with pytest.raises(Refused) as caught:
            await old.pm.create_release_ticket(request(LABEL))
        assert new.simulator.url in caught.value.reason
        assert "Authorization" not in new.simulator.record[0].request_headers


@BOTH
async def test_errors_hold_no_secrets(flavour: Flavour) -> None:
    """Neither the token nor a session's cookie stands in an error, its causes or their texts."""
    async with jira_rig(flavour) as rig:
        key = rig.seed(LABEL)
        pm = rig.another()
        await pm.check_ticket_status(key)
        for status in (400, 401, 500):
            rig.simulator.fault(path="/issue/", status=status, headers={"Set-Cookie": "JSESSIONID=canary"})
            with pytest.raises(PortError) as caught:
                await pm.check_ticket_status(key)
            told = "".join(traceback.format_exception(caught.value))
            assert "canary" not in told
            assert TOKEN not in told
