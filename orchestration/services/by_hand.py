"""What a person did in a task's place: looked up, so that later tasks find what the task would have left behind."""

from collections.abc import Mapping

from orchestration.catalogue.specs import connected
from orchestration.catalogue.tasks.create_test_suite import suite_name
from orchestration.catalogue.tasks.create_ticket import label
from orchestration.domain.builds import Build, BuildKind, BuildState
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.tasks import Task, TaskType
from orchestration.ports.errors import Refused
from orchestration.ports.runtime import Integrations

BUILD_KINDS: Mapping[TaskType, BuildKind] = {
    TaskType.TRIGGER_PRE_REGRESSION_BUILDS: BuildKind.PRE_REGRESSION,
    TaskType.TRIGGER_REGRESSION_BUILDS: BuildKind.REGRESSION,
    TaskType.TRIGGER_TEST_FLIGHT_BUILD: BuildKind.TEST_FLIGHT,
    TaskType.CREATE_AAB_BUILD: BuildKind.AAB,
}
# Later tasks stand on what these leave behind, so there is no going on without it.
NEEDED = frozenset({TaskType.FORK_BRANCH, TaskType.CREATE_RC_TAG, TaskType.CREATE_RELEASE_TAG})


async def found_output(
    release: Release, task: Task, ports: Integrations, *, evidence: str = ""
) -> Mapping[str, str]:
    """What a person made, with the names that the task itself would have left; empty for other tasks.

    A ticket that does not carry our label is taken from the first key of `evidence` that the provider knows.
    NotNow, saying what to do, where it is not there.
    """
    match task.type:
        case TaskType.FORK_BRANCH | TaskType.CREATE_RC_TAG | TaskType.CREATE_RELEASE_TAG:
            return await _found_ref(release, task, ports)
        case TaskType.CREATE_PROJECT_MANAGEMENT_TICKET:
            return await _found_ticket(release, task, ports, evidence)
        case TaskType.CREATE_TEST_SUITE:
            return await _found_suite(release, task, ports)
        case _:
            return {}


async def _found_ref(release: Release, task: Task, ports: Integrations) -> Mapping[str, str]:
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


async def _found_ticket(
    release: Release, task: Task, ports: Integrations, evidence: str
) -> Mapping[str, str]:
    plan = _plan_of(release, task)
    pm = connected(ports.pm, release.snapshot.pm)
    wanted = label(release, plan.pair)
    project = release.snapshot.tickets[plan.pair.key].project
    ticket = await pm.find_ticket(project=project, label=wanted)
    if ticket is not None:
        return {"key": ticket.key, "url": ticket.url}
    for key in pm.keys_in(evidence):
        try:
            status = await pm.check_ticket_status(key)
        except Refused:
            continue
        return {"key": status.key, "url": status.url}
    raise NotNow(
        f"There is no ticket of {plan.pair.title} with the label {wanted}. Add the label to the ticket "
        f"in {project}, or write its key into the evidence, then mark this as done."
    )


async def _found_suite(release: Release, task: Task, ports: Integrations) -> Mapping[str, str]:
    plan = _plan_of(release, task)
    platform = connected(ports.test_platform, release.snapshot.test_platform)
    name = suite_name(release, plan)
    project = release.snapshot.test_plans[plan.pair.key].project
    suite = await platform.find_suite(project=project, name=name)
    if suite is None:
        raise NotNow(
            f"There is no test run named {name} in the project {project} yet. "
            "Give the run this name, then mark this as done."
        )
    return {"id": suite.id, "name": suite.name, "url": suite.url}


def _plan_of(release: Release, task: Task) -> PairPlan:
    return next(plan for plan in release.plans if plan.pair == task.pair)


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
