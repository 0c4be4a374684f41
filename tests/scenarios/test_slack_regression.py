"""Stage 2 in Slack: slots, cycles and late commits, by words and by buttons, through the real Bolt."""

from datetime import timedelta
from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.domain.gates import Condition
from orchestration.domain.stages import CycleState, SlotState
from orchestration.ports.cicd import RunState
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.office import Office, office


def with_action(messages: list[Message], action: str) -> Message | None:
    """The newest message that offers an act."""
    return next((m for m in reversed(messages) if action in str(m.blocks)), None)


async def menu(o: Office, act: str) -> None:
    """Choose an act of the only planned slot's menu in Dan's list."""
    shown = with_action(o.shown(o.dan), "slot.act")
    assert shown is not None
    await o.dan.clicks(shown, "slot.act", option=act)


async def test_slots_are_planned_moved_and_taken_back_by_words(tmp_path: Path) -> None:
    """One word does it all, says what is wrong, and the thread tells it; who may not is told so."""
    async with office(tmp_path, "asking") as o:
        at = (await o.release()).target_at - timedelta(days=1)
        day = f"{at:%Y-%m-%d %H:%M}"
        for typed, meant in (
            ("slot later", "What is to be done with a slot?"),
            ("slot add", "Please write the date as in"),
            ("slot add 2020-01-01 10:00", "must be in the future"),
            ("slot add 2036-01-01 10:00", "before the target date"),
            (f"slot add {day} fast", "`fast` is not understood"),
            ("slot move 1 2036-01-01 10:00", "has started its cycle"),
            ("slot remove 7", "no such regression slot"),
        ):
            assert meant in await o.says(o.dan, f"/release {typed}"), typed
        assert "You may not change releases" in await o.says(o.eve, f"/release slot add {day}")
        assert "You may not change releases" in await o.says(o.eve, "/release slot move 1 2036-01-01 10:00")
        said = await o.says(o.dan, f"/release slot 2.14.0 add {day} no-builds")
        assert "The slot is planned." in said
        assert "tag and notes only" in said
        assert "The slot is moved." in await o.says(o.dan, "/release slot move 2 automation")
        assert (await o.release()).slots[1].flags.automation
        assert "The slot is taken back." in await o.says(o.dan, "/release slot remove 2")
        assert (await o.release()).slots[1].state is SlotState.CANCELLED
        await o.until(lambda: [t for t in o.thread() if "took the regression slot" in t])
        kinds = [e.kind for e in await o.events()]
        for kind in (EventKind.SLOT_ADDED, EventKind.SLOT_MOVED, EventKind.SLOT_CANCELLED):
            assert kinds.count(kind) == 1
        assert not o.slack.violations


async def test_slots_are_planned_moved_and_taken_back_by_buttons(tmp_path: Path) -> None:
    """The list's button opens a form whose errors stand at the time; each slot's menu moves it or takes it back."""
    async with office(tmp_path, "asking") as o:
        assert "Slot 1" in await o.says(o.dan, "/release slot")
        shown = with_action(o.shown(o.dan), "slot.add")
        assert shown is not None
        await o.dan.clicks(shown, "slot.add")
        form = await o.until(lambda: o.dan.modal)
        release = await o.release()
        late = int(release.target_at.timestamp())
        wrong = await o.dan.submits(form, {"Time": late + 60})
        assert "before the target date" in wrong["at"]
        at = late - 86_400
        assert await o.dan.submits(form, {"Time": at}) == {}
        await o.until(lambda: "slot.act" in str([m.blocks for m in o.shown(o.dan)]))
        assert int((await o.release()).slots[1].at.timestamp()) == at
        await menu(o, "Move or change…")
        form = await o.until(lambda: o.dan.modal)
        assert await o.dan.submits(form, {"Time": at + 3_600}) == {}
        await o.until(
            lambda: with_action(o.shown(o.dan), "slot.act") and "The slot is moved." in str(o.answers(o.dan))
        )
        assert int((await o.release()).slots[1].at.timestamp()) == at + 3_600
        await menu(o, "Remove")
        await o.until(lambda: "The slot is taken back." in str(o.answers(o.dan)))
        assert (await o.release()).slots[1].state is SlotState.CANCELLED
        assert not o.slack.violations


async def test_a_cycle_is_abandoned_with_a_reason_and_its_runs_stop(tmp_path: Path) -> None:
    """By words, from the card's menu, and told in the thread; without a cycle it says that there is none."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        assert "No regression cycle is under way" in await o.says(o.dan, "/release cycle abandon It crashes")
        o.company.cicd._looks = 10**9
        assert "starts now" in await o.says(o.dan, "/release cycle")
        card = await o.card("Cycle 2")
        await o.comes(lambda: _runs(o))
        assert "Please say why" in await o.says(o.dan, "/release cycle abandon")
        assert "You may not change releases" in await o.says(o.eve, "/release cycle abandon No")
        card = await o.until(
            lambda: next((c for c in o.keyed("card:") if "cycle.abandon" in str(c.blocks)), None)
        )
        await o.dan.clicks(card, "release.more", option="Abandon the cycle…")
        form = await o.until(lambda: o.dan.modal)
        assert "v2.14.0-rc.2" in text_on(form)
        said = await o.told(o.dan, o.dan.submits(form, {"Reason": "It crashes on start"}))
        assert "is abandoned: It crashes on start" in said
        await o.until(lambda: [t for t in o.thread() if "abandoned regression cycle" in t])
        await o.comes(lambda: _stopped(o))
        assert [c.state for c in (await o.release()).cycles] == [CycleState.DONE, CycleState.ABANDONED]


async def _runs(o: Office) -> bool:
    return any(b.run_id for b in (await o.release()).builds if b.ref == "v2.14.0-rc.2")


async def _stopped(o: Office) -> bool:
    assert o.company is not None
    of_second = [k for k in o.company.cicd.kept.values() if k.request.ref == "v2.14.0-rc.2"]
    return bool(of_second) and {k.run.state for k in of_second} == {RunState.CANCELLED}


async def drifted(o: Office) -> Message:
    """A commit came after the candidate, and the approval card says so."""
    assert o.company is not None
    o.company.scm.grow("release/2.14.0", ["docs: <!channel> changelog"])
    await o.says(o.bo, "/release approve")
    return await o.gate("docs: <!channel> changelog")


async def test_a_late_commit_is_left_out_by_button_with_a_reason(tmp_path: Path) -> None:
    """The captain is asked in the thread and on the card; accepted, the release can be approved as it was tested."""
    async with office(tmp_path, "asking") as o:
        gate = await drifted(o)
        asked = await o.until(lambda: [t for t in o.thread() if "what shall become of them?" in t])
        assert "docs: <!channel> changelog" in asked[0]
        assert "<!channel>" not in str(gate.blocks)
        assert "gate.approve" not in str(gate.blocks)
        assert "Ask an owner" in await o.told(o.eve, _refused(o, gate))
        await o.dan.clicks(gate, "gate.accept_drift")
        form = await o.until(lambda: o.dan.modal)
        assert await o.dan.submits(form, {"Reason": " "}) == {"reason": "Please say why"}
        said = await o.told(o.dan, o.dan.submits(form, {"Reason": "Docs only"}))
        assert "The commits stay out of Pixel 2.14.0" in said
        await o.gate("Docs only")
        assert "You approved" in await o.approves(o.bo)
        (granted,) = await o.events(EventKind.APPROVAL_GRANTED)
        assert "forced" not in granted.data


async def _refused(o: Office, gate: Message) -> None:
    await o.eve.clicks(gate, "gate.accept_drift")
    form = await o.until(lambda: o.eve.modal)
    await o.eve.submits(form, {"Reason": "Mine"})


async def test_a_late_commit_is_tested_by_button(tmp_path: Path) -> None:
    """The other button runs one more cycle; its candidate is what is asked about then."""
    async with office(tmp_path, "asking") as o:
        gate = await drifted(o)
        said = await o.told(o.dan, o.dan.clicks(gate, "cycle.run", confirm=True))
        assert "starts now" in said
        await o.gate("rc.2")
        evidence = (await o.release()).gates[-1].evidence
        assert evidence is not None
        assert Condition.HEAD_IS_TESTED not in {f.condition for f in evidence.unmet}
