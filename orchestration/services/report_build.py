"""Builds that were made elsewhere and are reported: by a CI job with a token that can do nothing else, or by people."""

from dataclasses import dataclass

from orchestration.domain.builds import Artifact, BuildKind
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.given import BUILD_KINDS, problem_of
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task, TaskState, WaitOwner
from orchestration.services.act import done
from orchestration.services.engine import Engine
from orchestration.services.saving import Along, require, roles_of

_OPEN = frozenset({TaskState.FAILED, TaskState.WAITING})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """What was told of a build: for what it is, its number, links to it or its files, and files that were uploaded."""

    kind: BuildKind
    pair: Pair
    number: str | None = None
    links: tuple[str, ...] = ()
    files: tuple[Artifact, ...] = ()


async def report_build(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    told: Reported,
    *,
    actor: Actor,
    along: Along | None = None,
) -> Change:
    """Give the build to the task that waits for it, as if a person had said that it is done.

    NotNow where none waits, or where it waits for a run of CI, whose state is never believed but looked up.
    """
    task = await require_waiting(engine, tenant_id, release_id, told, actor=actor)
    shown = [*told.links, *(f"{file.name}, {file.size} bytes, SHA-256 {file.digest}" for file in told.files)]
    return await done(
        engine,
        tenant_id,
        release_id,
        task.id,
        number=told.number,
        evidence=" ".join(shown) or f"build {told.number}",
        actor=actor,
        need=Permission.REPORT,
        files=told.files,
        along=along,
    )


async def require_waiting(
    engine: Engine, tenant_id: str, release_id: str, told: Reported, *, actor: Actor
) -> Task:
    """The task that takes the build; NotNow where none does. Also before a file is read that nobody waits for."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.REPORT)
    task = _waiting(release, told)
    problem = problem_of(told.kind, told.number, (*told.links, *(file.name for file in told.files)))
    if problem is not None:
        raise NotNow(problem)
    return task


def _waiting(release: Release, told: Reported) -> Task:
    """The newest task that can take the build."""
    fitting = [t for t in release.tasks if BUILD_KINDS.get(t.type) is told.kind and t.pair == told.pair]
    name = f"{told.kind.replace('_', '-').lower()} build of {told.pair.title}"
    task = next((t for t in reversed(fitting) if t.state in _OPEN), None)
    if task is None:
        raise NotNow(f"Nothing in {release.title} waits for the {name} now.", settled=bool(fitting))
    if task.wait is not None and task.wait.owner is WaitOwner.CI:
        raise NotNow(f"The {name} is made by a CI run: tell of the run, and it is looked at.")
    return task
