"""`/release where`: in which releases a change is. Seen by the one who asks, and by the channel once they share it."""

import json

from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.intent import read_value
from bot.views.where_answer import where_answer
from orchestration.domain.errors import NotNow
from orchestration.ports.runtime import Outgoing, OutgoingKind
from orchestration.services.where import where


async def run(call: Call) -> None:
    """The answer, for the one who asks."""
    intent = call.intent
    found = await where(call.engine, intent.tenant_id, intent.text, actor=intent.actor)
    await call.answer(where_answer(found, now=call.engine.clock.now()))


async def share(call: Call) -> None:
    """Look again, and show it to the channel in which the button was pressed."""
    intent = call.intent
    asked = read_value(intent.value).get("asked", "")
    found = await where(call.engine, intent.tenant_id, asked, actor=intent.actor)
    if intent.channel is None:
        raise NotNow("Nothing can be shared from here. Use `/release where` in a channel.")
    shown = where_answer(found, now=call.engine.clock.now(), shared_by=intent.actor.id)
    message = Outgoing(
        kind=OutgoingKind.ALERT,
        lane=f"channel:{intent.channel}",
        key=f"where:{call.request.incoming.key}",
        payload={
            "channel": intent.channel,
            "text": shown.text,
            "blocks": json.dumps(list(shown.blocks)),
        },
    )
    async with call.engine.work() as work:
        await work.send(intent.tenant_id, [message])
        await call.store_answer(work, "It is on its way into this channel.")
        await work.commit()


WHERE = Word(
    word="where",
    usage="where <commit, ticket, or pull request>",
    does="Show in which releases a change is, or which one it will be in",
    example="/release where #123",
    run=run,
)
