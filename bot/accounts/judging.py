"""What is wrong with a form, before anything of it is stored; and the options of its live lists."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from bot.accounts.fields import fields_of, given_values, read_settings
from bot.accounts.reading import Reading
from bot.choosing import Source, in_time, source_of
from bot.connections import NAME_LENGTH, unreachable
from bot.views.accounts import Carried, Filled, Form
from bot.views.modals.connect_form import block_of, hints_in
from bot.views.modals.fields import OLD_FORM
from bot.views.offers import Offers
from integrations.choices import Asked, Kind, Page, kind_of, within_of
from integrations.registry import Provider
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor, Permission

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ID_WORDS = "Up to 40 of a-z, 0-9 and -, and no - in front"


class Judging(Reading):
    """Judges forms."""

    async def judge(self, tenant_id: str, actor: Actor, filled: Filled) -> dict[str, str]:
        """What is wrong with a form, by field, all at once; nothing is stored. NotAllowed, NotNow."""
        await self.book.may(tenant_id, actor)
        provider = self.provider(filled.carried.provider)
        if not set(filled.values) <= set(provider.settings.model_fields):
            raise NotNow(OLD_FORM)
        wrong = dict.fromkeys(hints_in(filled), "This line only says something: choose another one")
        known = await self.known(tenant_id, actor, filled)
        values = {**known, **given_values(provider.settings, filled.values)}
        fresh = not filled.carried.draft and not filled.carried.connection
        _, problems = read_settings(provider.settings, values, partly=fresh)
        egress = self._edge(tenant_id).threads.egress
        wrong = {**unreachable(provider.settings, values, egress), **problems, **wrong}
        if fresh:
            wrong |= await self._judge_new(tenant_id, provider, filled, values)
        if not filled.carried.draft and len(filled.name) > NAME_LENGTH:
            wrong["name"] = f"At most {NAME_LENGTH} characters"
        return wrong

    async def refreshed(self, tenant_id: str, actor: Actor, filled: Filled, blocks: Collection[str]) -> Form:
        """A form after a choice in it: what was chosen within another choice, of which `blocks` tell, is empty."""
        await self.book.may(tenant_id, actor)
        provider = self.provider(filled.carried.provider)
        known = await self.known(tenant_id, actor, filled)
        values = {**known, **given_values(provider.settings, filled.values)}
        if filled.carried.draft:
            form = await self.resumed(tenant_id, actor, filled.carried.draft)
        else:
            form = await self.editing(tenant_id, actor, filled.carried.connection, home=filled.carried.home)
        shown = {field.name for field in form.fields if field.name in filled.values}
        fields = [
            replace(field, labels=filled.labels)
            for field in fields_of(provider.settings, values)
            if field.name in shown
        ]
        return replace(
            form,
            fields=tuple(f if block_of(f, values) in blocks else replace(f, value=None) for f in fields),
        )

    async def known(self, tenant_id: str, actor: Actor, filled: Filled) -> Mapping[str, Any]:
        """The settings that the form is about to change. NotNow."""
        if filled.carried.draft:
            draft = await self.drafts.mine(tenant_id, filled.carried.draft, actor, now=self._clock.now())
            return draft.settings
        if filled.carried.connection:
            found = await self.found(tenant_id, filled.carried.connection)
            return found.settings.model_dump(mode="json")
        return {}

    async def _judge_new(
        self, tenant_id: str, provider: Provider, filled: Filled, values: Mapping[str, Any]
    ) -> dict[str, str]:
        wrong = {}
        if _ID.fullmatch(filled.id) is None:
            wrong["id"] = _ID_WORDS
        elif filled.id in {each.id for each in await self.book.listed(tenant_id)}:
            wrong["id"] = f"There is a connection {filled.id} already"
        if filled.lender:
            try:
                settings, _ = read_settings(provider.settings, values, partly=True)
                await self.book.lent(tenant_id, filled.lender, provider, settings or values)
            except NotNow as error:
                wrong["lender"] = error.reason
        return wrong

    async def options(
        self,
        tenant_id: str,
        actor: Actor,
        carried: Carried,
        field: str,
        *,
        words: str,
        parents: Mapping[str, str],
    ) -> Offers:
        """What can be chosen in a live list of a form, in time for Slack; `parents` are what was chosen beside it."""

        async def page() -> Page:
            source, within = await self._source(tenant_id, actor, carried, field, parents)
            about = source.provider.settings.model_fields.get(field)
            kind = kind_of(about) if about is not None else None
            if kind is None:
                raise NotNow("Nothing is chosen here: type it")
            return await self._chooser.read(source, kind, Asked(words=words, within=within))

        return await in_time(page(), words=words)

    async def offered(
        self, tenant_id: str, actor: Actor, connection: str, kind: str, *, words: str, within: str = ""
    ) -> Offers:
        """What a stored connection has, for other forms than its own: to who may edit, in time for Slack."""

        async def page() -> Page:
            await self.book.may(tenant_id, actor, Permission.EDIT)
            asked = Asked(words=words, within=within)
            return await self._chooser.choose(tenant_id, connection, Kind(kind), asked)

        return await in_time(page(), words=words)

    async def _source(
        self, tenant_id: str, actor: Actor, carried: Carried, field: str, parents: Mapping[str, str]
    ) -> tuple[Source, str]:
        """What is read from, and the chosen parent."""
        await self.book.may(tenant_id, actor)
        if carried.draft:
            source = await self._of_draft(tenant_id, actor, carried.draft)
        else:
            source = source_of(await self.found(tenant_id, carried.connection))
        about = source.provider.settings.model_fields.get(field)
        parent = within_of(about) if about is not None else None
        if parent is None:
            return source, ""
        within = parents.get(parent) or str(getattr(source.settings, parent, "") or "")
        # A reader may take the parent from what it is asked or from the settings.
        return replace(source, settings=source.settings.model_copy(update={parent: within})), within

    async def _of_draft(self, tenant_id: str, actor: Actor, draft_id: str) -> Source:
        draft = await self.drafts.mine(tenant_id, draft_id, actor, now=self._clock.now())
        provider = self.provider(draft.provider)
        settings, problems = read_settings(provider.settings, draft.settings, partly=True)
        secrets = self.drafts.secrets_of(draft)
        if settings is None or secrets is None:
            raise NotNow("; ".join(problems.values()) or "Enter the secrets first")
        return Source(
            tenant_id=tenant_id,
            name=f"draft:{draft.id}",
            revision=draft.revision,
            provider=provider,
            settings=settings,
            secrets=secrets,
        )
