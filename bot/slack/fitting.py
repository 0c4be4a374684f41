"""Messages within Slack's limits: the last look at what views made."""

import json
from collections.abc import Mapping

import structlog

from bot.slack.blocks import fit_message, validate
from bot.views.rendered import Rendered

log = structlog.get_logger(__name__)


def said_of(payload: Mapping[str, str]) -> Rendered:
    """What was rendered when it was stored."""
    return Rendered(text=payload["text"], blocks=tuple(json.loads(payload.get("blocks", "[]"))))


def fitted(rendered: Rendered) -> tuple[str, tuple[Mapping[str, object], ...]]:
    """The message within Slack's limits; a payload that Slack would refuse goes as text, and the log says so."""
    fit = fit_message(rendered.text, list(rendered.blocks))
    problems = validate({"text": fit.text, "blocks": list(fit.blocks)}, "message")
    if problems:
        log.error(
            "A view made blocks that Slack refuses; sent as text",
            action="blocks_invalid",
            problems=[f"{p.pointer}: {p.message}" for p in problems][:5],
        )
        return fit.text, ()
    return fit.text, tuple(fit.blocks)
