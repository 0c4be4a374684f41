"""Conversations, users, groups and marks of the simulated Web API."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from sandbox.slack import App, SlackSimulator
from sandbox.slack.values import Channel, ChannelKind
from tests.sandbox.slack.slack_sim_rig import client_of, refusal


@pytest.fixture
async def reader() -> AsyncIterator[SlackSimulator]:
    """A workspace whose app may read histories."""
    app = App()
    scopes = app.scopes | {"channels:history", "groups:history"}
    simulator = SlackSimulator(app=replace(app, scopes=scopes), rate_scale=0)
    await simulator.start()
    yield simulator
    await simulator.stop()


async def test_channels_are_listed_by_pages(slack: SlackSimulator) -> None:
    """The cursor leads through all channels, and a page may be empty yet have a cursor."""
    slack.settings.page_size, slack.settings.empty_pages = 2, True
    names: list[str] = []
    sizes: list[int] = []
    cursor = ""
    for _ in range(9):
        options: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page = await client_of(slack).conversations_list(limit=200, **options)
        names += [c["name"] for c in page["channels"]]
        sizes.append(len(page["channels"]))
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert sizes == [0, 2, 2, 1]
    assert names == ["general", "releases", "builds", "regression", "critical"]


async def test_what_the_app_can_see(slack: SlackSimulator) -> None:
    """Archived ones can be left out; private ones show to members only, and need their scope."""
    client, ann = client_of(slack), slack.person("ann")
    secret = Channel(id="G1", name="secret", kind=ChannelKind.PRIVATE, members=(ann.id,))
    slack.world.put_channel(secret)
    ann.archives("#critical")

    async def names(**options: Any) -> list[str]:
        return [c["name"] for c in (await client.conversations_list(**options))["channels"]]

    assert "critical" not in await names(exclude_archived=True)
    assert await names(types="private_channel") == []
    assert await refusal(client.conversations_info(channel="G1")) == "channel_not_found"
    ann.invites(slack.app_install.handle, channel="#secret")
    assert await names(types="private_channel") == ["secret"]
    assert (await client.conversations_info(channel="G1"))["channel"]["is_private"] is True
    assert await refusal(client.conversations_list(types="mpim")) == "missing_scope"
    assert await refusal(client.conversations_list(types="wrong")) == "invalid_types"


async def test_joining(slack: SlackSimulator) -> None:
    """Joining twice is a warning; private and archived channels cannot be joined."""
    client, ann, me = client_of(slack), slack.person("ann"), slack.app_install.bot_user
    channel = slack.world.channel("releases").id
    assert "warning" not in await client.conversations_join(channel=channel)
    assert (await client.conversations_join(channel=channel))["warning"] == "already_in_channel"
    assert me in (await client.conversations_members(channel=channel))["members"]
    secret = Channel(id="G1", name="secret", kind=ChannelKind.PRIVATE, members=(ann.id, me))
    slack.world.put_channel(secret)
    call = client.conversations_join(channel="G1")
    assert await refusal(call) == "method_not_supported_for_channel_type"
    ann.archives("#builds")
    builds = slack.world.channel("builds").id
    assert await refusal(client.conversations_join(channel=builds)) == "is_archived"


async def test_direct_messages_are_opened_once(slack: SlackSimulator) -> None:
    """Opening is idempotent; unknown people are refused."""
    client, ann = client_of(slack), slack.person("ann")
    first = await client.conversations_open(users=ann.id, return_im=True)
    second = await client.conversations_open(users=[ann.id])
    assert first["channel"]["id"] == second["channel"]["id"]
    assert first["channel"]["user"] == ann.id
    assert await refusal(client.conversations_open(users="U404")) == "user_not_found"
    assert await refusal(client.conversations_open(users="")) == "users_list_not_supplied"


async def test_history_needs_its_scope_and_membership(slack: SlackSimulator, reader: SlackSimulator) -> None:
    """Without the history scope `missing_scope`, without membership `not_in_channel`."""
    channel = slack.world.channel("releases").id
    assert await refusal(client_of(slack).conversations_history(channel=channel)) == "missing_scope"
    channel = reader.world.channel("releases").id
    assert await refusal(client_of(reader).conversations_history(channel=channel)) == "not_in_channel"


async def test_history_and_replies(reader: SlackSimulator) -> None:
    """Newest first without replies and ephemerals; metadata on demand; threads oldest first."""
    client, ann = client_of(reader), reader.person("ann")
    channel = reader.world.channel("releases").id
    await client.conversations_join(channel=channel)
    metadata = {"event_type": "card", "event_payload": {"id": "r1"}}
    parent = (await client.chat_postMessage(channel=channel, text="card", metadata=metadata))["ts"]
    await client.chat_postMessage(channel=channel, text="step", thread_ts=parent)
    await client.chat_postEphemeral(channel=channel, user=ann.id, text="psst")
    await ann.types("hello", channel="#releases")
    plain = (await client.conversations_history(channel=channel))["messages"]
    assert [m["text"] for m in plain] == ["hello", "card"]
    assert "metadata" not in plain[1]
    assert plain[1]["reply_count"] == 1
    full = (await client.conversations_history(channel=channel, include_all_metadata=True))["messages"]
    assert full[1]["metadata"] == metadata
    newer = (await client.conversations_history(channel=channel, oldest=parent))["messages"]
    assert [m["text"] for m in newer] == ["hello"]
    thread = (await client.conversations_replies(channel=channel, ts=parent))["messages"]
    assert [m["text"] for m in thread] == ["card", "step"]
    call = client.conversations_replies(channel=channel, ts="1.000001")
    assert await refusal(call) == "thread_not_found"


async def test_people_are_found(slack: SlackSimulator) -> None:
    """By id, by e-mail without case, and in the list; deleted ones by id only."""
    client, ann = client_of(slack), slack.person("ann")
    assert (await client.users_info(user=ann.id))["user"]["name"] == "ann"
    found = await client.users_lookupByEmail(email="ANN@acme.example")
    assert found["user"]["id"] == ann.id
    assert len((await client.users_list())["members"]) == 6
    slack.world.put_user(replace(ann.user, deleted=True))
    assert (await client.users_info(user=ann.id))["user"]["deleted"] is True
    assert await refusal(client.users_lookupByEmail(email="ann@acme.example")) == "users_not_found"
    assert await refusal(client.users_info(user="U404")) == "user_not_found"


async def test_groups(slack: SlackSimulator) -> None:
    """Groups list their users on demand, and by id."""
    client, ann = client_of(slack), slack.person("ann")
    (group,) = (await client.usergroups_list(include_users=True))["usergroups"]
    assert (group["handle"], group["users"]) == ("mobile-captains", [ann.id])
    assert (await client.usergroups_users_list(usergroup=group["id"]))["users"] == [ann.id]
    assert await refusal(client.usergroups_users_list(usergroup="S404")) == "no_such_subteam"


async def test_a_group_is_replaced_whole(slack: SlackSimulator) -> None:
    """The members are exactly those given; none, strangers and bots are refused, and so is a group that is off."""
    client, bo = client_of(slack), slack.person("bo").id
    group = next(iter(slack.world.groups.values()))
    answer = await client.usergroups_users_update(usergroup=group.id, users=[bo])
    assert answer["usergroup"]["users"] == [bo]
    assert slack.world.groups[group.id].users == (bo,)

    async def refused(users: list[str], usergroup: str = group.id) -> str:
        return await refusal(client.usergroups_users_update(usergroup=usergroup, users=users))

    assert await refused([bo], "S404") == "no_such_subteam"
    assert await refused(["U404"]) == "invalid_users"
    assert await refused([slack.workspace.app.bot_user]) == "invalid_users"
    slack.world.put_group(replace(slack.world.groups[group.id], disabled=True))
    assert await refused([bo]) == "subteam_disabled"


async def test_marks_are_made_once(slack: SlackSimulator) -> None:
    """Reactions and pins say when they are there already; bookmarks take links."""
    client, channel = client_of(slack), slack.world.channel("releases").id
    await client.conversations_join(channel=channel)
    ts = (await client.chat_postMessage(channel=channel, text="x"))["ts"]
    react = {"channel": channel, "timestamp": ts, "name": "rocket"}
    assert [await refusal(client.reactions_add(**react)) for _ in range(2)] == ["", "already_reacted"]
    assert await refusal(client.reactions_add(**{**react, "name": "No!"})) == "invalid_name"
    pin = {"channel": channel, "timestamp": ts}
    assert [await refusal(client.pins_add(**pin)) for _ in range(2)] == ["", "already_pinned"]
    assert await refusal(client.pins_add(channel=channel, timestamp="1.1")) == "message_not_found"
    mark = {"channel_id": channel, "title": "Notes", "type": "link"}
    assert await refusal(client.bookmarks_add(**mark, link="https://x.example")) == ""
    assert await refusal(client.bookmarks_add(**mark, link="x")) == "invalid_link"
    message = slack.world.message(channel, ts)
    assert message is not None
    assert (message.pinned, message.reactions[0][0]) == (True, "rocket")
