"""Merge the release branch back, by a pull request: into its base, or into the branch of the next running release."""

from orchestration.catalogue.pulls import Wish, follow, open_once
from orchestration.catalogue.specs import Facts, TaskSpec, Try
from orchestration.domain.backmerges import NEXT, next_running
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType

NOBODY = "no release runs after this one"


async def run(attempt: Try) -> Outcome:
    """Head and base are the key. Where the base has everything already there is nothing to do."""
    release = attempt.release
    target = await _target(attempt)
    if not target:
        return Done(output={"state": NOBODY})
    wish = Wish(
        head=release.branch,
        base=target,
        title=f"Merge {release.branch} back into {target}",
        body=f"What {release.title} ({release.id}) has and {target} has not. Opened by Stationmaster after the tag.",
    )
    opened = await open_once(attempt, wish)
    return await follow(attempt, opened, head=release.branch) or Done(output={"state": "merged", **opened})


async def _target(attempt: Try) -> str:
    """The branch to merge into, decided once: releases come and go while the request is open."""
    if attempt.task.about != NEXT:
        return attempt.release.base_branch

    async def plan() -> Facts:
        found = next_running(attempt.release, tuple(await attempt.others()))
        return {"base": found.branch if found is not None else ""}

    async def same(planned: Facts) -> Facts:
        return planned

    return (await attempt.once(f"target:{attempt.task.generation}", plan=plan, find=same, make=same))["base"]


SPEC = TaskSpec(
    type=TaskType.BACKMERGE,
    stage=Stage.DISTRIBUTION,
    needs="scm",
    applies=lambda _release, _cycle, _pair: False,
    run=run,
)
