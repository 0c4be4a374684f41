"""Tries a connection by reading: whose the token is and how long it lives, what it reaches, what its owner may do.

Source: docs.gitlab.com/api/personal_access_tokens#self-inform, docs.gitlab.com/api/projects,
docs.gitlab.com/api/pipelines, docs.gitlab.com/user/permissions.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from integrations.edge import Edge
from integrations.gitlab.client import Client
from integrations.gitlab.settings import GitlabSecrets, GitlabSettings
from integrations.gitlab.wire import PipelineRow, ProjectRow, TokenRow
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED = "The token is accepted"
SCOPES = "The token's scopes suffice"
PROJECT = "The project can be read"
ROLE = "The account may push and run pipelines"
VARIABLES = "Pipelines may be started with variables"
PIPELINES = "Pipelines can be read"

NEEDED = "api"
DEVELOPER = 30
ROLES = {"no_one_allowed": 1000, "developer": DEVELOPER, "maintainer": 40, "owner": 50}
"""The roles that may be asked for variables, by GitLab's number; 1000 is beyond everybody."""


async def verify(settings: GitlabSettings, secrets: GitlabSecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them. GET personal_access_tokens/self, project, pipelines."""
    client = Client(settings, secrets, edge)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        token = await client.run(client.send, TokenRow, "GET", "/personal_access_tokens/self")
        checks += [_accepted(token), _scoped(token)]
        what = PROJECT
        project = await client.run(client.get, ProjectRow, "")
        level = _level(project)
        checks += [_readable(project), _pushes(level), _variables(project, level)]
        what = PIPELINES
        await client.run(lambda: next(client.rows(PipelineRow, "/pipelines"), None))
        checks.append(Check(what=what, ok=True, says="the list of pipelines is there"))
    except PortError as error:
        checks.append(unmet(what, error))
    finally:
        client.session.close()
    return tuple(checks)


def _accepted(token: TokenRow) -> Check:
    until = f"it expires on {token.expires_at}" if token.expires_at else "it does not expire"
    says = f"its name is {token.name}, and {until}" if token.active else "it is not active any more"
    return Check(what=ACCEPTED, ok=token.active, says=says, expires=_end(token.expires_at))


def _end(day: str | None) -> datetime | None:
    """GitLab ends a token at midnight UTC of its day."""
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    except ValueError:
        return None


def _scoped(token: TokenRow) -> Check:
    listed = ", ".join(token.scopes) or "none"
    if NEEDED in token.scopes:
        return Check(what=SCOPES, ok=True, says=listed)
    return Check(what=SCOPES, ok=False, says=f"it has {listed}; it needs {NEEDED}")


def _readable(project: ProjectRow) -> Check:
    if project.archived:
        says = f"{project.path_with_namespace} is archived: nothing can be written to it"
        return Check(what=PROJECT, ok=False, says=says)
    return Check(what=PROJECT, ok=True, says=f"{project.path_with_namespace}, {project.visibility}")


def _level(project: ProjectRow) -> int:
    rights = project.permissions
    return max(
        (each.access_level for each in (rights.project_access, rights.group_access) if each), default=0
    )


def _pushes(level: int) -> Check:
    if level >= DEVELOPER:
        return Check(what=ROLE, ok=True, says="its role is Developer or higher")
    return Check(what=ROLE, ok=False, says="its role is too low: give it Developer or higher in the project")


def _variables(project: ProjectRow, level: int) -> Check:
    least = project.ci_pipeline_variables_minimum_override_role or "developer"
    if level >= ROLES.get(least, DEVELOPER):
        return Check(what=VARIABLES, ok=True, says=f"the project asks for {least}")
    says = f"the project asks for {least}: change it under Settings, CI/CD, Variables"
    return Check(what=VARIABLES, ok=False, says=says)
