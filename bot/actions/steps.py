"""Steps of Workflow Builder: start a release, and wait for the approval of one."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from bot.actions.start import next_hour
from bot.errors import words_for
from bot.slack.desk import Call
from orchestration.domain.change import Change
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.guessing import did_you_mean
from orchestration.domain.people import Permission
from orchestration.domain.version import ReleaseType
from orchestration.domain.workflow_steps import WORKFLOW, StepAnswer
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.read_release import Ambiguous, find_release
from orchestration.services.saving import require, roles_of
from orchestration.services.start_release import propose, start_release
from orchestration.services.steps import answer_step, wait_for_decision

START_STEP, WAIT_STEP = "start_release", "wait_for_approval"
_TARGET_AFTER, _SLOT_AFTER = timedelta(days=14), timedelta(days=7)
_GRANT = "An owner allows workflows to with `stationmaster grant workflow editor --tenant {tenant}`."

Inputs = Mapping[str, str]


async def executed(call: Call) -> None:
    """A step was reached. Whatever goes wrong ends the step with a reason: a workflow must not hang."""
    intent = call.intent
    run = _STEPS.get(intent.text)
    inputs = {name: str(value).strip() for name, value in intent.state.items() if value is not None}
    if run is None:
        await _fail(
            call, "This step is of an older version of Stationmaster. Choose it again in the workflow."
        )
        return
    try:
        await run(call, inputs)
    except Ambiguous as error:
        choice = ", ".join(release.id for release in error.releases)
        await _fail(call, f"Which release? Name one of {choice}.")
    except NotAllowed as error:
        await _fail(call, f"{error.reason} {_GRANT.format(tenant=intent.tenant_id)}")
    except Exception as error:
        words = words_for(error)
        if words is None:
            raise
        await _fail(call, words)


async def _fail(call: Call, why: str) -> None:
    await _store(call, StepAnswer(error=why))


async def _store(call: Call, answer: StepAnswer) -> None:
    async with call.engine.work() as work:
        await _along(call, work, answer)
        await work.commit()


async def _along(call: Call, work: UnitOfWork, answer: StepAnswer) -> None:
    await answer_step(work, call.intent.tenant_id, call.intent.value, answer)
    await work.finish(call.request)


async def _start(call: Call, inputs: Inputs) -> None:
    """A release by the configuration's own proposals, a week to its slot and two to its target."""
    tenant_id, named = call.intent.tenant_id, inputs.get("configuration", "")
    proposal = await propose(call.engine, tenant_id, chosen=None, kind=ReleaseType.MINOR, actor=WORKFLOW)
    if named:
        known = {name: c.id for c in proposal.configurations for name in (c.id, c.name.casefold())}
        chosen = known.get(named) or known.get(named.casefold())
        if chosen is None:
            meant = did_you_mean(named, ((c.id, c.name) for c in proposal.configurations))
            raise NotNow(f"There is no configuration {named[:60]}.{meant}")
        proposal = await propose(
            call.engine, tenant_id, chosen=chosen, kind=ReleaseType.MINOR, actor=WORKFLOW
        )
    versions = {pair.key: inputs.get("version") or version for pair, version in proposal.versions.items()}
    if not all(versions.values()):
        raise NotNow("There is no earlier version to go on from: give the step a version, such as 1.0.0.")
    hour = next_hour(call.engine.clock.now())
    order = Order(
        type=ReleaseType.MINOR,
        versions={key: version for key, version in versions.items() if version},
        target_at=hour + _TARGET_AFTER,
        slots=(WantedSlot(at=hour + _SLOT_AFTER),),
        captain=inputs.get("captain") or _person(proposal.captain),
    )
    if order.captain is None:
        raise NotNow("Nobody is in turn to lead it: give the step a captain.")

    async def along(work: UnitOfWork, change: Change) -> None:
        release = change.release
        outputs = {"release_id": release.id, "title": release.title}
        await _along(call, work, StepAnswer(outputs=outputs, started=release.id))

    await start_release(call.engine, tenant_id, proposal.chosen.id, order, actor=WORKFLOW, along=along)


def _person(captain: str) -> str | None:
    return captain if captain != WORKFLOW.id else None


async def _wait(call: Call, inputs: Inputs) -> None:
    """The decision on Stage 3, now or when it is made."""
    words = inputs.get("release", "")
    if not words:
        raise NotNow("Give the step a release, by its id or version.")
    tenant_id = call.intent.tenant_id
    found = await find_release(call.engine, tenant_id, words.upper().removeprefix("V"), actor=WORKFLOW)
    async with call.engine.work() as work:
        require(await roles_of(work, None, WORKFLOW, tenant_id), Permission.READ)
        # Locked, so that a decision that is made at this moment is either seen here or finds the step waiting.
        release = await work.releases.get(tenant_id, found.id)
        await wait_for_decision(call.engine, work, release, call.intent.value)
        await work.finish(call.request)
        await work.commit()


_STEPS: Mapping[str, Callable[[Call, Inputs], Awaitable[None]]] = {START_STEP: _start, WAIT_STEP: _wait}
STEPS = tuple(_STEPS)
"""What the manifest declares as functions."""
