"""Stop at CI what a cancelled or skipped task still runs, runs of which nobody knows whether they exist included."""

from collections.abc import AsyncIterator
from dataclasses import replace

from orchestration.catalogue.building import build_ids, request_for
from orchestration.catalogue.specs import connected
from orchestration.domain.builds import Build, BuildKind
from orchestration.domain.effects import EffectState
from orchestration.domain.given import BUILD_KINDS
from orchestration.domain.release import Release
from orchestration.domain.stopping import ASKED_AT, Stopped, in_doubt, under_way
from orchestration.domain.tasks import Task, TaskType
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.runtime import Integrations

_KINDS = {**BUILD_KINDS, TaskType.TRIGGER_AUTOMATION_RUNS: BuildKind.AUTOMATION}


async def stop(release: Release, task: Task, ports: Integrations) -> Stopped:
    """Ask CI to stop each run. Asking twice does no harm, and a run that has ended is left alone."""
    stopped: list[Build] = []
    refused: dict[str, str] = {}
    later: str | None = None
    workflows = {w.key: w for w in release.snapshot.workflows}
    known = [b for b in under_way(release, task.id) if b.run_id is not None]
    try:
        known += [build async for build in _found(release, task, ports)]
    except TryLater as error:
        later = error.reason
    except PortError as error:
        refused[""] = error.reason
    for build in known:
        try:
            ci = connected(ports.cicd, workflows[build.workflow or ""].integration)
            await ci.cancel_run(build.run_id or "")
        except TryLater as error:
            later = error.reason
        except PortError as error:
            refused[build.id] = error.reason
        else:
            stopped.append(build)
    return Stopped(builds=stopped, refused=refused, later=later)


async def _found(release: Release, task: Task, ports: Integrations) -> AsyncIterator[Build]:
    """The runs that were asked for and that no build tells of, as far as CI has them."""
    doubtful, kind = set(in_doubt(release, task.id)), _KINDS.get(task.type)
    plan = next((p for p in release.plans if p.pair == task.pair), None)
    if kind is None or plan is None or not doubtful:
        return
    cycle = next((c for c in release.cycles if c.id == task.cycle_id), None)
    effects = {e.id: e for e in release.effects}
    for workflow in release.snapshot.jobs(kind, plan.pair.platform):
        for name in set(build_ids(release.id, task, kind, workflow.key)) & doubtful:
            build = Build(
                id=name,
                task_id=task.id,
                kind=kind,
                pair=plan.pair,
                version=str(plan.version),
                ref=cycle.tag if cycle is not None else release.branch,
                workflow=workflow.key,
            )
            effect = effects[f"{task.id}:{name}"]
            if effect.state is EffectState.CONFIRMED:
                yield replace(build, run_id=effect.result["id"], run_url=effect.result["url"])
                continue
            asked_at = effect.plan.get(ASKED_AT, effect.sent_at.isoformat())
            wanted = request_for(build, release.id, workflow, asked_at=asked_at)
            run = await connected(ports.cicd, workflow.integration).find_run(wanted)
            if run is not None:
                yield replace(build, run_id=run.id, run_url=run.url)
