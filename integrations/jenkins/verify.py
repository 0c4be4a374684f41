"""Tries a connection by reading: whose the token is, which jobs it shows, and whether builds are taken.

What the user may do with a job, Jenkins tells nowhere before it is tried.
Source: me/api/json, api/json, crumbIssuer/api/json (www.jenkins.io/doc/book/using/remote-access-api).
"""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from integrations.edge import Edge
from integrations.jenkins.client import Client
from integrations.jenkins.settings import JenkinsSecrets, JenkinsSettings
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED = "The token is accepted"
JOBS = "Jobs can be seen"
TAKES = "Builds are taken"
CRUMB = "Requests with an effect are let in"

NAMED = 5


class _User(BaseModel):
    id: str
    name: str = Field(alias="fullName")


class _Job(BaseModel):
    name: str


class _Server(BaseModel):
    jobs: tuple[_Job, ...]
    closing: bool = Field(alias="quietingDown")


async def verify(settings: JenkinsSettings, secrets: JenkinsSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them."""
    client = Client(settings, secrets, edge)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        user = await client.read(_User, "/me", tree="id,fullName")
        checks.append(Check(what=what, ok=True, says=f"it belongs to {user.name} ({user.id})"))
        what = JOBS
        server = await client.read(_Server, "", tree="quietingDown,jobs[name]")
        checks += [_seen(server), _taking(server)]
        what = CRUMB
        if secrets.is_api_token:
            says = "an API token needs no crumb"
        else:
            says = "there is a crumb for it" if await client.fetch_crumb() else "no crumb is wanted"
        checks.append(Check(what=what, ok=True, says=says))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _seen(server: _Server) -> Check:
    if not server.jobs:
        says = "the user sees no job: it needs the permissions Overall/Read and Job/Read"
        return Check(what=JOBS, ok=False, says=says)
    named = ", ".join(job.name for job in server.jobs[:NAMED])
    more = f" and {len(server.jobs) - NAMED} more" if len(server.jobs) > NAMED else ""
    return Check(what=JOBS, ok=True, says=named + more)


def _taking(server: _Server) -> Check:
    if server.closing:
        return Check(what=TAKES, ok=False, says="Jenkins is about to shut down", later=True)
    return Check(what=TAKES, ok=True, says="Jenkins is not about to shut down")
