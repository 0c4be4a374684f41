"""The card of a gate as it stands in one person's direct messages."""

from bot.views.gate_card import gate_card
from bot.views.rendered import Rendered
from orchestration.domain.errors import NotAllowed
from orchestration.domain.gates import Gate
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.standing import Rights
from orchestration.services.decide import rights, who_may
from orchestration.services.engine import Engine
from orchestration.services.recognise import recognised


async def copy_for(engine: Engine, release: Release, gate: Gate, person: str) -> Rendered:
    """With the buttons that the person may use by their roles as they are now; a click is judged all the same."""
    tenant_id = release.tenant_id
    try:
        actor = await recognised(engine, tenant_id, Actor(id=person))
        mine = await rights(engine, tenant_id, release.id, gate.id, actor=actor)
    except NotAllowed:
        mine = Rights(sign=False, decline=False, force=False, edit=False, who=who_may(release, gate.id))
    return gate_card(release, gate, now=engine.clock.now(), rights=mine)
