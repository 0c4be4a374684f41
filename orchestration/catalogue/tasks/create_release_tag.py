"""Tag the release on the tested commit, whatever the branch's head is by now."""

from orchestration.catalogue.specs import TaskSpec, Try
from orchestration.catalogue.tagging import put_tag
from orchestration.domain.outcomes import Failed, Outcome
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType, TroubleKind


async def run(attempt: Try) -> Outcome:
    """The commit of the newest release candidate that went through a whole cycle."""
    tested = attempt.release.tested_commit
    if tested is None:
        return Failed(kind=TroubleKind.REFUSED, reason="No release candidate was tested")

    async def commit() -> str:
        return tested

    return await put_tag(attempt, f"v{attempt.release.version}", commit)


SPEC = TaskSpec(
    type=TaskType.CREATE_RELEASE_TAG,
    stage=Stage.PRE_RELEASE,
    needs="scm",
    applies=lambda _release, _cycle, _pair: True,
    run=run,
)
