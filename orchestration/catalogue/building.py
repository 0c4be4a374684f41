"""How builds are asked for and followed, the same for every kind of build.

A build is ready when its run succeeded and its artifact is known. Its id travels to CI as the correlation id,
so the run is found again after a crash and never mistaken for another.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.catalogue.filling import filled
from orchestration.catalogue.in_store import newest_in_store, seen_in_store, store_plan
from orchestration.catalogue.specs import Facts, Try
from orchestration.domain.builds import ENDED, Artifact, Build, BuildKind, BuildState
from orchestration.domain.outcomes import Done, Failed, Outcome, Waiting
from orchestration.domain.snapshot import BuildMode, Snapshot, Workflow
from orchestration.domain.stopping import ASKED_AT, in_doubt
from orchestration.domain.tasks import Task, TroubleKind, WaitOwner
from orchestration.ports.cicd import CICD, BuildRequest, Run, RunState

VERBS: dict[BuildKind, Callable[[CICD, BuildRequest], Awaitable[Run]]] = {
    BuildKind.PRE_REGRESSION: lambda ci, request: ci.trigger_planned_release(request),
    BuildKind.REGRESSION: lambda ci, request: ci.trigger_regression_builds(request),
    BuildKind.AUTOMATION: lambda ci, request: ci.trigger_automation_runs(request),
    BuildKind.TEST_FLIGHT: lambda ci, request: ci.create_test_flight_build(request),
    BuildKind.AAB: lambda ci, request: ci.create_aab_build(request),
}
_STATES = {
    RunState.QUEUED: BuildState.QUEUED,
    RunState.RUNNING: BuildState.RUNNING,
    RunState.SUCCEEDED: BuildState.BUILT,
    RunState.FAILED: BuildState.FAILED,
    RunState.CANCELLED: BuildState.FAILED,
    RunState.LOST: BuildState.FAILED,
}


def deadline(snapshot: Snapshot) -> timedelta:
    """How long a build may take before somebody is reminded; people get longer than machines."""
    if snapshot.build_mode is BuildMode.MANUAL:
        return snapshot.timing.manual_deadline
    return snapshot.timing.build_deadline


def build_id(attempt: Try, kind: BuildKind, workflow: str) -> str:
    """The correlation id: readable, unique per task, workflow and order, at most 64 characters.

    An earlier order whose run is in no build yet keeps its id, so that its run is taken up or looked for first.
    """
    unresolved = in_doubt(attempt.release, attempt.task.id)
    for name in build_ids(attempt.release.id, attempt.task, kind, workflow):
        if name in unresolved:
            break
    return name


def build_ids(release_id: str, task: Task, kind: BuildKind, workflow: str) -> tuple[str, ...]:
    """The ids of all orders of a task so far, oldest first."""
    names = []
    for generation in range(1, task.generation + 1):
        whole = f"{task.id}|{workflow}|{generation}"
        tail = hashlib.sha256(whole.encode()).hexdigest()[:10]
        names.append(f"{release_id}.{kind}.{task.pair.platform if task.pair else ''}.{tail}")
    return tuple(names)


def newest(builds: Sequence[Build]) -> tuple[Build, ...]:
    """The newest build of each workflow: a retry asks again only for what failed."""
    return tuple({build.workflow: build for build in builds}.values())


async def ask(attempt: Try, kind: BuildKind, ref: str) -> Outcome:
    """Start the runs that are wanted and not there yet, then wait for them."""
    if attempt.snapshot.build_mode is BuildMode.MANUAL:
        return Waiting(
            what=f"a build of {attempt.plan.pair.title} {attempt.plan.version} from {ref}, made by hand",
            owner=WaitOwner.CAPTAIN,
            check_after=deadline(attempt.snapshot),
        )
    known = {build.workflow: build for build in attempt.release.builds_of(attempt.task.id)}
    builds = []
    for workflow in attempt.snapshot.jobs(kind, attempt.plan.pair.platform):
        build = known.get(workflow.key)
        if build is None or build.state is BuildState.FAILED:
            build = await _start(attempt, kind, workflow, ref)
        builds.append(build)
    return _verdict(attempt, tuple(builds))


async def follow(attempt: Try) -> Outcome:
    """Look at the runs again; or at the build that a person gave in their place, until its store has it."""
    given = [b for b in attempt.release.builds_of(attempt.task.id) if b.by and b.state not in ENDED]
    if given:
        return _verdict(attempt, (await seen_in_store(attempt, given[-1]),))
    if attempt.snapshot.build_mode is BuildMode.MANUAL:
        wait = attempt.task.wait
        what = wait.what if wait else "a build made by hand"
        return Waiting(what=what, owner=WaitOwner.CAPTAIN, check_after=deadline(attempt.snapshot))
    builds = newest(attempt.release.builds_of(attempt.task.id))
    return _verdict(attempt, tuple([await look(attempt, build) for build in builds]))


async def look(attempt: Try, build: Build) -> Build:
    """The build as its run is now, and as its store shows it; a build that ended is left alone."""
    if build.state in ENDED or build.run_id is None:
        return build
    workflow = next(w for w in attempt.snapshot.workflows if w.key == build.workflow)
    ci = attempt.cicd(workflow.integration)
    run = await ci.run_status(build.run_id)
    seen = _seen(build, run)
    if seen.state is not BuildState.BUILT:
        return seen
    if build.kind is BuildKind.AUTOMATION:
        return replace(seen, state=BuildState.READY)
    if store_plan(attempt, build.kind) is not None:
        return await seen_in_store(attempt, seen)
    found = [a for a in await ci.artifacts(build.run_id) if not a.expired]
    artifacts = tuple(Artifact(name=a.name, url=a.url, size=a.size) for a in found)
    return replace(seen, artifacts=artifacts, state=BuildState.READY) if artifacts else seen


def request_for(build: Build, release_id: str, workflow: Workflow, *, asked_at: str) -> BuildRequest:
    """What CI is asked for; `asked_at` bounds the search for it."""
    platform = build.pair.platform
    return BuildRequest(
        correlation_id=build.id,
        release_id=release_id,
        platform=platform,
        target=build.pair.target,
        version=build.version,
        ref=build.ref,
        workflow=workflow.job,
        not_before=datetime.fromisoformat(asked_at),
        inputs=filled(workflow.inputs, version=build.version, platform=platform, ref=build.ref),
    )


async def _start(attempt: Try, kind: BuildKind, workflow: Workflow, ref: str) -> Build:
    ci = attempt.cicd(workflow.integration)
    pair, version = attempt.plan.pair, str(attempt.plan.version)
    build = Build(
        id=build_id(attempt, kind, workflow.key),
        task_id=attempt.task.id,
        kind=kind,
        pair=pair,
        version=version,
        ref=ref,
        workflow=workflow.key,
    )

    def request(planned: Facts) -> BuildRequest:
        return request_for(build, attempt.release.id, workflow, asked_at=planned[ASKED_AT])

    async def plan() -> Facts:
        before = await newest_in_store(attempt, kind)
        restored = attempt.release.restored
        return {
            ASKED_AT: attempt.now.isoformat(),
            **({"store_before": before} if before else {}),
            **({"since": restored.since.isoformat()} if restored is not None else {}),
        }

    async def find(planned: Facts) -> Facts | None:
        # A run from before a restore is older than this try, and the store may have its build already.
        known = {ASKED_AT: planned["since"]} if "since" in planned else planned
        run = await ci.find_run(request(known))
        return _facts(run, known) if run is not None else None

    async def make(planned: Facts) -> Facts:
        return _facts(await VERBS[kind](ci, request(planned)), planned)

    facts = await attempt.once(build.id, plan=plan, find=find, make=make, lag=ci.dispatch_lag)
    return _queued(build, facts)


def _queued(build: Build, facts: Facts) -> Build:
    """What is known of a build once CI was asked. Intents of older versions did not keep when that was."""
    return replace(
        build,
        state=BuildState.QUEUED,
        run_id=facts["id"],
        run_url=facts["url"],
        commit=facts.get("commit"),
        asked_at=datetime.fromisoformat(facts[ASKED_AT]) if ASKED_AT in facts else None,
        store_before=facts.get("store_before"),
    )


def _facts(run: Run, planned: Facts) -> Facts:
    facts = {**planned, "id": run.id, "url": run.url}
    return {**facts, "commit": run.commit} if run.commit else facts


def _seen(build: Build, run: Run) -> Build:
    return replace(
        build,
        state=_STATES[run.state],
        run_url=run.url or build.run_url,
        number=run.number or build.number,
        commit=run.commit or build.commit,
        detail="the CI system does not know the run any more" if run.state is RunState.LOST else run.detail,
    )


def _verdict(attempt: Try, builds: tuple[Build, ...]) -> Outcome:
    failed = next((b for b in builds if b.state is BuildState.FAILED), None)
    if failed is not None:
        what = "The store does not take the build" if failed.store is not None else "The CI run failed"
        return Failed(
            kind=TroubleKind.REFUSED,
            reason=f"{what} ({failed.detail or 'no detail given'})",
            link=failed.store.url if failed.store is not None else failed.run_url,
            builds=builds,
        )
    if builds and all(b.state is BuildState.READY for b in builds):
        return Done(output=_output(builds), builds=builds)
    waiting_for = next((b for b in builds if b.state not in ENDED), None)
    what, owner = "CI", WaitOwner.CI
    if waiting_for is not None and waiting_for.state is BuildState.BUILT:
        what = "the artifact of a finished CI run"
        if store_plan(attempt, waiting_for.kind) is not None:
            what, owner = waiting_for.detail or "the build in the store", WaitOwner.STORE
    return Waiting(
        what=what,
        owner=owner,
        check_after=attempt.snapshot.timing.check_every,
        link=waiting_for.run_url if waiting_for else None,
        builds=builds,
    )


def _output(builds: Sequence[Build]) -> Facts:
    first = builds[0]
    output = {"url": first.run_url or "", "number": first.number or "", "builds": str(len(builds))}
    if first.store is None:
        return output
    stored = {"number": first.store.number, "store_url": first.store.url}
    testers = {"testers_url": first.store.testers_url} if first.store.testers_url else {}
    return {**output, **stored, **testers}
