"""The simulator's answers against the description of Slack's Web API."""

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import App, SlackSimulator
from tests.sandbox.slack.slack_sim_rig import actions, button, client_of, modal, refusal, section, text_input
from tests.support.oracle import oracle

pytestmark = pytest.mark.slow
RICH: list[dict[str, Any]] = [
    section("Release 1.4.0", accessory=button("Open", "open", url="https://x.example")),
    {"type": "header", "text": {"type": "plain_text", "text": "Head"}},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "Updated"}]},
    actions(button("Approve", "approve", style="primary", value="r1"), button("Reject", "reject")),
]


async def use_chat(client: AsyncWebClient, channel: str, ann: str) -> None:
    """Call every method about messages."""
    metadata = {"event_type": "card", "event_payload": {"id": "r1"}}
    ts = (await client.chat_postMessage(channel=channel, text="x", blocks=RICH, metadata=metadata))["ts"]
    await client.chat_postMessage(channel=channel, text="x", thread_ts=ts, reply_broadcast=True)
    await client.chat_postEphemeral(channel=channel, user=ann, text="x", blocks=RICH)
    await client.chat_update(channel=channel, ts=ts, text="y", blocks=RICH[:2])
    await client.chat_update(channel=channel, ts=ts, text="z")
    await client.chat_getPermalink(channel=channel, message_ts=ts)
    await client.reactions_add(channel=channel, timestamp=ts, name="rocket")
    await client.pins_add(channel=channel, timestamp=ts)
    await client.bookmarks_add(channel_id=channel, title="Notes", type="link", link="https://x.example")
    await client.conversations_history(channel=channel, include_all_metadata=True)
    await client.conversations_replies(channel=channel, ts=ts)
    await client.chat_delete(channel=channel, ts=ts)


async def use_directory(client: AsyncWebClient, channel: str, ann: str) -> None:
    """Call every method about people and channels."""
    await client.auth_test()
    await client.conversations_list(types="public_channel,private_channel", limit=2)
    await client.conversations_info(channel=channel, include_num_members=True)
    await client.conversations_join(channel=channel)
    await client.conversations_members(channel=channel, limit=2)
    opened = await client.conversations_open(users=ann, return_im=True)
    await client.conversations_info(channel=opened["channel"]["id"])
    await client.users_info(user=ann)
    await client.users_list(limit=2)
    await client.users_lookupByEmail(email="ann@acme.example")
    await client.bots_info()
    groups = await client.usergroups_list(include_users=True)
    await client.usergroups_users_list(usergroup=groups["usergroups"][0]["id"])


async def use_views(slack: SlackSimulator, client: AsyncWebClient, ann: str) -> None:
    """Call every method about views."""
    tickets = slack.workspace.tickets
    form = modal(text_input("Version", "version"), section("x"))
    opened = await client.views_open(trigger_id=tickets.trigger(ann).id, view=form)
    view = opened["view"]
    trigger = tickets.trigger(ann, view_id=view["id"]).id
    await client.views_push(trigger_id=trigger, view=modal(section("y")))
    await client.views_update(view_id=view["id"], hash=view["hash"], view=form)
    await client.views_publish(user_id=ann, view={"type": "home", "blocks": RICH})


async def test_answers_are_as_described() -> None:
    """Every method that the description knows is called, and each answer has the described shape."""
    app = App()
    scopes = app.scopes | {"channels:history"}
    slack = SlackSimulator(app=replace(app, scopes=scopes), rate_scale=0)
    await slack.start()
    try:
        client, ann = client_of(slack), slack.person("ann").id
        channel = slack.world.channel("releases").id
        await client.apps_connections_open(app_token=slack.app_install.app_token)
        await use_directory(client, channel, ann)
        await use_chat(client, channel, ann)
        await use_views(slack, client, ann)
        assert await refusal(client.users_info(user="U404")) == "user_not_found"
        bad = client.chat_postMessage(channel=channel, text="x", blocks=[section("x" * 3001)])
        assert await refusal(bad) == "invalid_blocks"
    finally:
        await slack.stop()
    called = {e.path for e in slack.record}
    assert len(called) == 27
    judge = oracle("slack.json", prefixes={"/api": ""})
    # slack_sdk puts arguments of POSTs into the query, and booleans as 1 and 0. Slack reads both, but the
    # description knows bodies and `boolean` only.
    found = [p for e in slack.record for p in judge.problems(e) if "query parameter" not in p]
    assert found == []
