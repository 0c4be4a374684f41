"""Drafts of connections: their one-time links, and the secrets that are sealed into them.

The link holds 256 random bits; the database keeps their SHA-256. The first browser that opens it gets a cookie of
as many bits, and no other browser may go on. Every refusal is the same `NoLink`: nobody learns by trying.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import BaseModel, ValidationError

from bot.connections import plain
from integrations.registry import Provider
from integrations.vault import Vault
from orchestration.domain.errors import NotNow
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor
from orchestration.ports.runtime import Outgoing
from orchestration.store.drafts import Draft, NoSuchDraft, StaleDraft
from orchestration.store.store import Store
from orchestration.store.unit_of_work import SqlUnitOfWork

LIFE = timedelta(minutes=10)
TRIES = 5
_BYTES = 32
_ROUNDS = 10
_GONE = "This form is over: it lives for ten minutes. Use `/release connect` again."
_NOT_YOURS = "Only the person who began this connection can go on with it."

Along = Callable[[SqlUnitOfWork], Awaitable[None]]


class NoLink(Exception):
    """The link can't be used: unknown, used, over, opened by another browser, or tried too often."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A link that was opened by the browser that may. `browser` is the cookie's value, `csrf` the form's."""

    draft: Draft
    browser: str = field(repr=False)
    csrf: str = field(repr=False)


class DraftBook:
    """Keeps drafts. `random` gives so many random bytes as text for an address."""

    def __init__(
        self,
        *,
        store: Store,
        vault: Vault,
        providers: Mapping[str, Provider],
        random: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        self._store = store
        self._vault = vault
        self._providers = providers
        self._random = random

    async def keep(self, draft: Draft, given: BaseModel | None, *, now: datetime) -> Draft:
        """Store a new draft, with secrets that are known, and the event that somebody asked for a connection."""
        asked = Event(
            kind=EventKind.CONNECTION_ASKED,
            at=now,
            actor=Actor(id=draft.person),
            release_id=None,
            data={"connection": draft.connection, "provider": draft.provider},
        )
        draft = replace(self._sealed(draft, given), expires_at=now + LIFE)
        async with self._store.work() as work:
            await work.drafts.put(draft)
            await work.tell(draft.tenant_id, [asked])
            await work.commit()
        return draft

    async def send(self, tenant_id: str, message: Outgoing) -> None:
        """Store a message by itself."""
        async with self._store.work() as work:
            await work.send(tenant_id, [message])
            await work.commit()

    async def mine(self, tenant_id: str, draft_id: str, actor: Actor, *, now: datetime) -> Draft:
        """The draft of the one who began it; NotNow for everybody else, and where its time is over."""
        try:
            async with self._store.look() as work:
                draft = await work.drafts.get(tenant_id, draft_id, now=now)
        except NoSuchDraft:
            raise NotNow(_GONE) from None
        if draft.person != actor.id:
            raise NotNow(_NOT_YOURS)
        return draft

    async def change(self, draft: Draft, **changes: object) -> Draft:
        """Store a changed draft; NotNow where somebody else changed it since it was read."""
        try:
            async with self._store.work() as work:
                draft = await work.drafts.save(replace(draft, **changes))  # type: ignore[arg-type]  # fields by name
                await work.commit()
        except StaleDraft:
            raise NotNow(_GONE) from None
        return draft

    async def mint(self, draft: Draft, *, now: datetime) -> tuple[Draft, str]:
        """The draft with a new link, and the link's token; an older link of it is void. What is sealed is dropped."""
        token = self._random(_BYTES)
        draft = await self.change(
            draft,
            token_hash=_hash(token),
            browser_hash=None,
            tries=0,
            secrets=None,
            key_id=None,
            expires_at=now + LIFE,
        )
        return draft, token

    async def open(self, token: str, browser: str | None, *, now: datetime) -> Opened:
        """Look at a link, and bind it where no browser has opened it yet. It is consumed by nothing here. NoLink."""
        for _ in range(_ROUNDS):
            draft = await self._by(token, now=now)
            if draft.browser_hash is not None:
                return self._opened(draft, token, browser)
            fresh = self._random(_BYTES)
            try:
                async with self._store.work() as work:
                    bound = await work.drafts.save(replace(draft, browser_hash=_hash(fresh)))
                    await work.commit()
            except StaleDraft:
                continue
            return self._opened(bound, token, fresh)
        raise NoLink

    def _opened(self, draft: Draft, token: str, browser: str | None) -> Opened:
        if not browser or not hmac.compare_digest(_hash(browser), draft.browser_hash or ""):
            raise NoLink
        return Opened(draft=draft, browser=browser, csrf=_csrf(token, browser))

    async def _by(self, token: str, *, now: datetime) -> Draft:
        try:
            async with self._store.look() as work:
                draft = await work.drafts.by_token(_hash(token), now=now)
        except NoSuchDraft:
            raise NoLink from None
        if draft.tries >= TRIES:
            raise NoLink
        return draft

    async def begin_try(self, token: str, browser: str | None, csrf: str, *, now: datetime) -> Draft:
        """Count a try of who may. NoLink, also where the form was not ours."""
        for _ in range(_ROUNDS):
            draft = await self._by(token, now=now)
            if draft.browser_hash is None:
                raise NoLink
            opened = self._opened(draft, token, browser)
            if not hmac.compare_digest(opened.csrf.encode(), csrf.encode()):
                raise NoLink
            try:
                async with self._store.work() as work:
                    draft = await work.drafts.save(replace(draft, tries=draft.tries + 1))
                    await work.commit()
            except StaleDraft:
                continue
            return draft
        raise NoLink

    async def forgive_try(self, draft: Draft) -> None:
        """Do not count a try that the provider was not there for."""
        try:
            await self.change(draft, tries=draft.tries - 1)
        except NotNow:
            return  # another try goes on meanwhile, and counts itself

    async def seal(
        self, draft: Draft, given: BaseModel, *, now: datetime, along: Along | None = None
    ) -> Draft:
        """Put secrets into the draft, bound to its place, and use the link up. StaleDraft where it was used."""
        draft = replace(self._sealed(draft, given), token_hash=None, expires_at=now + LIFE)
        async with self._store.work() as work:
            draft = await work.drafts.save(draft)
            if along is not None:
                await along(work)
            await work.commit()
        return draft

    def _sealed(self, draft: Draft, given: BaseModel | None) -> Draft:
        if given is None:
            return replace(draft, secrets=None, key_id=None)
        key_id, sealed = self._vault.seal(draft.tenant_id, _place(draft), plain(given))
        return replace(draft, secrets=sealed, key_id=key_id)

    def secrets_of(self, draft: Draft) -> BaseModel | None:
        """What was sealed into it, None where there is nothing yet. VaultError where it does not belong here."""
        if draft.secrets is None:
            return None
        opened = self._vault.open(draft.tenant_id, _place(draft), draft.key_id or "", draft.secrets)
        try:
            return self._providers[draft.provider].secrets.model_validate(opened)
        except ValidationError:
            raise NotNow(_GONE) from None


def _place(draft: Draft) -> str:
    """A connection's id has no colon, so a draft's seal fits no connection."""
    return f"draft:{draft.id}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _csrf(token: str, browser: str) -> str:
    return hmac.new(browser.encode(), f"form:{token}".encode(), hashlib.sha256).hexdigest()
