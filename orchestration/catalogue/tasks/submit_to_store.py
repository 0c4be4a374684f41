"""Send an approved submission to its store. What it becomes there is watched, and told by the submission itself."""

from orchestration.catalogue.distribution import UNSENT, order_of, ready_build, sighting
from orchestration.catalogue.specs import Facts, TaskSpec, Try
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.stages import Stage
from orchestration.domain.submission import Submission
from orchestration.domain.submitting import approved_offer, plan_of
from orchestration.domain.tasks import TaskType
from orchestration.ports.app_store import StoreStatus


def submission_of(attempt: Try) -> Submission:
    """The submission that a task carries out; KeyError where there is none, a programming error."""
    found = attempt.release.submission(attempt.task.id.rpartition("/")[0])
    if found is None:
        raise KeyError(attempt.task.id)
    return found


async def run(attempt: Try) -> Outcome:
    """App and version are the key: the store is asked after a doubt, and what it has on its way is left as it is."""
    submission = submission_of(attempt)
    store = attempt.store(submission.integration)
    version, number = submission.version, submission.build or ""
    answer: StoreStatus | None = None

    async def plan() -> Facts:
        await ready_build(store, version=version, number=number)
        return {"version": version, "number": number}

    async def find(planned: Facts) -> Facts | None:
        nonlocal answer
        found = await store.status(version=planned["version"], number=planned["number"])
        # One that waits for a person in the console was sent by us all the same.
        if found is None or (found.state in UNSENT and found.todo is None):
            return None
        answer = found
        return _facts(found)

    async def make(planned: Facts) -> Facts:
        nonlocal answer
        build = await ready_build(store, version=planned["version"], number=planned["number"])
        offer, rollout_plan = (
            approved_offer(attempt.release, submission),
            plan_of(attempt.release, submission),
        )
        order = order_of(build, offer, rollout_plan, rollout=submission.rollout)
        async with attempt.turn(submission.integration):
            answer = await store.submit(order)
        return _facts(answer)

    facts = await attempt.once("submit", plan=plan, find=find, make=make)
    seen = sighting(answer, asked_at=attempt.now) if answer is not None else None
    return Done(output={"url": facts["url"], "number": number}, seen=seen)


def _facts(status: StoreStatus) -> Facts:
    return {"url": status.url, "state": status.state}


def _spec(kind: TaskType) -> TaskSpec:
    return TaskSpec(
        type=kind,
        stage=Stage.DISTRIBUTION,
        needs="app_stores",
        applies=lambda _release, _cycle, _pair: False,
        run=run,
    )


APP_STORE = _spec(TaskType.SUBMIT_TO_APP_STORE)
PLAY_STORE = _spec(TaskType.SUBMIT_TO_PLAY_STORE)
