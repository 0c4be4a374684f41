"""The way of a submission to its users: long, watched at the store, and over when the store says so."""

from datetime import timedelta

from orchestration.catalogue.specs import TaskSpec, Try
from orchestration.catalogue.tasks.submit_to_store import submission_of
from orchestration.domain.outcomes import Done, Outcome, Waiting
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType, WaitOwner

_A_DAY = timedelta(days=1)


async def run(attempt: Try) -> Outcome:
    """Nothing is asked here: looks at the store keep the submission up to date, and end this when it is over."""
    submission = submission_of(attempt)
    if submission.over:
        return Done(output={"percent": f"{submission.percent:g}", "url": submission.url or ""})
    what = f"the rollout of {submission.version}"
    return Waiting(what=what, owner=WaitOwner.STORE, check_after=_A_DAY, link=submission.url)


SPEC = TaskSpec(
    type=TaskType.ROLL_OUT,
    stage=Stage.DISTRIBUTION,
    needs="app_stores",
    applies=lambda _release, _cycle, _pair: False,
    run=run,
)
