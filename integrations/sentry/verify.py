"""Trying a connection to Sentry: reading only."""

from collections.abc import Sequence

from integrations.edge import Edge
from integrations.registry import Check, unmet
from integrations.sentry.answers import Organization, Projects, Releases, Sessions
from integrations.sentry.client import SentryClient
from integrations.sentry.errors import parsed
from integrations.sentry.settings import SentrySecrets, SentrySettings
from orchestration.ports.errors import PortError

ACCEPTED = "The token is accepted"
PROJECTS = "Projects can be listed"
RELEASES = "Releases can be read"
SESSIONS = "Sessions can be read"
NAMED = 5


async def verify(settings: SentrySettings, secrets: SentrySecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them."""
    client = SentryClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        organization = parsed(Organization, await client.get(""))
        checks.append(Check(what=what, ok=True, says=f"for the organization {organization.name}"))
        what = PROJECTS
        projects = parsed(Projects, await client.get("projects/"))
        checks.append(_listed(projects))
        what = RELEASES
        releases = parsed(Releases, await client.get("releases/", [("per_page", "1")]))
        newest = f"the newest is {releases.root[0].version}" if releases.root else "there is none yet"
        checks.append(Check(what=what, ok=True, says=newest))
        if projects.root:
            what = SESSIONS
            checks.append(await _sessions(client, projects.root[0].id))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _listed(projects: Projects) -> Check:
    if not projects.root:
        return Check(what=PROJECTS, ok=False, says="there is no project that the token may see")
    named = ", ".join(f"{each.slug} ({each.id})" for each in projects.root[:NAMED])
    more = f" and {len(projects.root) - NAMED} more" if len(projects.root) > NAMED else ""
    return Check(what=PROJECTS, ok=True, says=named + more)


async def _sessions(client: SentryClient, project: str) -> Check:
    query = [
        ("field", "sum(session)"),
        ("field", "count_unique(user)"),
        ("field", "crash_free_rate(session)"),
        ("field", "crash_free_rate(user)"),
        ("groupBy", "release"),
        ("project", project),
        ("statsPeriod", "1d"),
        ("interval", "1h"),
        ("includeSeries", "0"),
        ("per_page", "1"),
    ]
    found = parsed(Sessions, await client.get("sessions/", query))
    says = "there are some of the last day" if found.groups else "there are none of the last day yet"
    return Check(what=SESSIONS, ok=True, says=says)
