"""Which tracer a bot has: that of OpenTelemetry where a collector is set, and otherwise none is read."""

from collections.abc import Callable

import structlog

from bot.settings import Settings
from bot.tracing.own import OwnTracer
from orchestration.ports.tracing import Tracer

log = structlog.get_logger(__name__)


def _nothing() -> None:
    return


def open_tracer(settings: Settings) -> tuple[Tracer, Callable[[], None]]:
    """The tracer, and what sends the last spans and closes it; that blocks.

    A collector that is set and can't be used is told, and keeps no bot from its work.
    """
    if settings.traces_to is None:
        return OwnTracer(), _nothing
    try:
        from bot.tracing.exporting import exporting_tracer
    except ImportError as error:
        log.error(  # noqa: TRY400 - what is missing is all there is to tell
            "Traces are not exported: install stationmaster[traces]",
            action="traces_missing",
            missing=error.name,
        )
        return OwnTracer(), _nothing
    tracer = exporting_tracer(settings.traces_to)
    return tracer, tracer.close
