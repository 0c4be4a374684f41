"""Sentry as the tool that counts crashes.

Sources: docs.sentry.io/api/releases/retrieve-release-health-session-statistics (fields, grouping, at most 10,000
points, rates from 0 to 1, a time that is rounded to the interval) and docs.sentry.io/product/releases/health.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from integrations.http import Http
from integrations.sentry.answers import Group, Projects, Release, Sessions
from integrations.sentry.client import PAGE, Query, SentryClient, next_cursor
from integrations.sentry.errors import parsed, raise_if_failed
from integrations.sentry.naming import Name, name_of, project_id, release_name
from integrations.sentry.settings import SentrySecrets, SentrySettings
from orchestration.ports.errors import Refused
from orchestration.ports.release_health import HealthReport, Vitals

FIELDS = ("sum(session)", "count_unique(user)", "crash_free_rate(session)", "crash_free_rate(user)")
MOST_PAGES = 20
_HOURLY = timedelta(days=3)
"""Up to here hours fit into 10,000 points with a page of releases; beyond, days do."""


class SentryReleaseHealth:
    """ReleaseHealth of one organization."""

    def __init__(self, *, settings: SentrySettings, secrets: SentrySecrets, http: Http, tenant: str) -> None:
        self._client = SentryClient(settings=settings, secrets=secrets, http=http, tenant=tenant)
        self._environment = settings.environment

    async def read_health(
        self, *, project: str, app: str, version: str, build: str | None, since: datetime, until: datetime
    ) -> HealthReport:
        """Sessions and users of every version between two moments, with the new issues of one build."""
        number = project_id(project)
        groups = await self._groups(number, since, until)
        mine = [(name, group) for group in groups if (name := _of(app, group)) is not None]
        names = [
            group.by.release
            for name, group in mine
            if name.version == version and build in {None, name.build}
        ] or [release_name(app, version, build)]
        return HealthReport(
            vitals=tuple(_vitals(name, group) for name, group in mine),
            new_issues=await self._new_issues(number, names),
            url=self._client.page(names[0], number),
        )

    async def _groups(self, project: str, since: datetime, until: datetime) -> Sequence[Group]:
        found: list[Group] = []
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            query = [*self._query(project, since, until), *([("cursor", cursor)] if cursor else [])]
            answer = await self._client.get("sessions/", query)
            if answer.status == HTTPStatus.FORBIDDEN:
                await self._require_project(project)
            found += parsed(Sessions, answer).groups
            cursor = next_cursor(answer)
            if cursor is None:
                return found
        raise Refused(f"The project {project} has more than {MOST_PAGES * PAGE} releases in use at Sentry")

    def _query(self, project: str, since: datetime, until: datetime) -> Query:
        return [
            *(("field", name) for name in FIELDS),
            ("groupBy", "release"),
            ("project", project),
            *([("environment", self._environment)] if self._environment else []),
            ("start", _instant(since)),
            ("end", _instant(until)),
            ("interval", "1h" if until - since <= _HOURLY else "1d"),
            ("includeSeries", "0"),
            ("per_page", str(PAGE)),
        ]

    async def _require_project(self, project: str) -> None:
        """Refused where the token sees no such project: Sentry says the same 403 as for a scope that is missing."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            answer = await self._client.get("projects/", [("cursor", cursor)] if cursor else [])
            if any(each.id == project for each in parsed(Projects, answer).root):
                return
            cursor = next_cursor(answer)
            if cursor is None:
                break
        raise Refused(f"There is no project {project} in Sentry that the token may see")

    async def _new_issues(self, project: str, names: Sequence[str]) -> int | None:
        """Of all builds that are meant together; None where Sentry knows none of them."""
        counts = [await self._new_in(project, name) for name in names]
        known = [count for count in counts if count is not None]
        return sum(known) if known else None

    async def _new_in(self, project: str, name: str) -> int | None:
        answer = await self._client.get(f"releases/{quote(name, safe='')}/", [("project_id", project)])
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        raise_if_failed(answer)
        return parsed(Release, answer).new_in(project)


def _of(app: str, group: Group) -> Name | None:
    name = name_of(group.by.release)
    return name if name is not None and name.package == app else None


def _vitals(name: Name, group: Group) -> Vitals:
    """Without sessions Sentry may still tell a rate, which says nothing."""
    totals = group.totals
    return Vitals(
        version=name.version,
        build=name.build,
        sessions=totals.sessions,
        users=totals.users,
        crash_free_sessions=_percent(totals.free_sessions) if totals.sessions else None,
        crash_free_users=_percent(totals.free_users) if totals.users else None,
    )


def _percent(rate: float | None) -> float | None:
    return None if rate is None else 100 * rate


def _instant(at: datetime) -> str:
    """Without a zone, which Sentry takes for UTC."""
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
