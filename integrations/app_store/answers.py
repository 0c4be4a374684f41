"""The parts of App Store Connect's answers that we read. Unknown fields and unknown states are left aside."""

from collections.abc import Mapping, Sequence
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from integrations.answers import Moment


class Part(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True)


class _Links(Part):
    next: str | None = None


class Page(Part):
    """A page of a list."""

    links: _Links

    @property
    def next(self) -> str | None:
        """The cursor of the next page. Of the address only this is taken: a token goes to no other host."""
        query = urlsplit(self.links.next or "").query
        return next(iter(parse_qs(query).get("cursor", [])), None)


class _AppAttributes(Part):
    name: str
    bundle_id: str = Field(alias="bundleId")


class App(Part):
    """An app."""

    id: str = Field(min_length=1)
    attributes: _AppAttributes


class Apps(Page):
    """GET /v1/apps."""

    data: tuple[App, ...]


class _GroupAttributes(Part):
    name: str
    internal: bool = Field(alias="isInternalGroup")
    gets_all: bool | None = Field(default=None, alias="hasAccessToAllBuilds")
    link_enabled: bool | None = Field(default=None, alias="publicLinkEnabled")
    link: str | None = Field(default=None, alias="publicLink")


class Group(Part):
    """A group of testers. An internal one may get every build by itself."""

    id: str = Field(min_length=1)
    attributes: _GroupAttributes

    @property
    def public_link(self) -> str | None:
        """Where anybody joins, None where there is no such address."""
        return (self.attributes.link or None) if self.attributes.link_enabled else None


class Groups(Page):
    """GET /v1/betaGroups."""

    data: tuple[Group, ...]


class Key(Part):
    """What a relation points to."""

    type: str
    id: str


class Relation(Part):
    """A relation to one thing; without `data` where it was not asked for, or points to nothing."""

    data: Key | None = None


class _BuildRelations(Part):
    version: Relation = Field(default=Relation(), alias="preReleaseVersion")
    beta: Relation = Field(default=Relation(), alias="buildBetaDetail")


class _BuildAttributes(Part):
    number: str = Field(alias="version")
    uploaded: Moment = Field(alias="uploadedDate")
    expired: bool | None = None
    processing: str = Field(alias="processingState")
    audience: str | None = Field(default=None, alias="buildAudienceType")


class BuildRow(Part):
    """A build; its `version` is what we call its number."""

    id: str = Field(min_length=1)
    attributes: _BuildAttributes
    relationships: _BuildRelations = _BuildRelations()


class Included(Part):
    """A related thing that was asked for along."""

    type: str
    id: str
    attributes: Mapping[str, Any] = {}


def attributes_of(key: Key | None, included: Sequence[Included]) -> Mapping[str, Any]:
    """The attributes of what a relation points to; none where it was not sent along."""
    rows = (row for row in included if key is not None and (row.type, row.id) == (key.type, key.id))
    return next((row.attributes for row in rows), {})


class BetaDetail(Part):
    """What TestFlight makes of a build, for testers within the team and outside."""

    internal: str | None = Field(default=None, alias="internalBuildState")
    external: str | None = Field(default=None, alias="externalBuildState")


class Builds(Page):
    """GET /v1/builds with preReleaseVersion and buildBetaDetail."""

    data: tuple[BuildRow, ...]
    included: tuple[Included, ...] = ()

    @model_validator(mode="after")
    def _readable(self) -> Self:
        """What was sent along is read when it is needed: what can't be read is told now, as everything is."""
        for row in self.data:
            self.beta_of(row)
        return self

    def version_of(self, row: BuildRow) -> str | None:
        """The version that a build is of, None where Apple does not say."""
        found = attributes_of(row.relationships.version.data, self.included).get("version")
        return None if found is None else str(found)

    def beta_of(self, row: BuildRow) -> BetaDetail:
        """What TestFlight makes of it: nothing yet, for a while after it was processed."""
        return BetaDetail.model_validate(attributes_of(row.relationships.beta.data, self.included))


class Submission(Part):
    """POST /v1/betaAppReviewSubmissions, by which we know that it was made."""

    data: Key
