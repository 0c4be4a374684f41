"""`files.*`: the upload in three steps. Source: docs.slack.dev/messaging/working-with-files.

An address is asked for, the bytes are sent there (`cabinet.py`), and the upload is completed, which shares it.
"""

import mimetypes
from dataclasses import replace
from typing import Any

from sandbox.slack.cabinet import FOLDER, UPLOAD
from sandbox.slack.methods import Call, Kind, Method, words
from sandbox.slack.shapes import file_json
from sandbox.slack.values import Channel, ChannelKind, File, Json, Message
from sandbox.slack.web_chat import read_blocks, tell_of_message
from sandbox.slack.workspace import SlackError, Workspace, refuse_problems

MOST_BYTES = 2**30


def promise(workspace: Workspace, *, user: str, name: str, size: int, alt_text: str = "") -> File:
    """Return a file whose bytes are still to come."""
    world = workspace.world
    file_id = world.new_id("F")
    return world.put_file(
        File(
            id=file_id,
            name=name,
            title=name,
            user=user,
            created=int(world.clock()),
            size=size,
            url=f"{workspace.base_url}{FOLDER}{world.team_id}-{file_id}/{name}",
            mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
            alt_text=alt_text,
        )
    )


def get_upload_url(call: Call) -> Json:
    """`files.getUploadURLExternal`: an address for exactly one file of the given size."""
    size = int(call.get("length"))
    if size < 1:
        raise refuse_problems("invalid_arguments", ["must be greater than 0 [json-pointer:/length]"])
    if size > MOST_BYTES:
        raise SlackError("file_upload_size_restricted")
    workspace = call.workspace
    file = promise(
        workspace,
        user=workspace.app.bot_user,
        name=call.word("filename"),
        size=size,
        alt_text=call.word("alt_txt"),
    )
    return {"upload_url": f"{workspace.base_url}{UPLOAD}{file.id}", "file_id": file.id}


def _uploaded(call: Call) -> list[File]:
    given: Any = call.get("files")
    if not isinstance(given, list) or not given or not all(isinstance(item, dict) for item in given):
        raise refuse_problems("invalid_arguments", ["must provide an array [json-pointer:/files]"])
    found = []
    for item in given:
        file = call.workspace.world.files.get(str(item.get("id")))
        if file is None or file.content is None or file.finished or file.user != call.workspace.app.bot_user:
            raise SlackError("file_not_found")
        found.append(replace(file, title=str(item.get("title") or file.name), finished=True))
    return found


def _places(call: Call) -> list[Channel]:
    names = [n for n in (call.word("channel_id"), *call.get("channels", [])) if n]
    world, me = call.workspace.world, call.workspace.app.bot_user
    places = []
    for name in dict.fromkeys(names):
        channel = world.channels.get(name)
        if channel is None or (channel.kind is not ChannelKind.PUBLIC and me not in channel.members):
            raise SlackError("channel_not_found")
        if me not in channel.members:
            raise SlackError("not_in_channel")
        if channel.archived:
            raise SlackError("is_archived")
        places.append(channel)
    return places


def complete_upload(call: Call) -> Json:
    """`files.completeUploadExternal`: shares the files in one message a place; without a place they stay private."""
    workspace, world = call.workspace, call.workspace.world
    places = _places(call)
    thread_ts = call.word("thread_ts")
    if thread_ts and any(world.message(place.id, thread_ts) is None for place in places):
        raise SlackError("cannot_reply_to_message")
    blocks = read_blocks(call.get("blocks"))
    files = [world.put_file(file) for file in _uploaded(call)]
    for place in places:
        message = world.put_message(
            Message(
                channel=place.id,
                ts=world.new_ts(),
                user=workspace.app.bot_user,
                bot_id=workspace.app.bot_id,
                text="" if blocks else call.word("initial_comment"),
                blocks=blocks,
                thread_ts=thread_ts,
                files=tuple(file.id for file in files),
            )
        )
        tell_of_message(workspace, place, message)
    return {"files": [file_json(world, file) for file in files]}


def _named(call: Call) -> File:
    file = call.workspace.world.files.get(call.word("file"))
    if file is None or not file.finished:
        raise SlackError("file_not_found")
    return file


def info(call: Call) -> Json:
    """`files.info`: one file."""
    return {"file": file_json(call.workspace.world, _named(call)), "comments": []}


def delete(call: Call) -> Json:
    """`files.delete`: the app's own files only."""
    file, world = _named(call), call.workspace.world
    if file.user != call.workspace.app.bot_user:
        raise SlackError("cant_delete_file")
    del world.files[file.id]
    world.changed("file", file.id)
    return {}


METHODS = (
    Method(
        name="files.getUploadURLExternal",
        run=get_upload_url,
        tier=4,
        scopes=("files:write",),
        required=("filename", "length"),
        arguments={**words("filename", "alt_txt", "snippet_type"), "length": Kind.NUMBER},
        reads_json=False,
    ),
    Method(
        name="files.completeUploadExternal",
        run=complete_upload,
        tier=4,
        scopes=("files:write",),
        required=("files",),
        arguments={
            **words("channel_id", "initial_comment", "thread_ts"),
            "files": Kind.JSON,
            "channels": Kind.WORDS,
            "blocks": Kind.JSON,
        },
    ),
    Method(
        name="files.info",
        run=info,
        tier=4,
        scopes=("files:read",),
        required=("file",),
        arguments={
            **words("file", "cursor"),
            "count": Kind.NUMBER,
            "limit": Kind.NUMBER,
            "page": Kind.NUMBER,
        },
        reads_json=False,
    ),
    Method(
        name="files.delete",
        run=delete,
        tier=3,
        scopes=("files:write",),
        required=("file",),
        arguments=words("file"),
    ),
)
