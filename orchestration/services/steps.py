"""Answer the steps of people's workflows: once, in the transaction of what they are answered with."""

import json
from datetime import timedelta

from orchestration.domain.change import Change
from orchestration.domain.release import Release
from orchestration.domain.workflow_steps import StepAnswer, WorkflowStep, decision
from orchestration.ports.planning import DutyKind
from orchestration.ports.runtime import Outgoing, OutgoingKind, UnitOfWork
from orchestration.services.engine import Engine

LONGEST_WAIT = timedelta(days=30)


async def answer_step(work: UnitOfWork, tenant_id: str, step_id: str, answer: StepAnswer) -> None:
    """Order the answer; the same step is answered once, whoever asks for it."""
    said = {"error": answer.error} if answer.outputs is None else {"outputs": json.dumps(answer.outputs)}
    if answer.started is not None:
        said["started"] = answer.started
    key = f"step:{step_id}"
    message = Outgoing(kind=OutgoingKind.STEP, lane=key, key=key, payload={"step": step_id, **said})
    await work.send(tenant_id, [message])


async def wait_for_decision(engine: Engine, work: UnitOfWork, release: Release, step_id: str) -> None:
    """Answer at once where somebody has decided; else let the step wait, for a month at most."""
    answer = decision(release)
    if answer is not None:
        await answer_step(work, release.tenant_id, step_id, answer)
        return
    deadline = engine.clock.now() + LONGEST_WAIT
    step = WorkflowStep(id=step_id, tenant_id=release.tenant_id, release_id=release.id, deadline_at=deadline)
    await work.steps.add(step)
    await work.planning.look(release.tenant_id, DutyKind.STEP, step_id, at=deadline)


async def settle_steps(work: UnitOfWork, change: Change) -> None:
    """Answer those who wait for what a change decides, in its transaction."""
    answer = decision(change.release)
    if answer is None or answer == decision(change.before):
        return
    for step in await work.steps.waiting(change.release.tenant_id, change.release.id):
        await _end(work, step, answer)


async def give_up_step(engine: Engine, tenant_id: str, step_id: str) -> None:
    """Where its time is over: silence is no yes."""
    async with engine.work() as work:
        step = await work.steps.find(tenant_id, step_id)
        if step is not None and step.deadline_at <= engine.clock.now():
            days = LONGEST_WAIT.days
            await _end(work, step, StepAnswer(error=f"Nobody decided within {days} days"))
        else:
            at = step.deadline_at if step is not None else None
            await work.planning.look(tenant_id, DutyKind.STEP, step_id, at=at)
        await work.commit()


async def _end(work: UnitOfWork, step: WorkflowStep, answer: StepAnswer) -> None:
    await answer_step(work, step.tenant_id, step.id, answer)
    await work.steps.remove(step)
    await work.planning.look(step.tenant_id, DutyKind.STEP, step.id, at=None)
