"""Release configurations as Slack asks for them: the list and its acts, and what is edited is stored."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import yaml

from bot.configurations.drafting import Along, Drafting, differing
from bot.configure import parse_configuration, written
from bot.views.configurations import Configurations, Linked, Row, Saved, Unsaved
from bot.views.modals.config_overview import announced
from bot.views.rendered import Rendered
from bot.views.words import person
from orchestration.domain.errors import Unknown
from orchestration.domain.guessing import did_you_mean
from orchestration.domain.people import Actor, Permission
from orchestration.ports.runtime import Configuration, Outgoing, OutgoingKind, UnitOfWork
from orchestration.services import configuration_drafts as drafts
from orchestration.services import configurations
from orchestration.services.configuration_usage import Used, overlook
from orchestration.services.saving import require, roles_of

Ending = Callable[[UnitOfWork, Saved], Awaitable[None]]
_ACTS = {
    "activate": configurations.activate,
    "deactivate": configurations.deactivate,
    "default": configurations.make_default,
}


class ConfigurationsOffice(Drafting):
    """Every method looks up who may: NotAllowed."""

    async def listed(self, tenant_id: str, actor: Actor) -> Configurations:
        """All of them, and what the person has not saved yet."""
        found = await overlook(self._engine, tenant_id, actor=actor)
        mine = await drafts.mine(self._engine, tenant_id, actor=actor) if found.may_change else ()
        return Configurations(
            rows=tuple(_row(each) for each in found.configurations),
            unsaved=tuple(Unsaved(subject=each.subject, until=each.expires_at) for each in mine),
            may_change=found.may_change,
        )

    async def row(self, tenant_id: str, actor: Actor, subject: str) -> Row:
        """One of them that may be changed; Unknown."""
        async with self._engine.look() as work:
            require(await roles_of(work, None, actor, tenant_id), Permission.CONFIGURE)
        shown = await self.listed(tenant_id, actor)
        found = next((each for each in shown.rows if each.id == subject), None)
        if found is None:
            meant = did_you_mean(subject, ((each.id, each.name) for each in shown.rows))
            raise Unknown(f"There is no release configuration {subject}.{meant} See `/release config`.")
        return found

    async def as_file(self, tenant_id: str, actor: Actor, subject: str) -> tuple[str, str]:
        """Its name, and the text of its file. Unknown."""
        found = await configurations.get(self._engine, tenant_id, subject, actor=actor)
        text: str = yaml.safe_dump(written(found), sort_keys=False, allow_unicode=True, width=100)
        return found.name, text

    async def save(self, tenant_id: str, actor: Actor, subject: str, ending: Ending) -> Saved:
        """Store what was edited, and use the draft up, in one transaction. Invalid, NotNow, StaleConfiguration."""
        draft = await self._draft(tenant_id, actor, subject)
        wanted = replace(parse_configuration(draft.document, tenant_id), revision=draft.based_on)
        before = await self._stored(tenant_id, actor, wanted.id) if draft.based_on else None
        shown = Saved(
            id=wanted.id,
            name=wanted.name,
            changed=differing(before, wanted) if before is not None else (),
            new=before is None,
            running=await self.running(tenant_id, subject),
            active=wanted.active,
            default=wanted.default,
        )

        async def along(work: UnitOfWork, saved: Configuration) -> None:
            await work.configuration_drafts.remove(tenant_id, actor.id, subject)
            if shown.new or shown.changed:
                await _announce(work, saved, announced(shown, person(actor.id)))
            await ending(work, shown)

        await configurations.save(self._engine, wanted, actor=actor, along=along)
        return shown

    async def _stored(self, tenant_id: str, actor: Actor, subject: str) -> Configuration | None:
        try:
            return await configurations.get(self._engine, tenant_id, subject, actor=actor)
        except Unknown:
            return None

    # --- the acts of the list ---

    async def switch(self, tenant_id: str, actor: Actor, subject: str, act: str, ending: Ending) -> Saved:
        """Activate, deactivate, or make the default. Invalid, NotNow, Unknown."""
        before = await configurations.get(self._engine, tenant_id, subject, actor=actor)
        shown = Saved(id=before.id, name=before.name, changed=())

        async def along(work: UnitOfWork, saved: Configuration) -> None:
            nonlocal shown
            shown = replace(
                shown, changed=differing(before, saved), active=saved.active, default=saved.default
            )
            if shown.changed:
                await _announce(work, saved, announced(shown, person(actor.id)))
            await ending(work, shown)

        await _ACTS[act](self._engine, tenant_id, subject, actor=actor, along=along)
        return shown

    async def copy(
        self, tenant_id: str, actor: Actor, subject: str, *, new_id: str, name: str, along: Along
    ) -> None:
        """A new one like it, switched off. Invalid, Unknown."""

        async def together(work: UnitOfWork, _saved: Configuration) -> None:
            await along(work)

        await configurations.copy(
            self._engine, tenant_id, subject, new_id=new_id, name=name, actor=actor, along=together
        )

    async def delete(self, tenant_id: str, actor: Actor, subject: str, along: Along) -> None:
        """Forget one that no release ever used. NotNow, Unknown."""

        async def together(work: UnitOfWork, _gone: Configuration) -> None:
            await along(work)

        await configurations.delete(self._engine, tenant_id, subject, actor=actor, along=together)


def _row(used: Used) -> Row:
    found = used.configuration
    return Row(
        id=found.id,
        name=found.name,
        app=found.snapshot.app,
        pairs=tuple(pair.title for pair in found.snapshot.pairs),
        active=found.active,
        default=found.default,
        connections=tuple(
            Linked(id=name, state=used.unverified.get(name, "verified"))
            for name in sorted(found.snapshot.integrations())
        ),
        releases=used.releases,
        running=used.running,
    )


async def _announce(work: UnitOfWork, saved: Configuration, told: Rendered) -> None:
    """Tell the channel in which its releases live."""
    channel = saved.snapshot.home
    outgoing = Outgoing(
        kind=OutgoingKind.ALERT,
        lane=f"channel:{channel}",
        key=f"configuration:{saved.id}:{saved.revision}",
        payload={"channel": channel, "text": told.text, "blocks": json.dumps(list(told.blocks))},
    )
    await work.send(saved.tenant_id, [outgoing])
