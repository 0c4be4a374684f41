"""What people choose from at Jenkins: its jobs, through folders.

A multibranch project is offered as one job for whatever branch or tag is built: `folder/project/{ref}`.
Source: api/json with `tree` (www.jenkins.io/doc/book/using/remote-access-api).
"""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, Field

from integrations.choices import Asked, Kind, Option, Page, Reader, cut, matching
from integrations.edge import Edge
from integrations.jenkins.client import Client
from integrations.jenkins.paths import REF
from integrations.jenkins.settings import JenkinsSecrets, JenkinsSettings

DEEP = 5
"""How many folders may stand in one another; what lies deeper can be typed."""
MULTIBRANCH = "WorkflowMultiBranchProject"


class _Job(BaseModel):
    kind: str = Field(default="", alias="_class")
    name: str
    buildable: bool | None = None
    jobs: tuple["_Job", ...] | None = None


class _Server(BaseModel):
    jobs: tuple[_Job, ...] = ()


async def jobs(settings: JenkinsSettings, secrets: JenkinsSecrets, edge: Edge, asked: Asked) -> Page:
    """Jobs that can be built, by their full names. Jenkins tells all at once: the cursor counts them."""
    server = await Client(settings, secrets, edge).read(_Server, "", tree=_tree(DEEP))
    found = matching(tuple(_named(server.jobs, "")), asked.words)
    return cut(found, asked)


CHOICES: Mapping[Kind, Reader] = {Kind.WORKFLOWS: jobs}


def _tree(deep: int) -> str:
    inner = f",{_tree(deep - 1)}" if deep > 1 else ""
    return f"jobs[name,buildable{inner}]"


def _named(rows: tuple[_Job, ...], above: str) -> Iterator[Option]:
    for row in rows:
        name = f"{above}{row.name}"
        if row.kind.endswith(MULTIBRANCH):
            yield Option(value=f"{name}/{REF}", label=name, detail="multibranch project")
        elif row.jobs is not None:
            yield from _named(row.jobs, f"{name}/")
        elif row.buildable is not False:
            yield Option(value=name, label=name)
