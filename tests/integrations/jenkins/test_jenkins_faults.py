"""R7 for Jenkins: every request of every verb, spoiled in every way, ends in the right port error; and the
repeat leaves exactly one effect (R2)."""

from datetime import timedelta
from typing import Any

import pytest

from orchestration.ports.errors import PortError, TryLater
from sandbox.jenkins import PASSWORD
from sandbox.kit import FaultKind
from tests.integrations.jenkins.jenkins_faults import (
    ENDED,
    QUEUED,
    RUNNING,
    STEPS,
    TROUBLES,
    Step,
    Trouble,
)
from tests.integrations.jenkins.jenkins_rig import JenkinsRig, jenkins_rig, judge

SOON = 0.4
"""Seconds to wait for an answer where a test lets time run out."""

QUICK = ({"start", "stop", "item", "crumb"}, {"401", "403 crumb", "502 after success", "reset after", "null"})
"""Steps and troubles of the fast tier."""

CASES = [
    pytest.param(
        step,
        trouble,
        id=f"{step.name}-{trouble.name}".replace(" ", "_"),
        marks=() if step.name in QUICK[0] and trouble.name in QUICK[1] else pytest.mark.slow,
    )
    for step in STEPS
    for trouble in TROUBLES
]
STARTS = {"start", "start with a password"}


async def _ground(rig: JenkinsRig, step: Step, **changes: Any) -> None:
    """A run that waits, one that goes on, one that ended; and the adapter that the step wants."""
    usual = rig.another()
    for name, run in (("q", QUEUED), ("r", RUNNING), ("e", ENDED)):
        started = await usual.trigger_planned_release(rig.request(name))
        assert started.id == run
    rig.order(RUNNING, "start")
    rig.order(ENDED, "SUCCESS")
    rig.adapter = rig.another(PASSWORD, **changes) if step.password else rig.another(**changes)


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_with_jenkins_becomes_a_port_error_and_the_repeat_one_effect(
    step: Step, trouble: Trouble
) -> None:
    """The error says what to do next, a making request was sent once, and the repeat leaves one effect."""
    async with jenkins_rig() as rig:
        await _ground(rig, step)
        times = 3 if trouble.repeats and not step.making else 1
        rig.simulator.fault(method=step.method, path=step.path, times=times, **trouble.fault)
        renewed = trouble.name == "403 crumb" and step.making
        if trouble.name in step.passes or renewed:
            await step.verb(rig)
        else:
            with pytest.raises(PortError) as caught:
                await step.verb(rig)
            error = caught.value
            assert type(error) is trouble.error
            if isinstance(error, TryLater):
                unsure = trouble.unsure and step.making
                patient = timedelta(seconds=6) if step.name in STARTS and unsure else None
                assert (error.after, error.maybe_done) == (trouble.after or patient, unsure)
        assert sum(exchange.spoiled for exchange in rig.simulator.record) == times
        rig.simulator.faults.clear()
        rig.rest()
        await step.verb(rig)
        assert step.effect(rig) == 1
        judge(rig.simulator.record)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FaultKind.SLOW_BEFORE, FaultKind.SLOW_AFTER])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
async def test_an_answer_of_jenkins_that_does_not_come_is_given_up(step: Step, kind: FaultKind) -> None:
    """The time-out is ours; a making request may have had its effect, before or after."""
    async with jenkins_rig() as rig:
        await _ground(rig, step, timeout=SOON)
        rig.simulator.fault(method=step.method, path=step.path, kind=kind, seconds=2 * SOON, times=3)
        with pytest.raises(TryLater) as caught:
            await step.verb(rig)
        assert caught.value.maybe_done == step.making
        rig.rest()
        await rig.worked_off()
        rig.simulator.faults.clear()
        rig.adapter = None
        await step.verb(rig)
        assert step.effect(rig) == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
async def test_no_jenkins_at_home_is_surely_not_done(step: Step) -> None:
    """A refused connection had no effect, whatever was to be made."""
    async with jenkins_rig() as rig:
        await _ground(rig, step)
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await step.verb(rig)
        assert not caught.value.maybe_done


async def test_an_error_page_does_not_show_the_token() -> None:
    """A server that echoes the request does not make us print the credentials."""
    async with jenkins_rig() as rig:
        body = "<title>bad header Authorization: Basic c3RhdGlvbm1hc3RlcjpjYW5hcnk=</title>"
        rig.simulator.fault(status=400, body=body)
        with pytest.raises(PortError) as caught:
            await rig.cicd.find_run(rig.request())
        assert "c3RhdGlvbm1hc3Rlcjpj" not in str(caught.value)
