"""The bot as it stands in `tests.support.office`: as it is, or with twins in the place of the providers."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.settings import Settings
from bot.wiring import Bot
from integrations import PROVIDERS
from integrations.edge import Edge
from integrations.registry import Connection, Provider, Registry
from orchestration.ports.runtime import Integrations
from orchestration.services.engine import Engine
from orchestration.services.pump import Pump
from orchestration.store.store import Store
from tests.support.rehearsed import Company


class _Twins(Registry):
    """The ports of a company in memory, whatever is connected."""

    def __init__(self, company: Company) -> None:
        super().__init__(connections=self._none, edge=self._no_edge)
        self._company = company

    async def load_integrations_for_tenant(self, tenant_id: str) -> Integrations:
        """The twins."""
        del tenant_id
        return self._company.ports()

    async def _none(self, _tenant: str) -> Sequence[Connection]:
        return ()

    def _no_edge(self, tenant: str) -> Edge:
        raise AssertionError(f"nothing is connected for {tenant}")


class OfficeBot(Bot):
    """The bot, with twins for providers where there is a company."""

    def __init__(
        self,
        settings: Settings,
        company: Company | None,
        providers: Mapping[str, Provider] = PROVIDERS,
    ) -> None:
        super().__init__(settings, providers)
        self._company = company

    async def _open_network(self, store: Store) -> None:
        await super()._open_network(store)
        if self._company is not None:
            self._registry = _Twins(self._company)

    @property
    def url(self) -> str:
        """Where the web server listens."""
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"


class Listening(OfficeBot):
    """A bot that stores and acknowledges, and dies before it works on anything."""

    def _pumps(self, store: Store, engine: Engine) -> Sequence[Pump[Any]]:
        return [pump for pump in super()._pumps(store, engine) if pump.name != "inbox"]
