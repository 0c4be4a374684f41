"""How a running bot is looked at from outside: its health, its page of metrics and the dead man's switch."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog

from bot.api.health import Health, SlackAnswer
from bot.api.metrics import MetricsPage
from bot.deadman import DeadMan
from bot.metrics import Observatory
from bot.scheduler import Ticks
from bot.settings import Settings
from integrations.breaker import Breakers
from integrations.http import Http
from orchestration.services.pump import Pump
from orchestration.store.store import Store

log = structlog.get_logger(__name__)


class Lookout:
    """Made when everything that is looked at is there; `pumps` are the bot's loops."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        seen: Observatory,
        ticks: Ticks,
        slack: SlackAnswer,
        *,
        pumps: Sequence[Pump[Any]],
    ) -> None:
        self._settings, self._store, self._seen, self._ticks, self._slack = (
            settings,
            store,
            seen,
            ticks,
            slack,
        )
        self.health = Health(
            look=store.look,
            schema=store.usable,
            ticks=ticks,
            clock=seen.clock,
            slack=slack,
            loops=[pump.name for pump in pumps],
            looks=seen.counting.looks,
        )

    def metrics(self, breakers: Breakers) -> MetricsPage | None:
        """The page of metrics, None where nobody may see it."""
        if not self._settings.metrics_are_served:
            log.info("No metrics: off loopback they need STATIONMASTER_METRICS_TOKEN", action="no_metrics")
            return None
        gathering = self._seen.gathering(self._store, self._ticks, breakers, self._slack)
        return MetricsPage(gathering.page, token=self._settings.metrics_token)

    def hold_switch(self, http: Http) -> "asyncio.Task[None] | None":
        """Hold the dead man's switch until the task is cancelled; None where there is none."""
        if (url := self._settings.ping_url) is None:
            return None
        seconds = self._settings.ping_seconds
        switch = DeadMan(http=http, url=url.get_secret_value(), seconds=seconds, well=self.health.well)
        return asyncio.create_task(switch.run())
