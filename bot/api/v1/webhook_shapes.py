"""The shapes of webhooks and their deliveries."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, WithJsonSchema

from bot.api.v1.shapes import Patch, Sent, Shape
from orchestration.domain.events import EventKind
from orchestration.domain.webhooks import EVERYTHING, LONGEST_OVERLAP, LONGEST_URL, OVERLAP, DeliveryState

Kinds = Annotated[
    list[str],
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "enum": [EVERYTHING, *(kind.value for kind in EventKind)]},
            "minItems": 1,
        }
    ),
]


class WebhookShape(Shape):
    """An address that is told of events; its secret is never shown again."""

    id: str
    url: str
    events: tuple[str, ...]
    active: bool
    trouble: str | None = Field(description="Why we switched it off")
    former_until: datetime | None = Field(description="Until when the secret before this one signs too")
    created_by: str
    created_at: datetime


class NewWebhookShape(WebhookShape):
    """A webhook with a new secret. `secret` is shown this once; a repeated answer has null there."""

    secret: str | None


class WebhookCreate(Sent):
    """An order for a webhook."""

    url: str = Field(
        min_length=1, max_length=LONGEST_URL, description="https://…, where events are posted to"
    )
    events: Kinds = Field(description=f"Kinds of events, or {EVERYTHING}")


class WebhookPatch(Patch):
    """What is to be another; what is absent stays. Switching it on forgets why it was off."""

    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL)] | None = None
    events: Kinds | None = None
    active: bool | None = None


class RotateOrder(Sent):
    """How long the secret until now signs beside the new one; 0 for one that is known to others."""

    overlap_hours: int = Field(
        default=OVERLAP // timedelta(hours=1), ge=0, le=LONGEST_OVERLAP // timedelta(hours=1)
    )


class DeliveryShape(Shape):
    """An event on its way, or where it came to. `status` is the receiver's last answer."""

    id: str = Field(description="The same at every try: webhook-id")
    seq: int = Field(description="The event's number; names the delivery in paths")
    kind: EventKind
    release: str | None
    state: DeliveryState
    attempts: int
    queued_at: datetime
    tried_at: datetime | None
    status: int | None
    reason: str | None
