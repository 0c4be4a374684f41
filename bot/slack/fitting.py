"""What the sender sends: what was rendered when it was stored, within Slack's limits; and how long it waits."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from bot.slack.blocks import fit_message, validate
from bot.views.rendered import Rendered
from orchestration.domain.release import Release
from orchestration.ports.notification import Attachment
from orchestration.ports.runtime import Letter
from orchestration.services.engine import Engine

log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 300.0
_LONGEST_CARD_WAIT = 30.0


class NotYet(Exception):
    """The message must wait for another one, or for the limit of its channel."""

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(why)
        self.seconds = seconds
        self.why = why


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file as it is drawn: `text` stands above it, `alt` says what a picture shows."""

    name: str
    title: str
    content: bytes
    text: str
    alt: str = ""

    def attachment(self, channel: str, thread: str | None) -> Attachment:
        """It, at the place where it is shown."""
        return Attachment(
            name=self.name,
            title=self.title,
            content=self.content,
            channel=channel,
            text=self.text,
            alt=self.alt,
            thread=thread,
        )


Draw = Callable[[Engine, Letter], Awaitable[Document]]
"""Makes the file that a letter orders, from the state of now."""


def said(payload: Mapping[str, str]) -> Rendered:
    """What was rendered when it was stored."""
    return Rendered(text=payload["text"], blocks=tuple(json.loads(payload.get("blocks", "[]"))))


def fitted(rendered: Rendered) -> tuple[str, tuple[Mapping[str, object], ...]]:
    """The message within Slack's limits; a payload that Slack would refuse goes as text, and the log says so."""
    fit = fit_message(rendered.text, rendered.blocks)
    if not fit.problems and (fit.text, fit.blocks) == (rendered.text, rendered.blocks):
        return fit.text, fit.blocks  # this is what was looked at
    problems = validate({"text": fit.text, "blocks": list(fit.blocks)}, "message")
    if problems:
        log.error(
            "A view made blocks that Slack refuses; sent as text",
            action="blocks_invalid",
            problems=[f"{p.pointer}: {p.message}" for p in problems][:5],
        )
        return fit.text, ()
    return fit.text, tuple(fit.blocks)


def wait_for_card(attempts: int) -> float:
    """Short at first, because the card is mostly on its way; long where its channel is archived or closed to us."""
    return min(_LONGEST_CARD_WAIT, 0.2 * 2.0 ** min(attempts - 1, 10))


def pause(attempts: int) -> float:
    return min(_LONGEST_PAUSE, float(2 ** min(attempts, 10)))


def of_restored(letter: Letter, release: Release) -> Letter:
    """A card that a restored release does not know of may stand in Slack already, from after the backup."""
    if release.restored is None:
        return letter
    return replace(letter, uncertain=True, since=min(letter.since, release.restored.since.timestamp()))
