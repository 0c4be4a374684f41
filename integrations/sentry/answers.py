"""Sentry's answers as values; unknown fields are left aside.

Sources: docs.sentry.io/api/releases/retrieve-release-health-session-statistics,
docs.sentry.io/api/releases/retrieve-an-organizations-release, docs.sentry.io/api/organizations.
"""

from pydantic import BaseModel, ConfigDict, Field, RootModel


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Organization(_Answer):
    """An organization."""

    slug: str
    name: str


class Project(_Answer):
    """A project; the number is a text here, and a number within a release."""

    id: str
    slug: str
    platform: str | None = None


class Projects(RootModel[tuple[Project, ...]]):
    """A page of projects."""


class _Within(_Answer):
    id: int
    new_groups: int = Field(alias="newGroups", ge=0)


class Release(_Answer):
    """A release, with what was new in it per project."""

    version: str
    projects: tuple[_Within, ...] = ()

    def new_in(self, project: str) -> int | None:
        """How many issues were first seen in it, None where the project does not have it."""
        return next((each.new_groups for each in self.projects if str(each.id) == project), None)


class Releases(RootModel[tuple[Release, ...]]):
    """A page of releases."""


class _By(_Answer):
    release: str


class _Totals(_Answer):
    sessions: int = Field(alias="sum(session)", ge=0)
    users: int = Field(alias="count_unique(user)", ge=0)
    free_sessions: float | None = Field(alias="crash_free_rate(session)", ge=0, le=1)
    free_users: float | None = Field(alias="crash_free_rate(user)", ge=0, le=1)


class Group(_Answer):
    """The figures of one release."""

    by: _By
    totals: _Totals


class Sessions(_Answer):
    """A page of figures."""

    groups: tuple[Group, ...]
