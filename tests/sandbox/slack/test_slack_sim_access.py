"""Tokens, scopes, unknown methods, arguments and rate limits of the simulated Web API."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from sandbox.kit import FaultKind
from sandbox.slack import App, SlackSimulator
from tests.sandbox.slack.slack_sim_rig import HandClock, client_of, refusal


@pytest.fixture
async def limited(clock: HandClock) -> AsyncIterator[SlackSimulator]:
    """A workspace with Slack's rate limits."""
    simulator = SlackSimulator(clock=clock)
    await simulator.start()
    yield simulator
    await simulator.stop()


async def test_whose_token_it_is(slack: SlackSimulator) -> None:
    """`auth.test` names the bot, and every answer lists the scopes in a header."""
    answer = await client_of(slack).auth_test()
    assert (answer["user_id"], answer["bot_id"]) == (slack.app_install.bot_user, slack.app_install.bot_id)
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_tokens_are_checked(slack: SlackSimulator) -> None:
    """No token, a wrong one, one of the wrong type and a revoked one are told apart."""
    client = client_of(slack)
    assert await refusal(client_of(slack, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert (
        await refusal(client_of(slack, slack.app_install.app_token).auth_test()) == "not_allowed_token_type"
    )
    call = client.apps_connections_open(app_token=slack.app_install.bot_token)
    assert await refusal(call) == "not_allowed_token_type"
    slack.break_token()
    assert await refusal(client.auth_test()) == "token_revoked"
    slack.break_token("")
    assert await refusal(client.auth_test()) == ""
    client.token = None
    assert await refusal(client.auth_test()) == "not_authed"


async def test_a_json_body_carries_no_token(slack: SlackSimulator) -> None:
    """With JSON the token must be in the header."""
    body = {"token": slack.app_install.bot_token, "channel": "C1", "text": "x"}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{slack.url}/api/chat.postMessage", json=body) as answer:
            refused = await answer.json()
        async with session.post(f"{slack.url}/api/chat.postMessage", data=body) as answer:
            read = await answer.json()
    assert (refused["error"], read["error"]) == ("not_authed", "channel_not_found")


async def test_a_missing_scope_is_named() -> None:
    """`missing_scope` tells what is needed and what there is."""
    slack = SlackSimulator(app=App(scopes=frozenset({"chat:write"})), rate_scale=0)
    await slack.start()
    try:
        with pytest.raises(SlackApiError) as caught:
            await client_of(slack).users_list()
        answer = caught.value.response
        assert (answer["error"], answer["needed"], answer["provided"]) == (
            "missing_scope",
            "users:read",
            "chat:write",
        )
    finally:
        await slack.stop()


async def test_an_unknown_method(slack: SlackSimulator) -> None:
    """A method that Slack does not have is `unknown_method`, and held against the app."""
    assert await refusal(client_of(slack).api_call("chat.postMesage", json={})) == "unknown_method"
    assert [v.kind for v in slack.violations] == ["unknown_method"]


async def test_arguments_are_read(slack: SlackSimulator) -> None:
    """A missing one is refused by name, an unknown one is ignored as Slack does, and held against the app."""
    client = client_of(slack)
    with pytest.raises(SlackApiError) as caught:
        await client.api_call("users.info", params={"usr": "U1"})
    assert caught.value.response["errors"] == ["missing required field: user"]
    assert [v.kind for v in slack.violations] == ["unknown_argument", "invalid_arguments"]


async def test_methods_that_read_take_no_json(slack: SlackSimulator) -> None:
    """Arguments in a JSON body do not reach a method that reads forms only."""
    client = client_of(slack)
    ann = slack.person("ann").id
    assert await refusal(client.api_call("users.info", json={"user": ann})) == "invalid_arguments"
    assert await refusal(client.users_info(user=ann)) == ""


async def test_api_test_gives_arguments_back(slack: SlackSimulator) -> None:
    """`api.test` needs no token and echoes."""
    client = client_of(slack)
    client.token = None
    assert (await client.api_test(foo="bar"))["args"] == {"foo": "bar"}
    assert await refusal(client.api_test(error="my_error")) == "my_error"


async def test_one_message_a_second_in_a_channel(limited: SlackSimulator, clock: HandClock) -> None:
    """After a short burst a channel takes a message a second, told by `Retry-After`; others are free."""
    client = client_of(limited)
    for _ in range(5):
        await client.chat_postMessage(channel="#releases", text="x")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=limited.world.channel("releases").id, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel="#builds", text="x")
    clock.turn(1)
    await client.chat_postMessage(channel="#releases", text="x")
    assert len(limited.person("ann").sees("#releases")) == 6


async def test_a_tier_refills_on_the_clock(limited: SlackSimulator, clock: HandClock) -> None:
    """Tier 2 takes twenty calls a minute."""
    client = client_of(limited)
    for _ in range(20):
        await client.usergroups_list()
    assert await refusal(client.usergroups_list()) == "ratelimited"
    clock.turn(3)
    assert await refusal(client.usergroups_list()) == ""


async def test_limits_can_be_scaled(limited: SlackSimulator) -> None:
    """Scale 0 turns the limits off, another scale multiplies them."""
    client = client_of(limited)
    limited.workspace.limits.reset(0)
    assert [await refusal(client.usergroups_list()) for _ in range(25)] == [""] * 25
    limited.workspace.limits.reset(0.1)
    found = [await refusal(client.usergroups_list()) for _ in range(3)]
    assert found == ["", "", "ratelimited"]


async def test_a_storm_of_429s(slack: SlackSimulator) -> None:
    """A storm refuses the next calls of a method as a rate limit does, and does nothing."""
    slack.storm(method="chat.postMessage", times=2, seconds=7)
    client = client_of(slack)
    for _ in range(2):
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel="#releases", text="x")
        assert caught.value.response["error"] == "ratelimited"
        assert caught.value.response.headers["Retry-After"] == "7"
    await client.chat_postMessage(channel="#releases", text="x")
    assert len(slack.person("ann").sees("#releases")) == 1


async def test_slack_down_and_lost_answers(slack: SlackSimulator) -> None:
    """While Slack is down nothing is done; a lost answer leaves the message."""
    client, ann = client_of(slack), slack.person("ann")
    slack.go_down()
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="#releases", text="x")
    assert caught.value.response.status_code == 503
    assert ann.sees("#releases") == []
    slack.go_down(down=False)
    slack.fault(path="chat.postMessage", kind=FaultKind.DROP_AFTER)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="#releases", text="lost")
    assert [m.text for m in ann.sees("#releases")] == ["lost"]
