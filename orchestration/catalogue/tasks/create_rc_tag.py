"""Tag the release candidate: from here on the cycle is about this commit."""

from orchestration.catalogue.specs import TaskSpec, Try
from orchestration.catalogue.tagging import put_tag
from orchestration.domain.outcomes import Outcome
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType


async def run(attempt: Try) -> Outcome:
    """The release branch's head at the start of the cycle."""
    cycle = attempt.cycle
    if cycle is None:
        raise KeyError(attempt.task.id)

    async def head() -> str:
        return (await attempt.scm.head_of(attempt.release.branch)).sha

    return await put_tag(attempt, cycle.tag, head)


SPEC = TaskSpec(
    type=TaskType.CREATE_RC_TAG,
    stage=Stage.REGRESSION,
    needs="scm",
    applies=lambda _release, cycle, _pair: cycle is not None,
    run=run,
)
