"""The shapes of what is told of a release as a whole: how it went, and what is in it."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.api.v1.release_bodies import Name, legible
from bot.api.v1.shapes import Sent, Shape
from orchestration.domain.noting import LONGEST
from orchestration.domain.stages import Stage


class StageTimeShape(Shape):
    """How long a stage took; `usual` is the median of earlier releases."""

    stage: Stage
    seconds: int
    usual_seconds: int | None
    open: bool = Field(description="It has not ended")


class WaitedShape(Shape):
    """How long one owner was waited for; spells that overlap count once."""

    owner: str
    seconds: int
    spells: int


class FailuresShape(Shape):
    """How often a kind of task failed."""

    title: str
    count: int


class LeadShape(Shape):
    """A release of the app and its lead time."""

    version: str
    seconds: int


class ReportShape(Shape):
    """How a release went. `lead_seconds` is null before kick-off; `trend` is oldest first and ends with this one."""

    release: str
    version: str
    lead_seconds: int | None
    usual_seconds: int | None
    done: bool
    stages: tuple[StageTimeShape, ...]
    waits: tuple[WaitedShape, ...]
    failures: tuple[FailuresShape, ...]
    trend: tuple[LeadShape, ...]
    whole: bool = Field(description="false where there are more events than were read")


class ChangeShape(Shape):
    """A commit of the notes."""

    sha: str
    title: str


class ReleaseNotesOrder(Sent):
    """The whole text; `head` is the newest commit that it tells of, so that later ones can be counted."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(legible)]
    head: Name | None = None


class NotesShape(Shape):
    """What is in a release. `text` is what would be published now, `made` what the commits alone give."""

    since: str | None
    to: str
    text: str
    made: str
    url: str
    commits: tuple[ChangeShape, ...]
    edited_by: str | None
    edited_at: datetime | None
    later: int | None = Field(description="Commits that came after somebody edited the text; null: not known")
