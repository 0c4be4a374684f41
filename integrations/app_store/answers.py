"""The parts of App Store Connect's answers that we read. Unknown fields and unknown states are left aside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Links(_Part):
    next: str | None = None


class Page(_Part):
    """A page of a list."""

    links: _Links

    @property
    def next(self) -> str | None:
        """The cursor of the next page. Of the address only this is taken: a token goes to no other host."""
        query = urlsplit(self.links.next or "").query
        return next(iter(parse_qs(query).get("cursor", [])), None)


class _AppAttributes(_Part):
    name: str
    bundle_id: str = Field(alias="bundleId")


class App(_Part):
    """An app."""

    id: str = Field(min_length=1)
    attributes: _AppAttributes


class Apps(Page):
    """GET /v1/apps."""

    data: tuple[App, ...]


class _GroupAttributes(_Part):
    name: str
    internal: bool = Field(alias="isInternalGroup")
    gets_all: bool | None = Field(default=None, alias="hasAccessToAllBuilds")
    link_enabled: bool | None = Field(default=None, alias="publicLinkEnabled")
    link: str | None = Field(default=None, alias="publicLink")


class Group(_Part):
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


class _Key(_Part):
    type: str
    id: str


class _Relation(_Part):
    data: _Key | None = None


class _BuildRelations(_Part):
    version: _Relation = Field(default=_Relation(), alias="preReleaseVersion")
    beta: _Relation = Field(default=_Relation(), alias="buildBetaDetail")


class _BuildAttributes(_Part):
    number: str = Field(alias="version")
    uploaded: datetime = Field(alias="uploadedDate")
    expired: bool | None = None
    processing: str = Field(alias="processingState")
    audience: str | None = Field(default=None, alias="buildAudienceType")


class BuildRow(_Part):
    """A build; its `version` is what we call its number."""

    id: str = Field(min_length=1)
    attributes: _BuildAttributes
    relationships: _BuildRelations = _BuildRelations()


class _Included(_Part):
    type: str
    id: str
    attributes: Mapping[str, Any] = {}


class BetaDetail(_Part):
    """What TestFlight makes of a build, for testers within the team and outside."""

    internal: str | None = Field(default=None, alias="internalBuildState")
    external: str | None = Field(default=None, alias="externalBuildState")


class Builds(Page):
    """GET /v1/builds with preReleaseVersion and buildBetaDetail."""

    data: tuple[BuildRow, ...]
    included: tuple[_Included, ...] = ()

    def version_of(self, row: BuildRow) -> str | None:
        """The version that a build is of, None where Apple does not say."""
        found = self._attributes(row.relationships.version.data).get("version")
        return None if found is None else str(found)

    def beta_of(self, row: BuildRow) -> BetaDetail:
        """What TestFlight makes of it: nothing yet, for a while after it was processed."""
        return BetaDetail.model_validate(self._attributes(row.relationships.beta.data))

    def _attributes(self, key: _Key | None) -> Mapping[str, Any]:
        rows = (r for r in self.included if key is not None and (r.type, r.id) == (key.type, key.id))
        return next((row.attributes for row in rows), {})


class Submission(_Part):
    """POST /v1/betaAppReviewSubmissions, by which we know that it was made."""

    data: _Key
