"""What a person did in a task's place: looked up, so that later tasks find what the task would have left behind."""

from collections.abc import Mapping

from orchestration.catalogue.specs import connected
from orchestration.domain.builds import Build, BuildKind, BuildState
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task, TaskType
from orchestration.ports.runtime import Integrations

BUILD_KINDS: Mapping[TaskType, BuildKind] = {
    TaskType.TRIGGER_PRE_REGRESSION_BUILDS: BuildKind.PRE_REGRESSION,
    TaskType.TRIGGER_REGRESSION_BUILDS: BuildKind.REGRESSION,
    TaskType.TRIGGER_TEST_FLIGHT_BUILD: BuildKind.TEST_FLIGHT,
    TaskType.CREATE_AAB_BUILD: BuildKind.AAB,
}
# Later tasks stand on what these leave behind, so there is no going on without it.
NEEDED = frozenset({TaskType.FORK_BRANCH, TaskType.CREATE_RC_TAG, TaskType.CREATE_RELEASE_TAG})


async def found_output(release: Release, task: Task, ports: Integrations) -> Mapping[str, str]:
    """The branch or tag that a person made, with its commit; empty for other tasks. NotNow where it is not there."""
    if task.type not in NEEDED:
        return {}
    scm = connected(ports.scm, release.snapshot.scm)
    if task.type is TaskType.FORK_BRANCH:
        branch = await scm.find_branch(release.branch)
        if branch is None:
            raise NotNow(f"There is no branch {release.branch} yet. Make it, then mark this as done.")
        return {"branch": branch.name, "sha": branch.sha, "url": branch.url}
    cycle = next((c for c in release.cycles if c.id == task.cycle_id), None)
    name = cycle.tag if cycle is not None else f"v{release.version}"
    tag = await scm.find_tag(name)
    if tag is None:
        raise NotNow(f"There is no tag {name} yet. Make it, then mark this as done.")
    if cycle is None and tag.sha != release.tested_commit:
        raise NotNow(f"The tag {name} stands on {tag.sha[:10]}, which is not the tested commit.")
    return {"tag": tag.name, "sha": tag.sha, "url": tag.url}


def hand_build(
    release: Release, task: Task, *, number: str | None, evidence: str, actor: Actor
) -> tuple[Build, ...]:
    """The build that a person made, none where the task makes no build. NotNow where its number is missing."""
    kind = BUILD_KINDS.get(task.type)
    if kind is None or task.pair is None:
        return ()
    if not number:
        raise NotNow("A build made by hand needs its build number.")
    plan = next(p for p in release.plans if p.pair == task.pair)
    cycle = next((c for c in release.cycles if c.id == task.cycle_id), None)
    build = Build(
        id=f"{task.id}:hand:{task.generation}",
        task_id=task.id,
        kind=kind,
        pair=task.pair,
        version=str(plan.version),
        ref=cycle.tag if cycle else release.branch,
        state=BuildState.READY,
        number=number,
        run_url=next((word for word in evidence.split() if word.startswith("https://")), None),
        by=actor.id,
    )
    return (build,)
