"""What Slack's handlers ask of connected accounts; `bot.accounts` answers, and knows vendors and the database."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Protocol

from bot.views.accounts import (
    Account,
    Accounts,
    Asking,
    Carried,
    Filled,
    Form,
    SecretsLink,
    TokenOrder,
    Tried,
)
from bot.views.offers import Offers
from orchestration.domain.people import Actor
from orchestration.ports.runtime import UnitOfWork

Along = Callable[[UnitOfWork], Awaitable[None]]
Ending = Callable[[UnitOfWork, Tried], Awaitable[None]]


class AccountDesk(Protocol):
    """Every method looks up who may: NotAllowed. What does not fit is NotNow."""

    async def listed(self, tenant_id: str, actor: Actor) -> Accounts:
        """Everything that is connected."""

    async def account(self, tenant_id: str, actor: Actor, connection: str) -> tuple[Account, tuple[str, ...]]:
        """One that may be changed, and the configurations that name it."""

    async def blank(self, tenant_id: str, actor: Actor, provider: str, *, home: str = "") -> Form:
        """The form of a new connection."""

    async def editing(self, tenant_id: str, actor: Actor, connection: str, *, home: str = "") -> Form:
        """The form of a stored one."""

    async def resumed(self, tenant_id: str, actor: Actor, draft_id: str) -> Form:
        """The form of a draft whose secrets are in."""

    async def refreshed(self, tenant_id: str, actor: Actor, filled: Filled, blocks: Collection[str]) -> Form:
        """A form after a choice in it."""

    async def judge(self, tenant_id: str, actor: Actor, filled: Filled) -> dict[str, str]:
        """What is wrong with a form, by field, all at once; nothing is stored."""

    async def submit(self, asking: Asking, filled: Filled, ending: Ending) -> SecretsLink | Form | Tried:
        """Go on with a form that was judged; what is saved is saved together with `ending`."""

    async def other_secrets(self, asking: Asking, draft_id: str) -> SecretsLink:
        """A new link for a draft, in the place of what was entered."""

    async def again(self, tenant_id: str, actor: Actor, connection: str, ending: Ending) -> Tried:
        """Try a stored one again."""

    async def rename(self, tenant_id: str, actor: Actor, connection: str, name: str, along: Along) -> None:
        """Another name for people."""

    async def removable(self, tenant_id: str, connection: str) -> None:
        """NotNow where a running release needs it."""

    async def disconnect(self, tenant_id: str, actor: Actor, connection: str, along: Along) -> None:
        """Forget it with its secrets."""

    def token_link(self, order: TokenOrder) -> str:
        """The address of the page on which a token is made; empty where the bot has no page."""

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
        """What can be chosen in a live list of a form, in time for Slack, and never nothing."""

    async def offered(
        self, tenant_id: str, actor: Actor, connection: str, kind: str, *, words: str, within: str = ""
    ) -> Offers:
        """What a stored connection has of a kind, for other forms than its own; `within` is the chosen parent."""
