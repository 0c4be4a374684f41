"""Files on their way into Slack: an address is asked for, and the bytes are sent there. Nobody sees them by that."""

from functools import partial

from integrations.slack.client import ask
from integrations.slack.errors import Failed, translate
from integrations.slack.web import SlackWeb
from orchestration.ports.notification import Attachment

_ALT = 1_000
"""Characters of what a screen reader says of a picture."""


async def upload(web: SlackWeb, attachment: Attachment) -> str:
    """Put the bytes there, and give the id by which they are shown. A repeat makes another file, unseen as well.

    https://docs.slack.dev/reference/methods/files.getUploadURLExternal
    """
    wanted = {
        "filename": attachment.name,
        "length": str(len(attachment.content)),
        **({"alt_txt": attachment.alt[:_ALT]} if attachment.alt else {}),
    }
    method = partial(web.client.api_call, "files.getUploadURLExternal")
    try:
        data = await ask(method, making=False, data=wanted)
    except Failed as failed:
        raise translate(failed) from failed
    url, file_id = data.get("upload_url"), data.get("file_id")
    if not isinstance(url, str) or not isinstance(file_id, str):
        raise translate(Failed(code="unreadable", making=False, detail="no address for the file"))
    await web.put_bytes(url, attachment.content)
    return file_id
