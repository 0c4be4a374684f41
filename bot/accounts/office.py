"""A form that was submitted goes on: to the page for secrets, to what is still to be chosen, or to a try.

Every act looks up who may; saving looks it up again in its own transaction. A draft belongs to the one who began it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from bot.accounts.drafting import LIFE
from bot.accounts.fields import given_values, read_settings
from bot.accounts.forms import command_for, draft_form, lines_of
from bot.accounts.judging import Judging
from bot.accounts.reading import gone
from bot.connections import InUse, moved, state_of, tried
from bot.views.accounts import Asking, Filled, Form, SecretsLink, Tried
from integrations.registry import Check, Provider
from orchestration.domain.errors import NotNow, Unknown
from orchestration.domain.people import Actor
from orchestration.store.drafts import Draft, StaleDraft
from orchestration.store.integrations import IntegrationState, NoSuchIntegration, StaleIntegration
from orchestration.store.unit_of_work import SqlUnitOfWork

_CODE = 12
_CHANGED = "Somebody else changed this connection meanwhile. Use `/release connect` again."

Along = Callable[[SqlUnitOfWork], Awaitable[None]]
Ending = Callable[[SqlUnitOfWork, Tried], Awaitable[None]]
"""What is stored together with a connection that was saved."""


class AccountsOffice(Judging):
    """Forms in, forms out."""

    async def submit(self, asking: Asking, filled: Filled, ending: Ending) -> SecretsLink | Form | Tried:
        """Go on with a form that was judged: to the secrets, to what is still to be chosen, or to a try.

        A try that holds is saved together with `ending`. NotAllowed, NotNow; port errors do not leave it.
        """
        await self.book.may(asking.tenant_id, asking.actor)
        provider = self.provider(filled.carried.provider)
        draft, given = await self._drafted(asking, provider, filled)
        if given is None:
            return await self._ask_secrets(provider, draft)
        if not self.whole(draft):
            return draft_form(provider, draft, whole=False)
        return await self.try_draft(draft, given, actor=asking.actor, ending=ending)

    async def _drafted(
        self, asking: Asking, provider: Provider, filled: Filled
    ) -> tuple[Draft, BaseModel | None]:
        """The draft that the form makes or changes, and the secrets that it goes on with; None: new ones."""
        now, carried = self._clock.now(), filled.carried
        before = await self.known(asking.tenant_id, asking.actor, filled)
        values = {**before, **given_values(provider.settings, filled.values)}
        fresh = filled.new_secrets or bool(before and moved(provider.settings, before, values))
        if carried.draft:
            draft = await self.drafts.mine(asking.tenant_id, carried.draft, asking.actor, now=now)
            # What was sealed for another address goes at once: the next form must not find it.
            dropped = {"secrets": None, "key_id": None} if fresh else {}
            draft = await self.drafts.change(
                draft,
                settings=values,
                view_id=asking.view_id,
                expires_at=now + LIFE,
                shown=_chosen(draft),
                **dropped,
            )
            return draft, self.drafts.secrets_of(draft)
        given = None if fresh else await self._known_secrets(asking, provider, filled, values)
        draft = Draft(
            id=self._chance.code(_CODE),
            tenant_id=asking.tenant_id,
            person=asking.actor.id,
            provider=provider.key,
            connection=carried.connection or filled.id,
            name=filled.name or provider.title,
            settings=values,
            shown={**asking.shown, "home": carried.home},
            based_on=int(carried.revision) if carried.connection else None,
            view_id=asking.view_id,
            expires_at=now,
        )
        return await self.drafts.keep(draft, given, now=now), given

    async def _known_secrets(
        self, asking: Asking, provider: Provider, filled: Filled, values: Mapping[str, Any]
    ) -> BaseModel | None:
        if filled.carried.connection:
            return (await self.found(asking.tenant_id, filled.carried.connection)).secrets
        if filled.lender:
            settings, _ = read_settings(provider.settings, values, partly=True)
            return await self.book.lent(asking.tenant_id, filled.lender, provider, settings or values)
        return None

    async def _ask_secrets(self, provider: Provider, draft: Draft) -> SecretsLink:
        if self._web_url is None:
            return SecretsLink(
                title=provider.title, connection=draft.connection, command=command_for(provider, draft)
            )
        draft, token = await self.drafts.mint(draft, now=self._clock.now())
        return SecretsLink(
            title=provider.title,
            connection=draft.connection,
            url=f"{self._web_url}/connect/{token}",
            until=draft.expires_at,
        )

    async def other_secrets(self, asking: Asking, draft_id: str) -> SecretsLink:
        """A new link for a draft, in the place of what was entered. NotAllowed, NotNow."""
        await self.book.may(asking.tenant_id, asking.actor)
        draft = await self.drafts.mine(asking.tenant_id, draft_id, asking.actor, now=self._clock.now())
        draft = await self.drafts.change(draft, view_id=asking.view_id)
        return await self._ask_secrets(self.provider(draft.provider), draft)

    async def try_draft(
        self, draft: Draft, given: BaseModel, *, actor: Actor, ending: Ending
    ) -> Form | Tried:
        """Ask the provider; saved where everything holds, else the form to go on with. NotAllowed, NotNow."""
        provider = self.provider(draft.provider)
        settings, problems = read_settings(provider.settings, draft.settings)
        if settings is None:
            return draft_form(provider, draft, whole=True, trouble=_named(provider, problems))
        checks = await tried(provider, settings, given, self._edge(draft.tenant_id))
        if state_of(checks) is not IntegrationState.VERIFIED:
            return draft_form(provider, draft, whole=True, checks=checks)
        return await self.save(draft, settings, given, checks, actor=actor, ending=ending)

    async def save(
        self,
        draft: Draft,
        settings: BaseModel,
        given: BaseModel,
        checks: Sequence[Check],
        *,
        actor: Actor,
        ending: Ending,
    ) -> Tried:
        """Make a connection of a draft that was tried, and use the draft up, in one transaction.

        NotAllowed; NotNow, settled where another try of the same draft is ahead or under way.
        """
        provider = self.provider(draft.provider)
        done = Tried(title=provider.title, connection=draft.name, checks=lines_of(checks), saved=True)

        async def along(work: SqlUnitOfWork) -> None:
            await work.drafts.take(draft)
            await ending(work, done)

        try:
            await self.book.connect(
                tenant_id=draft.tenant_id,
                integration_id=draft.connection,
                provider=provider,
                settings=settings,
                secrets=given,
                name=draft.name,
                checks=checks,
                actor=actor,
                now=self._clock.now(),
                fresh=draft.based_on is None,
                revision=draft.based_on,
                along=along,
            )
        except (NoSuchIntegration, StaleIntegration, StaleDraft) as error:
            raise NotNow(_CHANGED, settled=isinstance(error, StaleDraft)) from None
        return done

    # --- a connection that is there ---

    async def again(self, tenant_id: str, actor: Actor, connection: str, ending: Ending) -> Tried:
        """Try it again, and record what came of it together with `ending`. NotAllowed, NotNow."""
        account, _ = await self.account(tenant_id, actor, connection)
        now, edge = self._clock.now(), self._edge(tenant_id)
        told = Tried(title=account.title, connection=account.name, checks=(), saved=False)

        async def along(work: SqlUnitOfWork, checks: Sequence[Check]) -> None:
            nonlocal told
            state = state_of(checks)
            told = replace(
                told,
                checks=lines_of(checks),
                saved=state is IntegrationState.VERIFIED,
                away=state is None,
            )
            await ending(work, told)

        try:
            await self.book.verify(tenant_id, connection, edge, now=now, actor=actor, along=along)
        except NoSuchIntegration:
            raise Unknown(gone(connection)) from None
        return told

    async def rename(self, tenant_id: str, actor: Actor, connection: str, name: str, along: Along) -> None:
        """Another name for people. NotAllowed, NotNow."""
        try:
            await self.book.rename(
                tenant_id, connection, name, now=self._clock.now(), actor=actor, along=along
            )
        except NoSuchIntegration:
            raise Unknown(gone(connection)) from None

    async def disconnect(self, tenant_id: str, actor: Actor, connection: str, along: Along) -> None:
        """Forget it. NotAllowed; NotNow, with the releases where running ones need it."""
        try:
            await self.book.remove(tenant_id, connection, now=self._clock.now(), actor=actor, along=along)
        except NoSuchIntegration:
            raise Unknown(gone(connection)) from None

    async def removable(self, tenant_id: str, connection: str) -> None:
        """NotNow where a running release needs it."""
        usage = await self.book.usage(tenant_id, connection)
        if usage.releases:
            raise InUse(connection, usage.releases)


def _chosen(draft: Draft) -> Mapping[str, str]:
    return {**draft.shown, "chosen": "yes"}


def _named(provider: Provider, problems: Mapping[str, str]) -> tuple[str, ...]:
    """Problems with the titles of their fields before them."""
    fields = provider.settings.model_fields
    titles = {name: about.title or name for name, about in fields.items()}
    return tuple(f"{titles[name]}: {says}" if name in titles else says for name, says in problems.items())
