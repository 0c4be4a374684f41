"""Bring an accepted change onto the release branch. No stage plans it: people ask for it."""

from orchestration.catalogue.specs import Facts, TaskSpec, Try
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType


async def run(attempt: Try) -> Outcome:
    """The commit and the branch are the key; the verb itself looks first whether the branch carries the change."""
    pick = next(p for p in attempt.release.picks if p.id == attempt.task.id)

    async def plan() -> Facts:
        return {"commit": pick.wanted.commit, "branch": attempt.release.branch}

    async def find(_planned: Facts) -> Facts | None:
        return None

    async def make(planned: Facts) -> Facts:
        made = await attempt.scm.cherry_pick(commit=planned["commit"], branch=planned["branch"])
        return {"commit": planned["commit"], "sha": made.sha, "url": made.url}

    return Done(output=await attempt.once("pick", plan=plan, find=find, make=make))


SPEC = TaskSpec(
    type=TaskType.CHERRY_PICK,
    stage=Stage.REGRESSION,
    needs="scm",
    applies=lambda _release, _cycle, _pair: False,
    run=run,
)
