"""What is sent about releases. Moments have a zone; texts hold no control characters."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, TypeVar
from unicodedata import category

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.api.v1.call import Call
from bot.api.v1.problems import Wrong, pointer, unprocessable, wrongs
from bot.api.v1.shapes import Patch, Sent
from orchestration.domain.builds import BuildKind
from orchestration.domain.snapshot import Bucket
from orchestration.domain.version import ReleaseType

MOST_HOURS = 14 * 24
_LONGEST = 1000
_MOST_SLOTS = 50
_MOST_LINKS = 20
_YEARS = (1970, 9000)
_LONGEST_LINK = 2000
_LINK = re.compile(r"^https://[!-~]+$")
_PERSON = re.compile(r"^[UW][A-Z0-9]{1,40}$")
_JOINING = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{SOFT HYPHEN}"
"""What makes one emoji of several, and keeps letters together or apart."""


def legible(text: str) -> str:
    """A text of which something can be seen, and nothing that only machines see."""
    if not text.strip() or any(not c.isprintable() and c not in "\n\t" for c in text):
        raise PydanticCustomError("text", "must be text, without control characters")
    return text


def written(text: str) -> str:
    """A sentence of which something can be seen: as `legible`, with the spaces and joiners that scripts need."""
    plain = "".join(" " if category(c) == "Zs" or c in _JOINING else c for c in text)
    legible(plain)
    return text


def _within(at: AwareDatetime) -> AwareDatetime:
    """Years that every part of us can reckon with."""
    if not _YEARS[0] <= at.year < _YEARS[1]:
        raise PydanticCustomError("year", "is too far away")
    return at


def _link(text: str) -> str:
    if len(text) > _LONGEST_LINK or _LINK.fullmatch(text) is None:
        raise PydanticCustomError("link", "must be an address that begins with https://")
    return text


def _person(text: str) -> str:
    if _PERSON.fullmatch(text) is None:
        raise PydanticCustomError("person", "must be the id of a Slack user: U… or W…, in capitals")
    return text


Text = Annotated[str, Field(min_length=1, max_length=_LONGEST), AfterValidator(written)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(legible)]
Moment = Annotated[AwareDatetime, AfterValidator(_within)]
Link = Annotated[
    str,
    AfterValidator(_link),
    WithJsonSchema({"type": "string", "pattern": _LINK.pattern, "maxLength": _LONGEST_LINK}),
]
Person = Annotated[
    str, AfterValidator(_person), WithJsonSchema({"type": "string", "pattern": _PERSON.pattern})
]
Versions = Annotated[dict[Name, Name], Field(min_length=1, max_length=10, description="By pair")]
Model = TypeVar("Model", bound=BaseModel)


def sent(call: Call, model: type[Model]) -> Model:
    """The body as a value. Trouble: 422 with all that is wrong, each at its place."""
    return parsed(call.sent, model, _nulls(call.body) if issubclass(model, Patch) else ())


def parsed(text: bytes, model: type[Model], nulls: tuple[Wrong, ...] = ()) -> Model:
    """A JSON text as a value. Trouble: 422 with all that is wrong, `nulls` among it."""
    try:
        value = model.model_validate_json(text)
    except ValidationError as error:
        raise unprocessable((*nulls, *wrongs(error))) from None
    if nulls:
        raise unprocessable(nulls)
    return value


def _nulls(body: Mapping[str, object]) -> tuple[Wrong, ...]:
    says = "can't be null: what is absent stays as it is"
    return tuple(Wrong(pointer=pointer(name), message=says) for name, value in body.items() if value is None)


class SlotOrder(Sent):
    """A regression slot: when its cycle starts, and what that does besides tag and notes."""

    at: Moment
    regression_builds: bool = True
    automation: bool = False


class SlotPatch(Patch):
    """Another time, or another content; what is absent stays."""

    at: Moment | None = None
    regression_builds: bool | None = None
    automation: bool | None = None


class CycleOrder(Sent):
    """What the cycle does besides tag and notes."""

    regression_builds: bool = True
    automation: bool = False


class ReleaseOrder(Sent):
    """A new release."""

    configuration: Name
    type: ReleaseType = ReleaseType.MINOR
    versions: Versions
    target_at: Moment = Field(description="When it should be out")
    slots: list[SlotOrder] = Field(
        max_length=_MOST_SLOTS, description="One at least, but for a hotfix that skips regression"
    )
    kick_off_at: Moment | None = Field(default=None, description="null: now")
    reminder_at: Moment | None = Field(default=None, description="Before the kick-off")
    base_branch: Name | None = Field(default=None, description="null: the configuration's")
    base_commit: Name | None = Field(default=None, description="null: the head of the base branch")
    branch: Name | None = Field(default=None, description="null: by the configuration's pattern")
    captain: Person | None = Field(default=None, description="null: whoever starts it")
    previous_tag: Name | None = Field(
        default=None,
        description="Where its notes begin; null: the last release, also one that comes out meanwhile",
    )
    parent: Name | None = Field(
        default=None,
        description="What a hotfix mends: a tag, branch, version or release; null: by its versions",
    )
    skip_regression: Text | None = Field(default=None, description="Why a hotfix goes out without it")


class ReleasePatch(Patch):
    """What is to be another; what is absent stays. `reason` is needed where the target moves."""

    kick_off_at: Moment | None = None
    target_at: Moment | None = None
    type: ReleaseType | None = None
    versions: Versions | None = None
    base_branch: Name | None = None
    branch: Name | None = None
    parent: Name | None = None
    channels: dict[Bucket, Annotated[list[Name], Field(max_length=20)]] | None = Field(
        default=None, description="By bucket; an empty list takes them away"
    )
    reason: Text | None = None


class ReasonOrder(Sent):
    """Why."""

    reason: Text


class DoneOrder(Sent):
    """Where it can be seen that a person did it; a build needs its number or a link."""

    evidence: Text
    number: Name | None = None


class ApproveOrder(Sent):
    """Yes to the evidence of this digest; `force` is the reason for overriding what is not met."""

    digest: Name
    force: Text | None = None


class RejectOrder(Sent):
    """No to the evidence of this digest."""

    digest: Name
    reason: Text


class DriftOrder(Sent):
    """The commits up to `head` stay out of the release."""

    head: Name
    reason: Text


class BuildReport(Sent):
    """A build that was made: its number, or links to it or to its files."""

    kind: Literal[BuildKind.PRE_REGRESSION, BuildKind.REGRESSION, BuildKind.TEST_FLIGHT, BuildKind.AAB]
    pair: Name
    number: Name | None = None
    links: list[Link] = Field(default_factory=list, max_length=_MOST_LINKS)


class RunNews(Sent):
    """A CI run has moved on: by its id, or by texts in which the id stands that we gave it."""

    run_id: Name
    texts: list[Name] = Field(default_factory=list, max_length=10)


class PickOrder(Sent):
    """A merged pull request as `#12`, a commit, or a link to either."""

    change: Name


class CaptainOrder(Sent):
    """Who leads from now on."""

    person: Person


class FreezeOrder(Sent):
    """A window in which nothing is released."""

    reason: Text
    starts_at: Moment
    ends_at: Moment
    zone: Name = Field(default="UTC", description="An IANA zone, where its times are meant")
    configuration: Name | None = Field(default=None, description="null: all releases")


class ExceptionOrder(Sent):
    """An exception for one release."""

    release: Name
    reason: Text
    hours: int = Field(default=24, ge=1, le=MOST_HOURS)

    @property
    def lasts(self) -> timedelta:
        """How long, from the grant on."""
        return timedelta(hours=self.hours)


class DayOrder(Sent):
    """A date of a train."""

    on: date


class QueueOrder(Sent):
    """Who leads the next releases, in this order; `scope` is `train:<id>` or `config:<id>`."""

    scope: Name
    people: list[Person] = Field(min_length=1, max_length=50)
