"""`/release rehearse`: a whole release of a configuration on simulated providers, posted into a thread of a channel."""

import json
import re

from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.views.answers import plain_answer
from bot.views.quiet import mentioned, muted
from bot.views.rehearsal import rehearsal_answer, rehearsal_posts, rehearsal_told
from bot.views.rendered import Rendered
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import Outgoing, OutgoingKind
from orchestration.services.rehearse import rehearse

_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>")


async def run(call: Call) -> None:
    """Play it, post what would happen, and say so; in a direct conversation the whole of it is the answer."""
    intent = call.intent
    named = _CHANNEL.search(intent.text)
    words = _CHANNEL.sub("", intent.text).strip()
    found = await rehearse(call.engine, intent.tenant_id, words, actor=intent.actor)
    channel = named[1] if named is not None else intent.channel or ""
    if not channel.startswith(("C", "G")):
        await call.answer(rehearsal_answer(found))
        return
    head, *replies = [await _uncalled(call, post) for post in rehearsal_posts(found, by=intent.actor.id)]
    key = f"rehearsal:{call.request.incoming.key}"
    posts = [_post(key, key, channel, head)]
    posts += [_post(key, f"{key}:{n}", channel, reply, under=key) for n, reply in enumerate(replies)]
    async with call.engine.work() as work:
        await work.send(intent.tenant_id, posts)
        await call.store_answer(work, plain_answer(rehearsal_told(found, channel)))
        await work.commit()


async def _uncalled(call: Call, shown: Rendered) -> Rendered:
    """With names in the place of mentions: a rehearsal calls nobody but who asked for it."""
    names = {person: await _name(call, person) for person in mentioned(shown)}
    names.pop(call.intent.actor.id, None)
    return muted(shown, names)


async def _name(call: Call, person: str) -> str:
    """What the chat calls a person; empty where it does not say, and then it is the person concerned."""
    if call.engine.faces is None:
        return ""
    try:
        return (await call.engine.faces.face(call.intent.tenant_id, person)).name
    except PortError:
        return ""


def _post(lane: str, key: str, channel: str, shown: Rendered, *, under: str = "") -> Outgoing:
    thread = {"under": under} if under else {}
    return Outgoing(
        kind=OutgoingKind.ALERT,
        lane=lane,
        key=key,
        payload={"channel": channel, "text": shown.text, "blocks": json.dumps(list(shown.blocks)), **thread},
    )


REHEARSE = Word(
    word="rehearse",
    usage="rehearse [configuration] [#channel]",
    does="Play a whole release on simulated providers, and post what would happen and what people would have to do",
    example="/release rehearse pixel",
    run=run,
)
