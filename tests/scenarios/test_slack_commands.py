"""Every word of `/release` in Slack: what it does, what it refuses and why, and who may."""

from pathlib import Path

import pytest

from bot.commands import WORDS
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateState
from orchestration.domain.holds import HoldCause
from orchestration.domain.tasks import TaskState
from orchestration.ports.cicd import RunState
from sandbox.slack.screen import text_on
from tests.support.office import BOTH, office

CHANGING = (
    "hold now",
    "resume",
    "retry",
    "skip now",
    "done 1 now",
    "cycle",
    "edit target 2030-01-01 now",
    "archive now",
    "reject now",
    "approve",
)


@pytest.mark.parametrize("transport", BOTH)
async def test_help_names_every_word_with_an_example(tmp_path: Path, transport: str) -> None:
    """The help is made from the list of words, and reaches the person over both transports."""
    async with office(tmp_path, transport=transport) as o:
        said = await o.says(o.eve, "/release help")
        for word in WORDS:
            assert f"`/release {word.usage}`" in said
            assert f"`{word.example}`" in said
        assert not o.slack.violations


async def test_help_about_one_word_shows_that_one(tmp_path: Path) -> None:
    """Its usage and an example, and nothing of the others; a slip of the finger is guessed."""
    async with office(tmp_path) as o:
        said = await o.says(o.eve, "/release help Approve")
        assert "`/release approve" in said
        assert "`/release archive" not in said
        assert "`/release approve`" in await o.says(o.eve, "/release help aprove")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stauts", "`/release status`"),
        ("aprove 2.14.0", "`/release approve`"),
        ("ARCHIVES", "`/release archive`"),
    ],
)
async def test_an_unknown_word_is_guessed(tmp_path: Path, typed: str, meant: str) -> None:
    """A slip of the finger is answered with the word that was probably meant; nothing is done."""
    async with office(tmp_path, "asking") as o:
        said = await o.says(o.ann, f"/release {typed}")
        assert "There is no" in said
        assert meant in said


async def test_nonsense_points_to_the_help(tmp_path: Path) -> None:
    """A word that resembles none names the help and guesses nothing."""
    async with office(tmp_path) as o:
        said = await o.says(o.ann, "/release <b>zzqx</b> & more")
        assert "`/release help`" in said
        assert "Did you mean" not in said


async def test_the_list_names_what_runs(tmp_path: Path) -> None:
    """`/release list` has a line for each; `/release` alone leads there."""
    async with office(tmp_path, "two") as o:
        assert "`/release list`" in await o.says(o.eve, "/release")
        said = await o.says(o.eve, "/release list")
        assert "2 releases are running" in said
        assert "Pixel 2.14.0" in said
        assert "Pixel 2.15.0" in said


async def test_without_a_release_each_word_says_how_to_start(tmp_path: Path) -> None:
    """None is running: every word about a release says so."""
    async with office(tmp_path) as o:
        for word in ("status", "why", *CHANGING):
            said = await o.says(o.ann, f"/release {word}")
            assert "No release is running. Start one with `/release start`." in said, word


async def test_with_two_releases_each_word_asks_which(tmp_path: Path) -> None:
    """Two are running: the answer offers both by id, and nothing is changed."""
    async with office(tmp_path, "two") as o:
        for word in ("status", "why", *CHANGING):
            said = await o.says(o.ann, f"/release {word}")
            assert "Which release? Name one of" in said, word
            assert "`REL-AAAAAAA3` (Pixel 2.14.0)" in said, word
        assert (await o.release()).holds == ()
        named = await o.says(o.ann, "/release status 2.15.0")
        assert "Pixel 2.15.0" in named


async def test_a_viewer_reads_and_changes_nothing(tmp_path: Path) -> None:
    """Each changing word is refused for a viewer with the way to a role; reading ones answer."""
    async with office(tmp_path, "asking") as o:
        before = await o.release()
        for word in ("hold now", "resume", "cycle", "archive now"):
            assert "Ask an owner for the role" in await o.says(o.eve, f"/release {word}")
        assert "decide this" in await o.says(o.eve, "/release reject no")
        assert "decided by approvers" in await o.says(o.eve, "/release approve")
        assert "You may not change releases" in await o.says(o.eve, "/release start")
        assert "Pixel 2.14.0" in await o.says(o.eve, "/release status")
        assert "Approve Stage 3" in await o.says(o.eve, "/release why")
        assert (await o.release()).holds == before.holds
        assert (await o.release()).gates[0].state is GateState.OPEN


async def test_somebody_without_a_role_is_told_so(tmp_path: Path) -> None:
    """Reading needs a role too."""
    async with office(tmp_path, "asking") as o:
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.eve.id, "viewer")
            await work.commit()
        for word in ("status", "list", "why"):
            assert "You may not see releases here" in await o.says(o.eve, f"/release {word}")


async def test_hold_and_resume_by_words(tmp_path: Path) -> None:
    """A hold needs a reason, belongs to the one who placed it, and is taken back by the same person only."""
    async with office(tmp_path, "asking") as o:
        assert "Please say why" in await o.says(o.dan, "/release hold 2.14.0")
        assert "is not on hold" in await o.says(o.dan, "/release resume")
        assert "on hold: Crash on start" in await o.says(o.dan, "/release hold 2.14.0 Crash on start")
        await o.card("Crash on start")
        assert f"The hold is <@{o.dan.id}>'s" in await o.says(o.ann, "/release resume")
        assert "goes on" in await o.says(o.dan, "/release resume v2.14.0")
        kinds = [e.kind for e in await o.events() if e.kind in {EventKind.HOLD_PLACED, EventKind.HOLD_LIFTED}]
        assert kinds == [EventKind.HOLD_PLACED, EventKind.HOLD_LIFTED]


async def test_hold_and_archive_by_their_forms(tmp_path: Path) -> None:
    """The card's Hold button asks for a reason, refuses an empty one at its field, and Resume takes it back."""
    async with office(tmp_path, "asking") as o:
        await o.dan.clicks(await o.card("Waiting"), "release.hold")
        form = await o.until(lambda: o.dan.modal)
        assert list(await o.dan.submits(form, {"Reason": ""})) == ["reason"]
        assert await o.dan.submits(form, {"Reason": " \n "}) == {"reason": "Please say why"}
        said = await o.told(o.dan, o.dan.submits(form, {"Reason": "Crash on start"}))
        assert "on hold: Crash on start" in said
        held = await o.until(
            lambda: next((c for c in o.keyed("card:") if "release.resume" in str(c.blocks)), None)
        )
        assert held is not None
        assert [h.cause for h in (await o.release()).holds] == [HoldCause.USER]
        assert "Your hold on Pixel 2.14.0 is gone" in await o.told(
            o.dan, o.dan.clicks(held, "release.resume")
        )
        why = await o.told(o.eve, o.eve.clicks(await o.card(), "release.why"))
        assert "stands where it is" in why
        assert not o.slack.violations


async def test_archive_needs_a_reason_and_ends_everything(tmp_path: Path) -> None:
    """What is archived takes no further word, and its buttons are gone."""
    async with office(tmp_path, "asking") as o:
        gate = await o.gate("Approve")
        assert "Please say why" in await o.says(o.dan, "/release archive")
        assert "is archived: Superseded" in await o.says(o.dan, "/release archive 2.14.0 Superseded")
        assert "archived by" in await o.says(o.dan, "/release hold 2.14.0 Too late")
        assert "waits for a decision" in await o.says(o.bo, "/release approve 2.14.0")
        late = await o.told(o.bo, o.bo.clicks(gate, "gate.approve", confirm=True, stale=True))
        assert "archived by" in late
        card = await o.card("Superseded")
        assert "release.hold" not in str(card.blocks)
        assert len(await o.events(EventKind.RELEASE_ARCHIVED)) == 1
        assert await o.events(EventKind.APPROVAL_GRANTED) == []


async def test_a_failed_build_is_retried_by_word(tmp_path: Path) -> None:
    """The failed task runs again with a new run; a second retry is told that nothing failed."""
    async with office(tmp_path, "failed") as o:
        assert o.company is not None
        o.company.cicd._outcome = RunState.SUCCEEDED
        runs = len(o.company.cicd.kept)
        assert "runs again" in await o.says(o.dan, "/release retry")
        await o.card("Kick-off")
        await o.until(lambda: any("Kick-off is done" in line for line in o.thread()))
        assert len(o.company.cicd.kept) == runs + 1
        assert "no task to retry that fits" in await o.says(o.dan, "/release retry")


async def test_a_failed_build_is_retried_by_its_button(tmp_path: Path) -> None:
    """Ten fingers on Retry: one new run, and everybody learns what became of it."""
    async with office(tmp_path, "failed") as o:
        assert o.company is not None
        o.company.cicd._outcome = RunState.SUCCEEDED
        runs = len(o.company.cicd.kept)
        card = await o.until(
            lambda: next((c for c in o.keyed("card:") if "task.retry" in str(c.blocks)), None)
        )
        assert card is not None
        for person in (o.ann, o.dan):
            await o.told(person, person.clicks(card, "task.retry", stale=True))
        await o.until(lambda: any("Kick-off is done" in line for line in o.thread()))
        assert len(o.company.cicd.kept) == runs + 1
        assert len(await o.events(EventKind.TASK_RETRIED)) == 1


async def test_skip_needs_a_reason_and_lets_the_release_go_on(tmp_path: Path) -> None:
    """A failed task is skipped with a reason, by word or by form; it is told in the thread."""
    async with office(tmp_path, "failed") as o:
        assert "Please say why" in await o.says(o.dan, "/release skip")
        card = await o.until(
            lambda: next((c for c in o.keyed("card:") if "task.skip" in str(c.blocks)), None)
        )
        assert card is not None
        await o.dan.clicks(card, "task.skip")
        form = await o.until(lambda: o.dan.modal)
        said = await o.told(o.dan, o.dan.submits(form, {"Reason": "Built by hand"}))
        assert "is skipped: Built by hand" in said
        await o.until(lambda: any("Kick-off is done" in line for line in o.thread()))
        assert "no task to skip that fits" in await o.says(o.dan, "/release skip again")


async def test_done_by_hand_needs_the_builds_number(tmp_path: Path) -> None:
    """A build is told by its number or a whole address; all errors stand at their fields."""
    async with office(tmp_path, "failed") as o:
        assert "Please say where it can be seen" in await o.says(o.dan, "/release done")
        card = await o.until(
            lambda: next((c for c in o.keyed("card:") if "task.done" in str(c.blocks)), None)
        )
        assert card is not None
        await o.dan.clicks(card, "task.done")
        form = await o.until(lambda: o.dan.modal)
        assert set(await o.dan.submits(form, {"number": " "})) == {"number"}
        assert set(await o.dan.submits(form, {"number": " ", "Link": "example"})) == {"link"}
        said = await o.told(o.dan, o.dan.submits(form, {"number": "417", "Link": "https://ci.example/417"}))
        assert "is done by hand" in said
        await o.until(lambda: any("Kick-off is done" in line for line in o.thread()))
        release = await o.release()
        assert [b.number for b in release.builds if b.number == "417"] == ["417"]


async def test_done_by_word_names_task_platform_number_and_place(tmp_path: Path) -> None:
    """`/release done TASK platform number link` does in one line what the form does."""
    async with office(tmp_path, "failed") as o:
        line = "/release done 2.14.0 trigger-pre-regression-builds android 418 https://ci.example/418"
        assert "is done by hand" in await o.says(o.dan, line)
        release = await o.release()
        assert [t.state for t in release.tasks if t.pair] == [TaskState.SUCCEEDED]
        assert "418" in {b.number for b in release.builds}


@pytest.mark.slow
async def test_a_rejected_candidate_is_followed_by_another_cycle_and_approved(tmp_path: Path) -> None:
    """Reject with a reason, run another cycle, approve what it tested: the second candidate is tagged."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        assert "Evidence" in await o.says(o.bo, "/release reject Crash")
        await o.bo.clicks(o.shown(o.bo)[-1], "gate.reject")
        form = await o.until(lambda: o.bo.modal)
        assert "You rejected Pixel 2.14.0: Crash" in await o.told(o.bo, o.bo.submits(form))
        fixed = o.company.scm.grow("release/2.14.0", ["fix: no crash"])
        assert "starts now" in await o.says(o.dan, "/release cycle")
        await o.gate("rc.2")
        assert "You approved Pixel 2.14.0" in await o.approves(o.bo)
        await o.card("Ready for submission")
        assert o.company.scm.kept.tags["v2.14.0"] == fixed
        assert [g.state for g in (await o.release()).gates] == [GateState.VOID, GateState.APPROVED]
        assert "Stage 3 has started" in await o.says(o.dan, "/release cycle")
        assert "approved the last one" in await o.says(o.bo, "/release approve")


async def test_conditions_are_overridden_by_owners_with_a_reason_only(tmp_path: Path) -> None:
    """`approve force` needs the permission, a reason and a look at what it overrides; all stand in the event."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        o.company.scm.grow("release/2.14.0", ["fix: untested"])
        assert "1 untested commit came after" in await o.says(o.bo, "/release approve")
        assert "gate.approve" not in str(o.shown(o.bo)[-1].blocks)
        assert "Only owners and the captain" in await o.says(o.bo, "/release approve force Now")
        await o.ann.types("/release approve force Agreed by phone", channel="releases")
        form = await o.until(lambda: o.ann.modal)
        assert "1 untested commit came after" in text_on(form)
        assert await o.ann.submits(form, {"reason": " "}) == {"reason": "Please say why"}
        assert "'initial_value': 'Agreed by phone'" in str(form.body)
        assert "You approved" in await o.told(o.ann, o.ann.submits(form, {"reason": "Agreed by phone"}))
        granted = await o.events(EventKind.APPROVAL_GRANTED)
        assert [e.data["reason"] for e in granted] == ["Agreed by phone"]


async def test_text_from_people_can_not_ring_everybody(tmp_path: Path) -> None:
    """What is typed as a reason is read as it was typed: it mentions nobody and makes no link."""
    async with office(tmp_path, "asking") as o:
        await o.says(o.dan, "/release hold <!channel> & <https://evil.example|click>, ask @bo in #general")
        card = await o.card("evil.example")
        assert not any(markup in str(card.blocks) for markup in ("<!channel>", "<https://evil.example"))
        assert "<!channel> & <https://evil.example|click>, ask @bo in #general" in text_on(card)
        assert not o.slack.violations
