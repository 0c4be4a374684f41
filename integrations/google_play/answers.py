"""The parts of Google Play's answers that we read. Version codes are numbers in some places and texts in others."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

PREFIX = "RELEASE_LIFECYCLE_STATE_"
Code = Annotated[str, Field(pattern=r"^[0-9]+$")]


class Lifecycle(StrEnum):
    """How far a release is. UNKNOWN also stands for states that Google adds."""

    DRAFT = "DRAFT"
    NOT_SENT_FOR_REVIEW = "NOT_SENT_FOR_REVIEW"
    IN_REVIEW = "IN_REVIEW"
    APPROVED_NOT_PUBLISHED = "APPROVED_NOT_PUBLISHED"
    NOT_APPROVED = "NOT_APPROVED"
    PUBLISHED = "PUBLISHED"
    UNKNOWN = "UNKNOWN"


def _lifecycle(value: object) -> Lifecycle:
    name = str(value).removeprefix(PREFIX)
    return Lifecycle(name) if name in Lifecycle.__members__ else Lifecycle.UNKNOWN


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Token(_Answer):
    """An access token; `expires_in` in seconds."""

    access_token: str = Field(min_length=1, repr=False)
    expires_in: float = Field(gt=0)


class Artifact(_Answer):
    """A bundle or APK in a release."""

    code: int = Field(alias="versionCode")


class Summary(_Answer):
    """A release as it is told without an edit."""

    name: str = Field(default="", alias="releaseName")
    artifacts: tuple[Artifact, ...] = Field(default=(), alias="activeArtifacts")
    lifecycle: Annotated[Lifecycle, BeforeValidator(_lifecycle)] = Field(
        default=Lifecycle.UNKNOWN, alias="releaseLifecycleState"
    )

    @property
    def codes(self) -> frozenset[int]:
        """The version codes in it."""
        return frozenset(artifact.code for artifact in self.artifacts)


class Summaries(_Answer):
    """The releases of a track, at most 20; those that are obsolete are left out."""

    releases: tuple[Summary, ...] = ()


class Edit(_Answer):
    """An edit that is open."""

    id: str = Field(min_length=1)


class Details(_Answer):
    """An app's details."""

    language: str = Field(alias="defaultLanguage", min_length=1)


class Note(_Answer):
    """What is new, in one language."""

    language: str
    text: str = ""


class Release(BaseModel):
    """A release within an edit. What we do not know of it is kept, for it is sent back whole."""

    model_config = ConfigDict(frozen=True, extra="allow")

    version_codes: tuple[Code, ...] = Field(default=(), alias="versionCodes")
    status: str = ""
    fraction: float | None = Field(default=None, alias="userFraction")
    notes: tuple[Note, ...] | None = Field(default=None, alias="releaseNotes")
    priority: int | None = Field(default=None, alias="inAppUpdatePriority")

    @property
    def codes(self) -> frozenset[int]:
        """The version codes in it."""
        return frozenset(int(code) for code in self.version_codes)

    def as_sent(self) -> dict[str, Any]:
        """As it came."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class Track(_Answer):
    """A track within an edit."""

    track: str = Field(min_length=1)
    releases: tuple[Release, ...] = ()


class Tracks(_Answer):
    """All tracks, also those without a release."""

    tracks: tuple[Track, ...] = ()
