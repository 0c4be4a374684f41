"""R7 for Bitbucket: every request of every verb, spoiled in every way, ends in the right port error; and the
repeat leaves exactly one effect (R2)."""

from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.ports.errors import AlreadyDifferent, PortError, TryLater
from sandbox.kit import FaultKind
from tests.integrations.bitbucket.bitbucket_faults import (
    SEED,
    STEPS,
    TARGETS,
    TROUBLES,
    Step,
    Trouble,
    early,
    says,
)
from tests.integrations.bitbucket.bitbucket_judge import judge
from tests.integrations.bitbucket.bitbucket_rig import BitbucketRig, bitbucket_rig

SOON = 0.4
"""Seconds to wait for an answer where a test lets time run out."""

QUICK = (
    {"fork", "tag", "release", "pick", "start", "status"},
    {"401", "400 after", "502 after success", "reset before"},
)
"""Steps and troubles of the fast tier; the whole matrix takes minutes."""

CASES = [
    pytest.param(
        step,
        trouble,
        id=f"{step.name}-{trouble.name}".replace(" ", "_"),
        marks=() if step.name in QUICK[0] and trouble.name in QUICK[1] else pytest.mark.slow,
    )
    for step in STEPS
    for trouble in TROUBLES
    if not (not step.making and trouble.name in {"400 after", "409 after"})
]


async def _ground(rig: BitbucketRig) -> None:
    """A tag, a branch to pick from and one to pick to, and a pipeline whose variables only it itself tells."""
    await rig.scm.create_release_tag(ref="main", tag="v0", targets=TARGETS, version="0")
    await rig.scm.fork_out_branch("other", "main")
    await rig.scm.fork_out_branch("side", "main")
    rig.grow("other", ["fix: the crash"], file="other.txt")
    rig.grow("side", ["Mend"], file="side.txt")
    started = await rig.cicd.trigger_planned_release(rig.request("seed"))
    assert started.id == SEED
    rig.hosted.tells = "one"


def _path(rig: BitbucketRig, step: Step) -> str:
    return step.path.replace("OTHER", rig.hosted.branch("other") or "")


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_with_bitbucket_becomes_a_port_error_and_the_repeat_one_effect(
    tmp_path: Path, step: Step, trouble: Trouble
) -> None:
    """The error says what to do next, a making request was sent once, and the repeat leaves one effect."""
    async with bitbucket_rig(tmp_path) as rig:
        await _ground(rig)
        times = 3 if trouble.repeats and not step.making else 1
        rig.simulator.fault(method=step.method, path=_path(rig, step), times=times, **trouble.fault)
        if trouble.name in step.copes:
            await step.verb(rig)
        else:
            wanted = step.becomes.get(trouble.name, trouble.error)
            with pytest.raises(PortError) as caught:
                await step.verb(rig)
            error = caught.value
            assert type(error) is wanted
            if isinstance(error, TryLater) and wanted is trouble.error:
                unsure = trouble.unsure and step.making
                patient = timedelta(seconds=6) if step.name == "start" and unsure else None
                assert (error.after, error.maybe_done) == (trouble.after or patient, unsure)
        assert sum(exchange.spoiled for exchange in rig.simulator.record) == times
        rig.simulator.faults.clear()
        rig.rest()
        await step.verb(rig)
        assert step.effect(rig) == 1
        assert judge(rig.simulator.record) > 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", [FaultKind.SLOW_BEFORE, FaultKind.SLOW_AFTER])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
async def test_an_answer_of_bitbucket_that_does_not_come_is_given_up(
    tmp_path: Path, step: Step, kind: FaultKind
) -> None:
    """The time-out is ours; a making request may have had its effect, before or after."""
    async with bitbucket_rig(tmp_path) as rig:
        await _ground(rig)
        hasty = rig.hasty(SOON)
        rig.simulator.fault(method=step.method, path=_path(rig, step), kind=kind, seconds=2 * SOON, times=3)
        if step.name == "conflicts":
            await step.verb(hasty)
        else:
            with pytest.raises(TryLater) as caught:
                await step.verb(hasty)
            assert caught.value.maybe_done == step.making
        rig.rest()
        await rig.worked_off()
        rig.simulator.faults.clear()
        await step.verb(rig)
        assert step.effect(rig) == 1


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_what_is_different_at_bitbucket_is_told_and_not_touched(tmp_path: Path, status: int) -> None:
    """A taken name on another commit: the answer to the making request makes us look, and we say what is there."""
    async with bitbucket_rig(tmp_path) as rig:
        await _ground(rig)
        rig.hosted.git.set_ref("refs/heads/release/1", rig.grow("main", ["More"]), "0" * 40)
        body = says("It already exists")
        rig.simulator.fault(method="POST", path="/branches$", **early(status, body))
        with pytest.raises(AlreadyDifferent):
            await rig.scm.fork_out_branch("release/1", "v0")
        with pytest.raises(AlreadyDifferent):
            await rig.scm.create_release_tag(ref="main", tag="v0", targets=TARGETS, version="0")
        assert rig.made("tag", "v0") == 1


@pytest.mark.parametrize("step", [step for step in STEPS if step.name != "conflicts"], ids=lambda s: s.name)
async def test_no_bitbucket_at_home_is_surely_not_done(tmp_path: Path, step: Step) -> None:
    """A refused connection had no effect: TryLater without `maybe_done`, whatever was to be made."""
    async with bitbucket_rig(tmp_path) as rig:
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await step.verb(rig)
        assert not caught.value.maybe_done


async def test_a_row_of_failures_leaves_bitbucket_alone(tmp_path: Path) -> None:
    """After five failures it is not asked any more, and again later."""
    async with bitbucket_rig(tmp_path) as rig:
        rig.simulator.fault(times=5, **early(500))
        for _ in range(5):
            with pytest.raises(TryLater):
                await rig.scm.find_branch("main")
        asked = len(rig.simulator.record)
        with pytest.raises(TryLater, match="did not answer lately"):
            await rig.scm.find_branch("main")
        assert len(rig.simulator.record) == asked
        rig.rest()
        assert await rig.scm.find_branch("main") is not None


async def test_an_error_of_bitbucket_does_not_show_the_token(tmp_path: Path) -> None:
    """A server that echoes the request does not make us print the credentials."""
    async with bitbucket_rig(tmp_path) as rig:
        body = says("bad header Authorization: Bearer ATCTT3xFfGN0canary0canary")
        rig.simulator.fault(**early(400, body))
        with pytest.raises(PortError) as caught:
            await rig.scm.find_branch("main")
        assert "canary0canary" not in str(caught.value)
