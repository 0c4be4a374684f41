"""Links of releases in people's messages: each gets a small card, where all who read along may see the release."""

import json

from bot.slack.desk import Call
from orchestration.domain.release_links import linked_release
from orchestration.ports.runtime import Outgoing, OutgoingKind
from orchestration.services.sharing import showable


async def shared(call: Call) -> None:
    """Somebody posts or writes links. Nothing is said where there is nothing to show: who posted asked for nothing."""
    intent, engine = call.intent, call.engine
    releases = {
        url: release
        for url in intent.text.split()
        if (release := linked_release(engine.web_url, intent.tenant_id, url)) is not None
    }
    shown = await showable(
        engine,
        intent.tenant_id,
        list(releases.values()),
        actor=intent.actor,
        channel=intent.channel or "",
        outside=bool(intent.state.get("outside")),
    )
    known = {release.id for release in shown}
    links = {url: release for url, release in releases.items() if release in known}
    async with engine.work() as work:
        if links:
            await work.send(intent.tenant_id, [_cards(call, links)])
        await work.finish(call.request)
        await work.commit()


def _cards(call: Call, links: dict[str, str]) -> Outgoing:
    intent = call.intent
    by_id = {name: str(intent.state.get(name) or "") for name in ("unfurl_id", "source")}
    place = by_id if all(by_id.values()) else {"channel": intent.channel or "", "ts": intent.message or ""}
    key = f"links:{call.request.incoming.key}"
    return Outgoing(kind=OutgoingKind.LINKS, lane=key, key=key, payload={**place, "links": json.dumps(links)})
