"""What the bot asks of Slack besides messages: people, forms, App Home, answers to interactions."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pydantic import ValidationError

from integrations.slack import PROVIDER, Person, SlackSecrets, SlackSettings, SlackWeb, open_client
from integrations.slack.client import hook_hosts
from integrations.slack.errors import TABLE, Failed, translate
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater
from sandbox.kit import FaultKind
from sandbox.slack.app import DEFAULT_SCOPES
from tests.integrations.slack.slack_rig import SlackRig, slack_rig

WORDS = {"type": "plain_text", "text": "Start"}
MODAL = {"type": "modal", "title": WORDS, "blocks": [{"type": "section", "text": WORDS}]}
HOME = {"type": "home", "blocks": MODAL["blocks"]}


@pytest.fixture
async def rig() -> AsyncIterator[SlackRig]:
    """A workspace, whose conversation with us is judged at the end."""
    async with slack_rig() as made:
        yield made
        made.check()


def trigger(rig: SlackRig) -> str:
    """A trigger as a click gives it."""
    return rig.simulator.workspace.tickets.trigger(rig.user).id


def answer_address(rig: SlackRig) -> str:
    """A response_url as a command brings it."""
    ticket = rig.simulator.workspace.tickets.response_url(user=rig.user, channel=rig.channel)
    return f"{rig.simulator.url}/response/{rig.simulator.world.team_id}/{ticket.id}"


async def test_who_we_are(rig: SlackRig) -> None:
    """The workspace and the bot's own ids, from the token alone."""
    me = await rig.web.auth_test()
    app = rig.simulator.app_install
    assert (me.team_id, me.user_id, me.bot_id) == (rig.simulator.world.team_id, app.bot_user, app.bot_id)


async def test_a_person_is_asked_for_once_in_a_while(rig: SlackRig) -> None:
    """Name, time zone and address; kept for 15 minutes, then read again."""
    ann = await rig.web.users_info(rig.user)
    await rig.web.users_info(rig.user)
    assert (ann.name, ann.tz, ann.email) == ("ann", "Europe/Amsterdam", "ann@acme.example")
    assert rig.asked("users.info") == 1
    rig.clock.now += 901
    await rig.web.users_info(rig.user)
    assert rig.asked("users.info") == 2


async def test_a_failure_is_not_kept(rig: SlackRig) -> None:
    """Trouble while reading about a person passes with the trouble."""
    rig.simulator.fault(path="users.info", status=429, headers={"Retry-After": "3"})
    with pytest.raises(TryLater):
        await rig.web.users_info(rig.user)
    assert isinstance(await rig.web.users_info(rig.user), Person)


async def test_a_stranger_is_refused(rig: SlackRig) -> None:
    """An id that Slack doesn't know is no trouble that passes."""
    with pytest.raises(Refused, match="person"):
        await rig.web.users_info("U404")


async def test_members_of_a_group_are_kept_for_two_minutes(rig: SlackRig) -> None:
    """Who may approve is read often, and must not be old."""
    group = next(iter(rig.simulator.world.groups.values()))
    assert await rig.web.usergroups_users_list(group.id) == frozenset(group.users)
    rig.clock.now += 119
    await rig.web.usergroups_users_list(group.id)
    assert rig.asked("usergroups.users.list") == 1
    rig.clock.now += 2
    await rig.web.usergroups_users_list(group.id)
    assert rig.asked("usergroups.users.list") == 2


async def test_an_unknown_group_is_refused(rig: SlackRig) -> None:
    """The configuration names a group that is gone."""
    with pytest.raises(Refused, match="group"):
        await rig.web.usergroups_users_list("S404")


async def test_what_a_channel_is(rig: SlackRig) -> None:
    """Name, and whether we are in it."""
    found = await rig.web.conversations_info(rig.channel)
    assert (found.name, found.private, found.archived, found.member) == ("releases", False, False, False)


async def test_a_message_has_an_address(rig: SlackRig) -> None:
    """For links between card, thread and direct messages."""
    world = rig.simulator.world
    shown = world.channel("releases")
    posted = await rig.web.client.chat_postMessage(channel=shown.id, text="Ready")
    link = await rig.web.permalink(shown.id, posted["ts"])
    assert link.startswith(f"{rig.simulator.url}/archives/{shown.id}/p")


async def test_a_form_is_opened_once_per_trigger(rig: SlackRig) -> None:
    """The person sees it; the same trigger opens no second one."""
    used = trigger(rig)
    view_id = await rig.web.views_open(trigger_id=used, view=MODAL)
    top = rig.simulator.world.top_view(rig.user)
    assert top is not None
    assert top.id == view_id
    with pytest.raises(Refused, match="3 seconds"):
        await rig.web.views_open(trigger_id=used, view=MODAL)


async def test_a_trigger_lives_for_three_seconds(rig: SlackRig) -> None:
    """Too late is said in words that help: click again."""
    late = trigger(rig)
    rig.clock.now += 3.1
    with pytest.raises(Refused, match="click again"):
        await rig.web.views_open(trigger_id=late, view=MODAL)


async def test_an_open_form_is_replaced_unless_somebody_did(rig: SlackRig) -> None:
    """With a hash, an update doesn't overwrite a newer one."""
    view_id = await rig.web.views_open(trigger_id=trigger(rig), view=MODAL)
    first = rig.simulator.world.views[view_id].hash
    await rig.web.views_update(view_id=view_id, view=MODAL, view_hash=first)
    with pytest.raises(Refused, match="meantime"):
        await rig.web.views_update(view_id=view_id, view=MODAL, view_hash=first)
    await rig.web.views_update(view_id=view_id, view=MODAL)


async def test_a_closed_form_is_refused(rig: SlackRig) -> None:
    """Whoever wants to update it must tell the person elsewhere."""
    with pytest.raises(Refused, match="closed"):
        await rig.web.views_update(view_id="V404", view=MODAL)


async def test_a_form_on_top_needs_a_form_below(rig: SlackRig) -> None:
    """A trigger from a channel can't push."""
    with pytest.raises(Refused):
        await rig.web.views_push(trigger_id=trigger(rig), view=MODAL)


async def test_a_home_is_published_for_one_person(rig: SlackRig) -> None:
    """Again and again, with the same outcome."""
    await rig.web.views_publish(user=rig.user, view=HOME)
    await rig.web.views_publish(user=rig.user, view=HOME)
    homes = rig.simulator.world.homes
    assert list(homes) == [rig.user]


async def test_an_answer_reaches_the_person(rig: SlackRig) -> None:
    """Where the bot is no member too: the address itself is the permission."""
    await rig.web.respond(answer_address(rig), {"text": "Done", "response_type": "ephemeral"})
    assert rig.whispers(rig.user) == ["Done"]


async def test_an_address_takes_five_answers(rig: SlackRig) -> None:
    """The sixth is refused in words of ours, not with a status."""
    address = answer_address(rig)
    for _ in range(5):
        await rig.web.respond(address, {"text": "Done"})
    with pytest.raises(Refused, match="used up"):
        await rig.web.respond(address, {"text": "Done"})


async def test_an_address_lives_for_half_an_hour(rig: SlackRig) -> None:
    """What comes later must go another way."""
    address = answer_address(rig)
    rig.clock.now += 1_801
    with pytest.raises(Refused, match="expired"):
        await rig.web.respond(address, {"text": "Done"})


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/response/T1/R1",
        "http://127.0.0.1:1/response",
        "http://169.254.169.254/latest/meta-data",
        "/response/T1/R1",
        "",
    ],
)
async def test_answers_go_to_slack_only(rig: SlackRig, address: str) -> None:
    """An address in a payload doesn't make us send anything to somebody else."""
    with pytest.raises(Refused, match="not Slack's"):
        await rig.web.respond(address, {"text": "Done"})


def test_the_hosts_that_answers_may_go_to() -> None:
    """Slack's own hook host in production, the simulator's address beside its Web API."""
    assert hook_hosts("https://slack.com/api/") == {"hooks.slack.com"}
    assert hook_hosts("https://slack-gov.com/api/") == {"hooks.slack-gov.com"}
    assert hook_hosts("http://127.0.0.1:8080/api/") == {"127.0.0.1:8080"}


@pytest.mark.parametrize(
    ("fault", "maybe"),
    [
        ({"status": 500}, True),
        ({"status": 429, "headers": {"Retry-After": "2"}}, False),
        ({"kind": FaultKind.DROP_AFTER}, True),
        ({"kind": FaultKind.DROP_BEFORE}, True),
    ],
)
async def test_trouble_while_answering(rig: SlackRig, fault: dict[str, object], maybe: bool) -> None:
    """The same words of what to do next as for every other call."""
    rig.simulator.fault(path="/response/", **fault)
    with pytest.raises(TryLater) as caught:
        await rig.web.respond(answer_address(rig), {"text": "Done"})
    assert caught.value.maybe_done is maybe


async def test_a_redirect_is_not_followed(rig: SlackRig) -> None:
    """Our words don't travel to another host."""
    rig.simulator.fault(path="/response/", status=302, headers={"Location": "https://evil.example"})
    with pytest.raises(PortError):
        await rig.web.respond(answer_address(rig), {"text": "Done"})
    assert rig.whispers(rig.user) == []


_CALLS: dict[str, Callable[[SlackWeb], Awaitable[object]]] = {
    "auth.test": lambda web: web.auth_test(),
    "users.info": lambda web: web.users_info("U1"),
    "usergroups.users.list": lambda web: web.usergroups_users_list("S1"),
    "usergroups.users.update": lambda web: web.usergroups_users_update("S1", ["U1"]),
    "conversations.info": lambda web: web.conversations_info("C1"),
    "chat.getPermalink": lambda web: web.permalink("C1", "1.1"),
    "views.open": lambda web: web.views_open(trigger_id="1", view=MODAL),
}


@pytest.mark.parametrize("method", _CALLS)
@pytest.mark.parametrize(
    "body", ['{"ok": true}', '{"ok": true, "user": 3, "channel": [], "view": null}', "[]"]
)
async def test_an_answer_of_another_shape_is_trouble_that_passes(method: str, body: str) -> None:
    """No KeyError leaves the folder, whatever a proxy or a new version puts into an answer."""
    async with slack_rig() as rig:
        headers = {"Content-Type": "application/json"}
        rig.simulator.fault(path=f"/api/{method}", status=200, headers=headers, body=body)
        with pytest.raises(TryLater, match="could not be read"):
            await _CALLS[method](rig.web)


async def test_a_scope_that_is_missing_is_named() -> None:
    """Reading a group needs usergroups:read; whoever installs the app reads so."""
    async with slack_rig(scopes=DEFAULT_SCOPES - {"usergroups:read"}) as rig:
        with pytest.raises(NeedsCredentials, match="usergroups:read"):
            await rig.web.usergroups_users_list("S1")


@pytest.mark.parametrize("code", TABLE)
def test_every_row_makes_a_sentence(code: str) -> None:
    """No braces are left in what a person reads."""
    error = translate(Failed(code=code, making=True))
    assert "{" not in error.reason
    assert len(error.reason) > 10


@pytest.mark.parametrize(
    "url", ["slack.com/api", "ftp://slack.com/", "https://", "https://slack.com/api/?a=1"]
)
def test_a_wrong_address_is_refused_at_once(url: str) -> None:
    """The settings say so before anything is sent."""
    with pytest.raises(ValidationError):
        SlackSettings(base_url=url)


@pytest.mark.parametrize("token", ["", "xoxp-1", "xapp-1-a", "xoxb-1 2", "xoxb-1\n2", "xoxb-é"])
def test_a_wrong_token_is_refused_at_once(token: str) -> None:
    """Of a user, of the app, or broken on its way through the clipboard."""
    with pytest.raises(ValidationError):
        SlackSecrets.model_validate({"bot_token": token})


def test_the_token_is_not_shown() -> None:
    """Neither in a log nor in a traceback."""
    secrets = SlackSecrets.model_validate({"bot_token": " xoxb-very-secret\n"})
    assert "very" not in repr(secrets)
    assert secrets.bot_token.get_secret_value() == "xoxb-very-secret"


async def test_the_client_repeats_nothing_and_uses_no_proxy(
    rig: SlackRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK would post again after a reset, and take a proxy from the environment."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    secrets = SlackSecrets.model_validate({"bot_token": "xoxb-1"})
    client = open_client(SlackSettings(base_url="https://slack.com/api"), secrets, rig.session)
    assert (client.retry_handlers, client.proxy, client.session) == ([], None, rig.session)


def test_the_provider_names_its_models() -> None:
    """The registry knows what a connection needs."""
    assert (PROVIDER.key, PROVIDER.settings, PROVIDER.secrets) == ("slack", SlackSettings, SlackSecrets)
