"""The Nudge button: who owns a matter is told directly, by whom and about what."""

import json

from bot.actions.carrying import carried_by
from bot.slack.desk import Call
from bot.views import nudge_news
from bot.views.answers import plain_answer
from orchestration.domain.change import Change
from orchestration.domain.unmet import Unmet
from orchestration.ports.runtime import Outgoing, OutgoingKind, UnitOfWork
from orchestration.services import why


async def nudge(call: Call) -> None:
    """Tell the owner, record it, and answer, in one transaction."""
    ids, intent = carried_by(call.intent.value), call.intent

    async def along(work: UnitOfWork, change: Change, matter: Unmet, people: tuple[str, ...]) -> None:
        release = change.release
        shown = nudge_news.asks(release, matter, intent.actor.id)
        told = [
            Outgoing(
                kind=OutgoingKind.ANSWER,
                lane=f"answer:{release.tenant_id}:{person}",
                key=f"nudge:{release.id}:{release.revision}:{person}",
                payload={"user": person, "text": shown.text, "blocks": json.dumps(list(shown.blocks))},
            )
            for person in people
        ]
        await work.send(release.tenant_id, told)
        await call.store_answer(work, plain_answer(nudge_news.asked(release, matter, people)))

    await why.nudge(
        call.engine,
        intent.tenant_id,
        ids["release"],
        ids.get("matter", ""),
        actor=intent.actor,
        along=along,
    )
