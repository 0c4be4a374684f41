"""What a person did in a task's place: looked up, so that later tasks find what the task would have left behind."""

from collections.abc import Mapping, Sequence

from orchestration.catalogue.in_store import IN_STORES
from orchestration.catalogue.specs import connected
from orchestration.catalogue.tasks.create_test_suite import suite_name
from orchestration.catalogue.tasks.create_ticket import label
from orchestration.domain.builds import Artifact, Build, BuildState, InStore
from orchestration.domain.errors import NotNow
from orchestration.domain.given import BUILD_KINDS, files_in, links_in, problem_of
from orchestration.domain.people import Actor
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.tasks import Task, TaskState, TaskType
from orchestration.ports.app_store import StoreBuild, StoreBuildState
from orchestration.ports.errors import Refused
from orchestration.ports.runtime import Integrations


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


async def found_in_store(
    release: Release, task: Task, ports: Integrations, number: str | None
) -> StoreBuild | None:
    """The build of this number as the pair's store has it; None where no store is looked into for it.

    NotNow where the store does not show it, or has refused it.
    """
    kind = BUILD_KINDS.get(task.type)
    plan = release.snapshot.stores.get(task.pair.key) if task.pair is not None else None
    if plan is None or number is None or kind not in IN_STORES or problem_of(kind, number, ()):
        return None
    version = str(_plan_of(release, task).version)
    store = connected(ports.app_stores, plan.integration)
    found = await store.find_build(version=version, number=number, not_before=None)
    if found is None:
        lag = f"{store.processing_lag.total_seconds() / 60:.0f} minutes"
        raise NotNow(
            f"The store shows no build {number} of {version}. A fresh upload may take {lag} to be seen; "
            "check the number, or try again then."
        )
    if found.state in {StoreBuildState.REJECTED, StoreBuildState.EXPIRED}:
        why = found.detail or found.state.lower()
        raise NotNow(f"The store does not take build {number} ({why}). Upload another one.")
    return found


def hand_build(
    release: Release,
    task: Task,
    *,
    number: str | None,
    evidence: str,
    actor: Actor,
    stored: StoreBuild | None = None,
    files: Sequence[Artifact] = (),
) -> tuple[Build, ...]:
    """The build that a person made, none where the task makes no build. NotNow where too little is told of it.

    `stored` is what its store says: the build is ready once it says so. `files` are those that were uploaded.
    """
    kind = BUILD_KINDS.get(task.type)
    if kind is None or task.pair is None:
        return ()
    links = links_in(evidence)
    problem = problem_of(kind, number or None, (*links, *(file.name for file in files)))
    if problem is not None:
        raise NotNow(problem)
    plan = next(p for p in release.plans if p.pair == task.pair)
    cycle = next((c for c in release.cycles if c.id == task.cycle_id), None)
    build = Build(
        id=f"{task.id}:hand:{task.generation}",
        task_id=task.id,
        kind=kind,
        pair=task.pair,
        version=str(plan.version),
        ref=cycle.tag if cycle else release.branch,
        state=BuildState.READY if stored is None or _usable(release, task, stored) else BuildState.BUILT,
        number=number or None,
        run_url=links[0] if links else None,
        artifacts=(*files, *files_in(links)),
        by=actor.id,
        store=InStore(number=stored.number, url=stored.url, testers_url=stored.testers_url)
        if stored
        else None,
    )
    return (build,)


def _usable(release: Release, task: Task, stored: StoreBuild) -> bool:
    """Whether nothing is left to do: it is ready, and no group of testers is still to get it from a waiting task."""
    plan = release.snapshot.stores.get(task.pair.key) if task.pair is not None else None
    shared = plan is None or plan.group is None or task.state is not TaskState.WAITING
    return stored.state is StoreBuildState.READY and shared
