"""What Slack's handlers ask of release configurations; `bot.configurations` answers, and knows connections."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from bot.views.configurations import Carried, Change, Configurations, Form, Items, Overview, Row, Saved
from bot.views.modals.config_form import State
from bot.views.offers import Offers
from orchestration.domain.people import Actor
from orchestration.ports.runtime import UnitOfWork

Along = Callable[[UnitOfWork], Awaitable[None]]
Ending = Callable[[UnitOfWork, Saved], Awaitable[None]]


class ConfigurationDesk(Protocol):
    """Every method looks up who may: NotAllowed. What does not fit is NotNow, what there is not Unknown."""

    async def listed(self, tenant_id: str, actor: Actor) -> Configurations:
        """All of them, and what the person has not saved yet."""

    async def row(self, tenant_id: str, actor: Actor, subject: str) -> Row:
        """One of them that may be changed."""

    async def as_file(self, tenant_id: str, actor: Actor, subject: str) -> tuple[str, str]:
        """Its name, and the text of its file."""

    async def opened(self, tenant_id: str, actor: Actor, subject: str) -> Overview:
        """Begin to edit one, or a new one where the subject is empty; or go on where the person left it."""

    async def anew(self, tenant_id: str, actor: Actor, subject: str) -> Overview:
        """Begin from what is stored."""

    async def go_on(self, tenant_id: str, actor: Actor, subject: str) -> Overview:
        """Change what somebody else saved meanwhile, knowing it."""

    async def overview(self, tenant_id: str, actor: Actor, subject: str) -> Overview:
        """How far it is."""

    async def discard(self, tenant_id: str, actor: Actor, subject: str, along: Along) -> None:
        """Give it up."""

    async def form(self, tenant_id: str, actor: Actor, carried: Carried) -> Form | Items:
        """What a step asks for."""

    async def reformed(
        self, tenant_id: str, actor: Actor, carried: Carried, state: State, change: Change
    ) -> Form:
        """The form after something was chosen or asked for in it."""

    async def keep(self, tenant_id: str, actor: Actor, carried: Carried, state: State) -> Mapping[str, str]:
        """Keep what was filled in; or what is wrong with it, by field, all at once, and nothing is kept."""

    async def change_item(
        self, tenant_id: str, actor: Actor, carried: Carried, act: str, along: Along
    ) -> None:
        """Copy or remove one of a list."""

    async def options(
        self, tenant_id: str, actor: Actor, carried: Carried, block: str, *, state: State, words: str
    ) -> Offers:
        """What can be chosen in a live list, in time for Slack, and never nothing."""

    async def save(self, tenant_id: str, actor: Actor, subject: str, ending: Ending) -> Saved:
        """Store what was edited together with `ending`. Invalid, StaleConfiguration."""

    async def switch(self, tenant_id: str, actor: Actor, subject: str, act: str, ending: Ending) -> Saved:
        """Activate, deactivate, or make the default. Invalid."""

    async def copy(
        self, tenant_id: str, actor: Actor, subject: str, *, new_id: str, name: str, along: Along
    ) -> None:
        """A new one like it, switched off. Invalid."""

    async def delete(self, tenant_id: str, actor: Actor, subject: str, along: Along) -> None:
        """Forget one that no release ever used."""
