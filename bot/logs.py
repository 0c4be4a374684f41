"""Structured logs, with everything taken out that could open a door."""

import logging
import sys
from typing import Any, TextIO

import structlog

from integrations.redaction import scrub

# These write bodies of requests or rows, or a line per request, at INFO or DEBUG.
_QUIET = (
    "aiosqlite",
    "alembic",
    "slack_sdk",
    "apscheduler",
    "aiohttp.access",
    "urllib3",
    "github",
    "asyncio",
)
# Bolt warns of the token in the environment, which it does not use, and logs bodies of refused requests.
_SILENT = ("slack_bolt",)


def configure(*, style: str, level: str, stream: TextIO | None = None) -> None:
    """Set up structlog and the standard library's loggers; `style` is console or json, `stream` standard error."""
    out = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrub,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.ERROR)
