"""The shapes of rehearsals."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from bot.api.v1.release_bodies import Name, Person
from bot.api.v1.release_shapes import MomentShape, PlanShape
from bot.api.v1.shapes import Sent, Shape
from orchestration.domain.events import EventKind


class RehearsalOrder(Sent):
    """What is to be played."""

    configuration: Name | None = Field(default=None, description="Its id or name; null: the default one")
    captain: Person | None = Field(default=None, description="null: whose turn it is, or who asks")


class DeedShape(Shape):
    """What a person would have to do; `who` is a user, an area, or what such people are called."""

    at: datetime
    who: str
    what: str


class PlayedShape(Shape):
    """Something that would happen; people whom the configuration does not name have ids that nobody has."""

    kind: EventKind
    at: datetime
    actor: str
    data: Mapping[str, str]


class RehearsalShape(PlanShape):
    """A release as it was at its end; it is stored nowhere. Times are those of its own fast clock."""

    stopped: str | None = Field(description="Why it did not come to its end; null where it did")
    began_at: datetime
    ended_at: datetime
    moments: tuple[MomentShape, ...]
    deeds: tuple[DeedShape, ...]
    events: tuple[PlayedShape, ...]
    not_checked: tuple[str, ...] = Field(description="What a rehearsal tells nothing of")
