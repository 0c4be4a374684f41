"""The shapes of submissions to the stores, and what is sent about them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.api.v1.release_bodies import Name, Text
from bot.api.v1.shapes import Sent, Shape
from orchestration.domain.health import Verdict
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Verb

_LONGEST_NOTE = 4000


class InstructionShape(Shape):
    """What the store is to be told, until it was; `trouble` is why it has not been yet."""

    verb: Verb
    by: str
    at: datetime
    percent: float | None
    reason: str | None
    tries: int
    trouble: str | None


class HealthShape(Shape):
    """How a version does among its users, as it was read last; `overruled_by` lets steps follow all the same."""

    verdict: Verdict | None
    says: str | None
    read_at: datetime | None
    sessions: int | None
    crash_free: float | None = Field(description="Of its sessions, in per cent")
    trouble: str | None = Field(description="Why it could not be read")
    overruled_by: str | None
    overruled_because: str | None


class SubmissionShape(Shape):
    """One version of a pair on its way through its store; `percent` of the users are offered it."""

    id: str
    pair: str
    number: int
    version: str
    integration: str
    build: str | None
    notes: Mapping[str, str] = Field(description="What is new, by language")
    send_for_review: bool | None = Field(
        description="Whether it is sent for review, or by a person in the console; null without that choice"
    )
    pull_back: bool | None = Field(description="Whether other changes in review are pulled back for it")
    state: StoreState
    percent: float
    phased: bool
    day: int | None
    opened_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    live_at: datetime | None
    completed_at: datetime | None
    paused_at: datetime | None
    step_at: datetime | None = Field(description="When the next step is taken by itself")
    seen_at: datetime | None = Field(description="When the store was asked last")
    url: str | None
    detail: str | None
    todo: str | None = Field(description="What a person has to do in the store's console")
    trouble: str | None
    instruction: InstructionShape | None
    health: HealthShape | None = Field(description="null where no rule judges it")


class ConsequencesShape(Shape):
    """What would follow; `irreversible`: it can be neither taken back nor stopped."""

    says: tuple[str, ...]
    irreversible: bool


class NotesOrder(Sent):
    """What is new, by language tag."""

    notes: dict[Name, Annotated[str, Field(max_length=_LONGEST_NOTE)]] = Field(min_length=1, max_length=100)


class ReviewChoice(Sent):
    """Whether it is sent for review, or left for a person to send. Only some stores have the choice."""

    send_for_review: bool


class BuildChoice(Sent):
    """Another build, by the store's own number."""

    number: Name


class InstructOrder(Sent):
    """What the store is to be told; `percent` is for RAISE."""

    verb: Verb
    percent: float | None = Field(default=None, gt=0, le=100)
    reason: Text | None = None


class StopOrder(Sent):
    """Why the stores are stopped."""

    reason: Text | None = None


class FinishOrder(Sent):
    """Where it can be seen that the release is out."""

    note: Text
