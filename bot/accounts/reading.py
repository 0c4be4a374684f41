"""What is connected, and the forms that are opened on it."""

from dataclasses import replace

from bot.accounts.drafting import DraftBook
from bot.accounts.fields import live_fields
from bot.accounts.forms import account_of, blank_form, draft_form, edit_form
from bot.accounts.ordering import expires, sealed_link
from bot.choosing import Chooser, Edges
from bot.connections import ConnectionBook
from bot.views.accounts import Account, Accounts, Form, Offered, TokenOrder
from integrations.registry import Connection, Provider
from orchestration.domain.errors import NotAllowed, NotNow, Unknown
from orchestration.domain.guessing import did_you_mean
from orchestration.domain.people import Actor, Permission
from orchestration.ports.runtime import Chance, Clock
from orchestration.store.drafts import Draft
from orchestration.store.integrations import NoSuchIntegration


class Reading:
    """Looks. `web_url` is where the page for secrets stands, None where there is none."""

    def __init__(
        self,
        *,
        book: ConnectionBook,
        drafts: DraftBook,
        chooser: Chooser,
        edge: Edges,
        clock: Clock,
        chance: Chance,
        web_url: str | None,
    ) -> None:
        self.book = book
        self.drafts = drafts
        self._chooser = chooser
        self._edge = edge
        self._clock = clock
        self._chance = chance
        self._web_url = web_url

    def token_link(self, order: TokenOrder) -> str:
        """The address of the page on which a token is made, for ten minutes; empty where the bot has no page."""
        if self._web_url is None:
            return ""
        return sealed_link(self.book.vault, self._web_url, replace(order, until=expires(self._clock.now())))

    async def listed(self, tenant_id: str, actor: Actor) -> Accounts:
        """Everything that is connected. NotAllowed for who may not read."""
        await self.book.may(tenant_id, actor, Permission.READ)
        try:
            await self.book.may(tenant_id, actor)
            may = True
        except NotAllowed:
            may = False
        providers = self.book.providers
        return Accounts(
            accounts=tuple(account_of(each, providers) for each in await self.book.listed(tenant_id)),
            providers=tuple(Offered(key=p.key, title=p.title) for p in providers.values()),
            may_connect=may,
        )

    async def account(self, tenant_id: str, actor: Actor, connection: str) -> tuple[Account, tuple[str, ...]]:
        """One that may be changed, and the configurations that name it. NotAllowed, NotNow."""
        await self.book.may(tenant_id, actor)
        try:
            listed = await self.book.get(tenant_id, connection)
        except NoSuchIntegration:
            raise Unknown(gone(connection)) from None
        usage = await self.book.usage(tenant_id, connection)
        return account_of(listed, self.book.providers), usage.configurations

    async def blank(self, tenant_id: str, actor: Actor, provider: str, *, home: str = "") -> Form:
        """The form of a new connection. NotAllowed, NotNow for a provider that there is not."""
        await self.book.may(tenant_id, actor)
        return blank_form(self.provider(provider), await self.book.listed(tenant_id), home=home)

    async def editing(self, tenant_id: str, actor: Actor, connection: str, *, home: str = "") -> Form:
        """The form of a stored one. NotAllowed, NotNow."""
        await self.book.may(tenant_id, actor)
        found = await self.found(tenant_id, connection)
        listed = await self.book.get(tenant_id, connection)
        return edit_form(found.provider, listed, found.settings.model_dump(mode="json"), home=home)

    async def resumed(self, tenant_id: str, actor: Actor, draft_id: str) -> Form:
        """The form of a draft whose secrets are in. NotAllowed, NotNow."""
        await self.book.may(tenant_id, actor)
        draft = await self.drafts.mine(tenant_id, draft_id, actor, now=self._clock.now())
        return draft_form(self.provider(draft.provider), draft, whole=self.whole(draft))

    def provider(self, key: str) -> Provider:
        """By its key, or by its title as people write it; NotNow for one that there is not."""
        providers = self.book.providers
        titled = (each for each in providers.values() if _letters(each.title) == _letters(key))
        provider = providers.get(key) or next(titled, None)
        if provider is None:
            known = ", ".join(sorted(providers))
            meant = did_you_mean(key, ((each.key, each.title) for each in providers.values()))
            raise NotNow(f"There is no provider {key}.{meant} There are {known}.")
        return provider

    async def found(self, tenant_id: str, connection: str) -> Connection:
        """A stored connection, opened; NotNow."""
        found = await self.book.find(tenant_id, connection)
        if found is None:
            raise NotNow(
                f"{gone(connection)} If it is listed, it can't be opened: disconnect it, or connect anew."
            )
        return found

    def whole(self, draft: Draft) -> bool:
        """Whether nothing is left to be chosen."""
        live = live_fields(self.provider(draft.provider).settings)
        return draft.based_on is not None or not live or draft.shown.get("chosen") == "yes"


def gone(connection: str) -> str:
    """There is none of this id."""
    return f"There is no connection {connection} here."


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
