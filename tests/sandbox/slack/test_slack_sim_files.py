"""Files of the simulator: an upload in three steps, as the real client makes it, and what Slack refuses."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from sandbox.slack import NotThere, SlackSimulator
from sandbox.slack.app import DEFAULT_SCOPES
from tests.sandbox.slack.slack_sim_rig import client_of, modal, plain, refusal

PICTURE = b"\x89PNG\r\n\x1a\nno real one"


async def test_the_real_client_uploads(slack: SlackSimulator) -> None:
    """`files_upload_v2` of the official client shares a file in a channel, with its title and a comment."""
    client, channel = client_of(slack), slack.world.channel("releases").id
    slack.person("ann").invites("stationmaster", channel="#releases")
    await client.files_upload_v2(
        content=PICTURE, filename="report.png", title="Report", channel=channel, initial_comment="Two weeks"
    )
    message = slack.person("bo").sees("#releases")[-1]
    file = slack.world.files[message.files[0]]
    assert (message.text, file.title, file.mimetype, file.content) == (
        "Two weeks",
        "Report",
        "image/png",
        PICTURE,
    )


async def test_an_upload_is_what_was_promised(slack: SlackSimulator) -> None:
    """Another number of bytes, a second upload, and a file that never came are refused."""
    client, channel = client_of(slack), slack.world.channel("releases").id
    slack.person("ann").invites("stationmaster", channel="#releases")
    promised = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    files: Any = [{"id": promised["file_id"]}]
    done = client.files_completeUploadExternal(files=files, channel_id=channel)
    assert await refusal(done) == "file_not_found"
    async with aiohttp.ClientSession() as session:
        for content, status in ((b"four", 400), (b"abc", 200), (b"abc", 404)):
            async with session.post(promised["upload_url"], data=content) as answer:
                assert answer.status == status
    await client.files_completeUploadExternal(files=files, channel_id=channel)
    again = client.files_completeUploadExternal(files=files, channel_id=channel)
    assert await refusal(again) == "file_not_found"
    assert await refusal(client.files_getUploadURLExternal(filename="a.txt", length=0)) == "invalid_arguments"


async def test_places_and_scopes_are_asked(slack: SlackSimulator) -> None:
    """A file goes only where the app is a member; reading one needs `files:read`, and the address needs the token."""
    client, channel = client_of(slack), slack.world.channel("releases").id
    slack.person("ann").invites("stationmaster", channel="#releases")
    answer = await client.files_upload_v2(content="abc", filename="a.txt", channel=channel)
    file_id = answer["files"][0]["id"]
    assert await refusal(client.files_info(file=file_id)) == "missing_scope"
    elsewhere = client.files_upload_v2(
        content="abc", filename="a.txt", channel=slack.world.channel("builds").id
    )
    assert await refusal(elsewhere) == "not_in_channel"
    async with aiohttp.ClientSession() as session, session.get(slack.world.files[file_id].url) as given:
        assert given.status == 403
    slack.workspace.app = replace(slack.app_install, scopes=DEFAULT_SCOPES | {"files:read"})
    assert (await client.files_info(file=file_id))["file"]["size"] == 3
    await client.files_delete(file=file_id)
    assert await refusal(client.files_info(file=file_id)) == "file_not_found"


async def test_a_file_field_takes_what_it_asks_for(slack: SlackSimulator) -> None:
    """A form's file field holds whole files, of the kinds that it names, and no file that was never uploaded."""
    ann = slack.person("ann")
    field = {"type": "file_input", "action_id": "logs", "filetypes": ["txt"]}
    view = modal({"type": "input", "block_id": "logs", "label": plain("Logs"), "element": field})
    trigger = slack.workspace.tickets.trigger(ann.id).id
    await client_of(slack).views_open(trigger_id=trigger, view=view)
    promised = await client_of(slack).files_getUploadURLExternal(filename="a.png", length=3)
    async with aiohttp.ClientSession() as session, session.post(promised["upload_url"], data=b"abc"):
        pass
    opened = ann.modal
    assert opened is not None
    for wrong in ("F404", promised["file_id"]):
        with pytest.raises(NotThere):
            await ann.writes(opened, "Logs", wrong)
