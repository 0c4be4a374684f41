"""Steps of Workflow Builder: a release is started, an approval is waited for; each step ends once, with a reason."""

from datetime import timedelta
from pathlib import Path

from bot.surroundings import SystemClock
from orchestration.domain.workflow_steps import WORKFLOW
from sandbox.slack.values import StepRun
from tests.support.file_time import FileTime
from tests.support.office import Office, office


async def _allowed(o: Office, role: str = "editor") -> None:
    """An owner lets workflows act."""
    async with o.store.work() as work:
        await work.directory.grant(o.team, WORKFLOW.id, role)
        await work.commit()


async def _ended(o: Office, run: StepRun) -> StepRun:
    def look() -> StepRun | None:
        now = o.slack.world.steps[run.id]
        return now if now.outputs is not None or now.error else None

    return await o.until(look)


async def _run(o: Office, name: str, **inputs: str) -> StepRun:
    return await _ended(o, o.slack.run_step(name, **inputs))


async def test_a_workflow_starts_a_release(tmp_path: Path) -> None:
    """With the next versions, by a configuration's id or name; its outputs name the release, which runs."""
    async with office(tmp_path, "asking", transport="socket") as o:
        await _allowed(o)
        first = await _run(o, "start_release", captain=o.bo.id)
        assert first.outputs is not None
        assert first.outputs["title"] == "Pixel 2.15.0"
        started = await o.release(first.outputs["release_id"])
        assert (started.captain, started.created_by) == (o.bo.id, WORKFLOW.id)
        assert started.planned_slots
        card = next(m for m in o.keyed(f"card:{started.id}"))
        assert first.outputs["link"] == f"{o.slack.url}/archives/{card.channel}/p{card.ts.replace('.', '')}"
        named = await _run(o, "start_release", configuration="Pixel", version="2.17.0", captain=o.ann.id)
        assert named.outputs is not None
        assert named.outputs["title"] == "Pixel 2.17.0"
        assert not o.slack.violations


async def test_a_workflow_hands_on_the_address_of_the_release(tmp_path: Path) -> None:
    """The one on our own web server, where that has an address."""
    async with office(tmp_path, "asking", web_url="https://bot.acme.example") as o:
        await _allowed(o)
        run = await _run(o, "start_release", captain=o.bo.id)
        assert run.outputs is not None
        link = f"https://bot.acme.example/releases/{o.team}/{run.outputs['release_id']}"
        assert run.outputs["link"] == link


async def test_a_workflow_needs_a_role_of_its_own(tmp_path: Path) -> None:
    """No person stands behind it: an owner must have said so, and the refusal says how."""
    async with office(tmp_path, "asking") as o:
        for name, inputs in (("start_release", {}), ("wait_for_approval", {"release": o.release_id})):
            run = await _run(o, name, **inputs)
            assert run.outputs is None
            assert "stationmaster grant workflow editor" in run.error
        await _allowed(o, "viewer")
        assert "may not change releases" in (await _run(o, "start_release", captain=o.bo.id)).error


async def test_what_is_wrong_with_a_step_ends_it_with_words(tmp_path: Path) -> None:
    """A configuration or release that there is not, versions that can't be, nobody to lead it."""
    async with office(tmp_path, "asking") as o:
        await _allowed(o)
        run = await _run(o, "start_release", configuration="pixl", captain=o.bo.id)
        assert "There is no configuration pixl. Did you mean `pixel`?" in run.error
        run = await _run(o, "start_release", version="1.0.0", captain=o.bo.id)
        assert "A minor release after 2.14.0" in run.error
        assert "give the step a captain" in (await _run(o, "start_release")).error
        assert "No release fits" in (await _run(o, "wait_for_approval", release="REL-NOWHERE")).error


async def test_a_wait_ends_with_the_decision(tmp_path: Path) -> None:
    """Through a restart; with who decided; several that wait are all answered; one that comes later at once."""
    async with office(tmp_path, "asking") as o:
        await _allowed(o)
        runs = [o.slack.run_step("wait_for_approval", release=words) for words in (o.release_id, "2.14.0")]
        await o.comes(lambda: _waiting(o, 2))
        await o.close()
        await o.open()
        await o.approves(o.bo)
        for run in runs:
            ended = await _ended(o, run)
            assert ended.outputs == {
                "release_id": o.release_id,
                "decision": "approved",
                "decided_by": o.bo.id,
                "reason": "",
            }
        assert (await _run(o, "wait_for_approval", release="2.14.0")).outputs is not None
        assert o.calls("functions.completeSuccess") == len(runs) + 1
        assert not o.slack.violations


async def _waiting(o: Office, count: int) -> bool:
    async with o.store.look() as work:
        return len(await work.steps.waiting(o.team, o.release_id)) == count


async def test_a_rejection_is_a_decision_too(tmp_path: Path) -> None:
    """The workflow goes on with the word and the reason; what it makes of it is its own."""
    async with office(tmp_path, "asking") as o:
        await _allowed(o)
        run = o.slack.run_step("wait_for_approval", release=o.release_id)
        await o.comes(lambda: _waiting(o, 1))
        await o.says(o.bo, "/release reject Crash on start")
        await o.bo.clicks(o.shown(o.bo)[-1], "gate.reject")
        form = await o.until(lambda: o.bo.modal)
        await o.told(o.bo, o.bo.submits(form))
        ended = await _ended(o, run)
        assert ended.outputs is not None
        assert (ended.outputs["decision"], ended.outputs["reason"]) == ("rejected", "Crash on start")


async def test_a_release_that_is_given_up_ends_the_wait(tmp_path: Path) -> None:
    """A workflow does not hang on something that will never be decided."""
    async with office(tmp_path, "asking") as o:
        await _allowed(o)
        run = o.slack.run_step("wait_for_approval", release=o.release_id)
        await o.comes(lambda: _waiting(o, 1))
        await o.says(o.ann, "/release archive Withdrawn")
        assert "ended before anybody decided" in (await _ended(o, run)).error


async def test_silence_is_no_yes(tmp_path: Path) -> None:
    """After a month without a decision the step fails and says so."""
    time, now = FileTime(tmp_path), SystemClock().now()
    time.goes_on_from(now)
    async with office(tmp_path, "asking", clock_file=time.path) as o:
        await _allowed(o)
        run = o.slack.run_step("wait_for_approval", release=o.release_id)
        await o.comes(lambda: _waiting(o, 1))
        time.goes_on_from(now + timedelta(days=30, minutes=1))
        assert "Nobody decided within 30 days" in (await _ended(o, run)).error
        assert await _waiting(o, 0)
