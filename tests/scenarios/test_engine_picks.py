"""Cherry-picks through the engine: asked, decided, carried out once, and in the candidate that was named."""

from pathlib import Path

import pytest

from orchestration.domain.candidates import candidate
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateState
from orchestration.domain.holds import HoldCause
from orchestration.domain.people import Actor
from orchestration.domain.phase import Phase, phase
from orchestration.domain.picks import PickState
from orchestration.domain.stages import CycleFlags
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.errors import TryLater
from orchestration.services import act, picks
from orchestration.services.pick_reference import Reference, reference
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANN, BO, VIEWER, Company, begin, finish_by_hand, found

BRANCH = "release/2.14.0"
STRANGER = Actor(id="U0STRANGE")


async def _forked(b: Bench) -> str:
    await found(b)
    release = await begin(b)
    await b.settle()
    return release.id


def _picked(company: Company, commit: str) -> int:
    """How many commits of the graph were picked from this one."""
    return sum(node.picked == commit for node in company.scm.kept.nodes.values())


async def test_a_change_is_asked_for_accepted_and_in_the_candidate_that_was_named(tmp_path: Path) -> None:
    """A viewer asks, the captain accepts: one commit on the branch, and the next slot's tag stands on it."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        late = company.scm.grow("main", ["fix: the crash"])
        await picks.ask(b.engine, TENANT, release_id, reference(late), actor=VIEWER)
        await b.live(steps=2, minutes=1)
        asked = await b.release(release_id)
        assert [(p.state, p.asked_by, p.wanted.title) for p in asked.picks] == [
            (PickState.ASKED, VIEWER.id, "fix: the crash")
        ]
        assert _picked(company, late) == 0
        change = await picks.accept(b.engine, TENANT, release_id, asked.picks[0].id, actor=ANN)
        named = candidate(change.release, change.release.picks[0])
        assert (named.tag, named.at) == ("v2.14.0-rc.1", change.release.planned_slots[0].at)
        await b.live(steps=12, minutes=3)
        lived = await b.release(release_id)
        task = lived.task(asked.picks[0].id)
        assert task is not None
        assert task.state is TaskState.SUCCEEDED
        kept = company.scm.kept
        assert kept.tags["v2.14.0-rc.1"] == kept.branches[BRANCH] == task.output["sha"]
        assert _picked(company, late) == 1
        assert candidate(lived, lived.picks[0]).started
        assert await b.store.broken_at(TENANT) is None


async def test_the_captains_own_ask_needs_no_answer(tmp_path: Path) -> None:
    """Ann is the captain: asking accepts, in one change with both facts."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        late = company.scm.grow("main", ["fix: the crash"])
        change = await picks.ask(b.engine, TENANT, release_id, reference(late[:40]), actor=ANN)
        assert [e.kind for e in change.events] == [EventKind.PICK_ACCEPTED]
        await b.settle()
        assert _picked(company, late) == 1


async def test_a_declined_change_stays_out_and_can_be_asked_for_again(tmp_path: Path) -> None:
    """Declining keeps the reason and picks nothing; a second answer is told of the first; asking again is new."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        late = company.scm.grow("main", ["fix: the crash"])
        asked = await picks.ask(b.engine, TENANT, release_id, reference(late), actor=BO)
        with pytest.raises(NotNow, match="asked for already by <@U0000BO02>"):
            await picks.ask(b.engine, TENANT, release_id, reference(late), actor=VIEWER)
        pick = asked.release.picks[0]
        await picks.decline(b.engine, TENANT, release_id, pick.id, "Too risky", actor=ANN)
        with pytest.raises(NotNow, match="declined by <@U000ANN01>"):
            await picks.accept(b.engine, TENANT, release_id, pick.id, actor=ANN)
        again = await picks.ask(b.engine, TENANT, release_id, reference(late), actor=BO)
        assert [(p.number, p.state, p.reason) for p in again.release.picks] == [
            (1, PickState.DECLINED, "Too risky"),
            (2, PickState.ASKED, None),
        ]
        await b.settle()
        assert _picked(company, late) == 0


async def test_who_may_ask_and_who_may_decide(tmp_path: Path) -> None:
    """Whoever sees the release asks; an approver or viewer decides nothing; a stranger does neither."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        late = company.scm.grow("main", ["fix: the crash"])
        with pytest.raises(NotAllowed):
            await picks.ask(b.engine, TENANT, release_id, reference(late), actor=STRANGER)
        asked = await picks.ask(b.engine, TENANT, release_id, reference(late), actor=VIEWER)
        for person in (VIEWER, BO, STRANGER):
            with pytest.raises(NotAllowed):
                await picks.accept(b.engine, TENANT, release_id, asked.release.picks[0].id, actor=person)
            with pytest.raises(NotAllowed):
                await picks.decline(
                    b.engine, TENANT, release_id, asked.release.picks[0].id, "no", actor=person
                )
        assert (await b.release(release_id)).picks == asked.release.picks


async def test_a_conflict_stops_the_release_until_somebody_resolves_it(tmp_path: Path) -> None:
    """No cycle starts without the change; the author's own pick is found by its marker when it is tried again."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        late = company.scm.grow("main", ["fix: the crash"])
        company.scm.conflicts.add((late, BRANCH))
        change = await picks.ask(b.engine, TENANT, release_id, reference(late), actor=ANN)
        pick = change.release.picks[0]
        await b.live(steps=12, minutes=3)
        held = await b.release(release_id)
        assert [hold.cause for hold in held.holds] == [HoldCause.TASK_FAILURE]
        assert held.cycles == ()
        company.scm.conflicts.clear()
        by_hand = await company.scm.cherry_pick(commit=late, branch=BRANCH)
        await act.retry(b.engine, TENANT, release_id, pick.id, actor=ANN)
        await b.live(steps=3, minutes=1)
        mended = await b.release(release_id)
        assert mended.output(TaskType.CREATE_RC_TAG, "sha", cycle_id=mended.cycles[0].id) == by_hand.sha
        assert _picked(company, late) == 1


async def test_a_pick_that_was_cut_off_after_it_worked_is_made_once(tmp_path: Path) -> None:
    """The provider picks and its answer is lost: the next try finds the commit."""
    company = Company()
    lost: list[str] = []

    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        late = company.scm.grow("main", ["fix: the crash"])
        real = company.scm.cherry_pick

        async def losing(*, commit: str, branch: str) -> object:
            made = await real(commit=commit, branch=branch)
            if not lost:
                lost.append(made.sha)
                raise TryLater("no answer", maybe_done=True)
            return made

        company.scm.cherry_pick = losing  # type: ignore[method-assign, assignment]  # the twin, made to lose an answer
        change = await picks.ask(b.engine, TENANT, release_id, reference(late), actor=ANN)
        await b.live(steps=4, minutes=1)
        task = (await b.release(release_id)).task(change.release.picks[0].id)
        assert task is not None
        assert task.output["sha"] == lost[0]
        assert _picked(company, late) == 1


async def test_the_candidate_waits_for_a_pick_that_is_tried_again(tmp_path: Path) -> None:
    """A slot comes due while the provider is down: the cycle starts, its tag only once the change is on the branch."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        late = company.scm.grow("main", ["fix: the crash"])
        b.clock.forward(minutes=18)

        def down(port: str, verb: str) -> None:
            if (port, verb) == ("scm", "cherry_pick"):
                raise TryLater("503")

        company.hook = down
        change = await picks.ask(b.engine, TENANT, release_id, reference(late), actor=ANN)
        await b.live(steps=4, minutes=1)
        waiting = await b.release(release_id)
        assert phase(waiting) is Phase.REGRESSION
        assert "v2.14.0-rc.1" not in company.scm.kept.tags
        company.hook = lambda _port, _verb: None
        await b.live(steps=12, minutes=1)
        done = (await b.release(release_id)).task(change.release.picks[0].id)
        assert done is not None
        assert company.scm.kept.tags["v2.14.0-rc.1"] == done.output["sha"]


async def test_a_pick_voids_what_was_asked_about_stage_3(tmp_path: Path) -> None:
    """The gate is withdrawn, opens again with the head untested, and a new cycle's candidate contains the change."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        await b.live(steps=12, minutes=3)
        finish_by_hand(company, await b.release(release_id))
        late = company.scm.grow("main", ["fix: the crash"])
        change = await picks.ask(b.engine, TENANT, release_id, reference(late), actor=ANN)
        named = candidate(change.release, change.release.picks[0])
        assert (named.tag, named.at, named.started) == ("v2.14.0-rc.2", None, False)
        assert [gate.state for gate in change.release.gates] == [GateState.VOID]
        await b.live(steps=2, minutes=1)
        again = await b.release(release_id)
        assert [gate.state for gate in again.gates] == [GateState.VOID, GateState.OPEN]
        await act.cycle(b.engine, TENANT, release_id, CycleFlags(), actor=ANN)
        await b.live(steps=5, minutes=1)
        assert company.scm.kept.tags["v2.14.0-rc.2"] == company.scm.kept.branches[BRANCH]
        assert candidate(await b.release(release_id), again.picks[0]).started


async def test_a_merged_pull_request_is_picked_by_its_merge_and_an_open_one_is_not(tmp_path: Path) -> None:
    """An open request is refused with what to do; the merged one by number and by link; a foreign link never."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _forked(b)
        scm = company.scm
        await scm.fork_out_branch("fix/crash", "main")
        scm.grow("fix/crash", ["fix: one", "fix: two"])
        pull = await scm.open_pull_request(head="fix/crash", base="main", title="Mend the crash", body="")
        with pytest.raises(NotNow, match="Merge it into main first"):
            await picks.ask(b.engine, TENANT, release_id, reference("#1"), actor=ANN)
        merged = scm.merge(pull.number)
        foreign = reference("https://github.com/other/app/pull/1")
        with pytest.raises(NotNow, match="another repository"):
            await picks.ask(b.engine, TENANT, release_id, foreign, actor=ANN)
        with pytest.raises(NotNow, match="no pull request 9"):
            await picks.ask(b.engine, TENANT, release_id, Reference(number=9), actor=ANN)
        change = await picks.ask(b.engine, TENANT, release_id, reference(f"<{pull.url}|the fix>"), actor=ANN)
        wanted = change.release.picks[0].wanted
        assert (wanted.commit, wanted.source, wanted.title) == (merged, "#1", "Mend the crash")
        await b.settle()
        assert _picked(company, merged) == 1


async def test_before_the_branch_and_after_the_end_nothing_is_picked(tmp_path: Path) -> None:
    """What is merged before kick-off comes by itself, and an archived release takes nothing in."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        late = company.scm.grow("main", ["fix: the crash"])
        with pytest.raises(NotNow, match="not cut yet"):
            await picks.ask(b.engine, TENANT, release.id, reference(late), actor=ANN)
        await act.archive(b.engine, TENANT, release.id, "superseded", actor=ANN)
        with pytest.raises(NotNow, match="archived"):
            await picks.ask(b.engine, TENANT, release.id, reference(late), actor=ANN)
