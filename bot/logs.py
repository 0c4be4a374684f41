"""Structured logs, with everything taken out that could open a door."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_NAMES = re.compile(
    r"token|secret|password|authorization|trigger_id|response_url|private_key", re.IGNORECASE
)
_SECRET_TEXT = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|gh[pousr]_\w+|github_pat_\w+|Bearer\s+\S+|https://hooks\.slack\.com/\S+"
)
# These write bodies of requests, or a line per request, at INFO.
_QUIET = ("alembic", "slack_sdk", "apscheduler", "aiohttp.access", "urllib3", "github", "asyncio")
# Bolt warns of the token in the environment, which it does not use, and logs bodies of refused requests.
_SILENT = ("slack_bolt",)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out values under telling names, and tokens in any text."""
    for key, value in event.items():
        if _SECRET_NAMES.search(key):
            event[key] = "[redacted]"
        elif isinstance(value, str):
            event[key] = _SECRET_TEXT.sub("[redacted]", value)
    return event


def configure(*, style: str, level: str) -> None:
    """Set up structlog and the standard library's loggers; `style` is console or json."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
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
