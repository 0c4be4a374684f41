"""Whom a message may call now: mentions of people who are left alone become names, and what they miss is kept."""

from bot.views.quiet import mentioned, muted
from bot.views.rendered import Rendered
from orchestration.domain.quiet import Kept
from orchestration.ports.runtime import Letter, OutgoingKind
from orchestration.services.attention import keep, kept_now, was_told
from orchestration.services.engine import Engine


class Tact:
    """Asked before anything new is posted. An edit calls nobody, so it is left as it is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def softened(self, letter: Letter, said: Rendered, *, keeping: bool, by: str = "") -> Rendered:
        """The message as it may be posted where many read it; with `keeping`, those who are not called hear later.

        Who caused it (`by`) is there, and is not told what they did.
        """
        names: dict[str, str] = {}
        for person in mentioned(said):
            asked = await kept_now(self._engine, letter.tenant_id, person)
            if person == by or asked is None:
                continue
            names[person] = asked.name
            if keeping:
                await keep(self._engine, letter.tenant_id, asked, self._kept(letter, person, said))
        return muted(said, names) if names else said

    async def keeps(self, letter: Letter, person: str, said: Rendered) -> bool:
        """Whether a direct message is kept in the place of being sent; what its digest told of is sent."""
        key, tenant_id = letter.outgoing.key, letter.tenant_id
        if letter.outgoing.kind is OutgoingKind.DIGEST:
            return False
        if await was_told(self._engine, tenant_id, person, key):
            return letter.outgoing.kind is not OutgoingKind.GATE
        asked = await kept_now(self._engine, tenant_id, person)
        if asked is None:
            return False
        await keep(self._engine, tenant_id, asked, self._kept(letter, person, said))
        return True

    def _kept(self, letter: Letter, person: str, said: Rendered) -> Kept:
        outgoing = letter.outgoing
        return Kept(
            person=person,
            key=outgoing.key,
            at=self._engine.clock.now(),
            text=said.text,
            release_id=outgoing.release_id,
            gate=outgoing.payload.get("gate"),
        )
