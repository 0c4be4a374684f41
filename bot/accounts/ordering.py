"""A link by which a token is made once, on a page: the order itself is sealed in the link, and nothing is stored.

The order names the id of the token to come, so the same link makes no second one. The secret is drawn when the
button on the page is pressed, and exists in that answer alone.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.accounts.drafting import LIFE, NoLink
from bot.views.accounts import TokenOrder
from integrations.vault import Vault, VaultError
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor
from orchestration.domain.tokens import Scope
from orchestration.services import tokens
from orchestration.services.engine import Engine
from orchestration.services.recognise import recognised

_PLACE = "token order"
"""No connection has such an id."""
_PARTS = 3


def sealed_link(vault: Vault, web_url: str, order: TokenOrder) -> str:
    """The address of the page for an order."""
    key_id, sealed = vault.seal(order.tenant, _PLACE, asdict(order))
    text = base64.urlsafe_b64encode(sealed).decode().rstrip("=")
    return f"{web_url.rstrip('/')}/tokens/{quote(f'{order.tenant}.{key_id}.{text}')}"


def expires(now: datetime) -> str:
    """When a link that is made now is over."""
    return str(int((now + LIFE).timestamp()))


class TokenMaker:
    """Reads links and makes what they order. Every way in which a link can't be used is the same NoLink."""

    def __init__(self, *, engine: Engine, vault: Vault, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._vault = vault
        self._now = now

    def read(self, link: str) -> TokenOrder:
        """The order of a link that is not over. NoLink."""
        parts = link.split(".")
        if len(parts) != _PARTS:
            raise NoLink
        tenant, key_id, text = parts
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            order = TokenOrder(**self._vault.open(tenant, _PLACE, key_id, sealed))
        except (ValueError, TypeError, VaultError, json.JSONDecodeError):
            raise NoLink from None
        if self._now().timestamp() >= int(order.until):
            raise NoLink
        return order

    async def make(self, link: str) -> tokens.Made:
        """Make the token. NoLink, also where it was made already; NotAllowed, where the person may not any more."""
        order = self.read(link)
        actor = await recognised(self._engine, order.tenant, Actor(id=order.person))
        create = tokens.create_own if order.own else tokens.create
        try:
            return await create(
                self._engine,
                order.tenant,
                name=order.name,
                scopes=[Scope(scope) for scope in order.scopes.split()],
                life=timedelta(days=int(order.days)),
                actor=actor,
                token_id=order.token,
            )
        except NotNow:
            raise NoLink from None
