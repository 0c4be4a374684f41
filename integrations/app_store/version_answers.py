"""The parts of App Store Connect's answers on versions, their texts, their phased release and their review."""

from dataclasses import dataclass
from typing import Final, Self

from pydantic import Field, model_validator

from integrations.answers import Moment
from integrations.app_store.answers import Included, Key, Page, Part, Relation, attributes_of

LONGEST: Final = 10_000
"""Days: no phased release, nor its pauses, last as long."""


class _VersionAttributes(Part):
    text: str = Field(alias="versionString")
    platform: str
    state: str = Field(alias="appVersionState")
    release_type: str | None = Field(default=None, alias="releaseType")
    earliest: Moment | None = Field(default=None, alias="earliestReleaseDate")


class _VersionRelations(Part):
    build: Relation = Relation()
    phased: Relation = Field(default=Relation(), alias="appStoreVersionPhasedRelease")


class VersionRow(Part):
    """A version of the app for the App Store. Its state is a text: Apple adds to them."""

    id: str = Field(min_length=1)
    attributes: _VersionAttributes
    relationships: _VersionRelations = _VersionRelations()


class _PhasedAttributes(Part):
    state: str | None = Field(default=None, alias="phasedReleaseState")
    started: Moment | None = Field(default=None, alias="startDate")
    paused_days: int | None = Field(default=None, alias="totalPauseDuration", ge=0, le=LONGEST)
    day: int | None = Field(default=None, alias="currentDayNumber", ge=0, le=LONGEST)


class PhasedRow(Part):
    """A phased release."""

    id: str = Field(min_length=1)
    attributes: _PhasedAttributes


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A version with what was sent along: its build, and its phased release where it has one."""

    row: VersionRow
    build: str | None = None
    number: str | None = None
    phased: PhasedRow | None = None

    @property
    def id(self) -> str:
        """Apple's own."""
        return self.row.id

    @property
    def text(self) -> str:
        """The version as people write it."""
        return self.row.attributes.text

    @property
    def state(self) -> str:
        """In Apple's word."""
        return self.row.attributes.state


class Versions(Page):
    """GET /v1/apps/{id}/appStoreVersions with build and appStoreVersionPhasedRelease."""

    data: tuple[VersionRow, ...]
    included: tuple[Included, ...] = ()

    @model_validator(mode="after")
    def _readable(self) -> Self:
        """What was sent along is read when it is needed: what can't be read is told now, as everything is."""
        self.whole()
        return self

    def whole(self) -> list[Version]:
        """Each version with what belongs to it."""
        return [self._with_parts(row) for row in self.data]

    def _with_parts(self, row: VersionRow) -> Version:
        build, phased = row.relationships.build.data, row.relationships.phased.data
        number = attributes_of(build, self.included).get("version")
        return Version(
            row=row,
            build=None if build is None else build.id,
            number=None if number is None else str(number),
            phased=None if phased is None else self._phased(phased),
        )

    def _phased(self, key: Key) -> PhasedRow:
        return PhasedRow.model_validate({"id": key.id, "attributes": attributes_of(key, self.included)})


class MadeVersion(Part):
    """POST and PATCH /v1/appStoreVersions."""

    data: VersionRow


class MadePhased(Part):
    """POST and PATCH /v1/appStoreVersionPhasedReleases."""

    data: PhasedRow


class _TextAttributes(Part):
    locale: str
    whats_new: str | None = Field(default=None, alias="whatsNew")


class Text(Part):
    """What a version's page says in one language."""

    id: str = Field(min_length=1)
    attributes: _TextAttributes


class Texts(Page):
    """GET /v1/appStoreVersions/{id}/appStoreVersionLocalizations."""

    data: tuple[Text, ...]


class _ReviewAttributes(Part):
    state: str
    platform: str | None = None


class _ReviewRelations(Part):
    version: Relation = Field(default=Relation(), alias="appStoreVersionForReview")


class Review(Part):
    """A submission for review: what was put into it is judged together."""

    id: str = Field(min_length=1)
    attributes: _ReviewAttributes
    relationships: _ReviewRelations = _ReviewRelations()

    @property
    def state(self) -> str:
        """In Apple's word."""
        return self.attributes.state

    @property
    def version(self) -> str | None:
        """The id of the version in it."""
        key = self.relationships.version.data
        return None if key is None else key.id


class Reviews(Page):
    """GET /v1/reviewSubmissions with appStoreVersionForReview."""

    data: tuple[Review, ...]


class MadeReview(Part):
    """POST and PATCH /v1/reviewSubmissions."""

    data: Review


class _ItemAttributes(Part):
    state: str | None = None


class _ItemRelations(Part):
    version: Relation = Field(default=Relation(), alias="appStoreVersion")


class Item(Part):
    """A thing in a submission: a version, or an event, a product page and the like."""

    id: str = Field(min_length=1)
    attributes: _ItemAttributes = _ItemAttributes()
    relationships: _ItemRelations = _ItemRelations()

    @property
    def version(self) -> str | None:
        """The id of the version that it is, None where it is something else."""
        key = self.relationships.version.data
        return None if key is None else key.id


class Items(Page):
    """GET /v1/reviewSubmissions/{id}/items with appStoreVersion."""

    data: tuple[Item, ...]
