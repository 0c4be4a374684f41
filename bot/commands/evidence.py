"""`/release evidence`: who approved which build on what evidence, as files for the one who asks."""

import base64
import json
import zlib
from typing import Any

from bot.commands.naming import named_release, only_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.views.text import code, say
from orchestration.ports.runtime import Outgoing, OutgoingKind, UnitOfWork
from orchestration.services import evidence

_FILES = ("evidence.json", "evidence.html")


async def run(call: Call) -> None:
    """Two files in a direct message: one to read, one to keep and verify."""
    words = only_release(call.intent.text)
    release = await named_release(call, words, looking_back=True)
    intent = call.intent

    async def along(work: UnitOfWork, document: dict[str, Any]) -> None:
        packed = base64.b64encode(zlib.compress(json.dumps(document).encode(), 9)).decode()
        files = [
            Outgoing(
                kind=OutgoingKind.FILE,
                lane=f"file:{release.id}:{intent.actor.id}",
                key=f"file:{name}:{call.request.incoming.key}",
                release_id=release.id,
                payload={"document": name, "user": intent.actor.id, "packed": packed},
            )
            for name in _FILES
        ]
        await work.send(release.tenant_id, files)
        said = say(
            "The evidence of {what} comes as two files in a direct message. Its digest is {digest}, which stands in "
            "the audit log too.",
            what=release.title,
            digest=code(document["digest"]),
        )
        await call.store_answer(work, said)

    await evidence.export(call.engine, release.tenant_id, release.id, actor=intent.actor, along=along)


EVIDENCE = Word(
    word="evidence",
    usage="evidence [release]",
    does="Prove who approved which build on what evidence: a page to read, and a file that can be verified",
    example="/release evidence 2.14.0",
    run=run,
)
