"""Messages that somebody deleted in Slack, or that the workspace keeps for some days only: what lives is shown anew."""

from pathlib import Path

from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.support.office import Office, office


def _delete(o: Office, message: Message) -> None:
    """As an administrator does, or the end of the time for which a workspace keeps messages."""
    o.slack.world.delete_message(message)


async def test_a_card_that_was_deleted_is_posted_anew_with_what_is_said_under_it(tmp_path: Path) -> None:
    """The release is not silent from then on: one new card is edited in place, and the thread goes on under it."""
    async with office(tmp_path, "asking") as o:
        await o.gate()
        lost = await o.card("Waiting")
        _delete(o, lost)
        assert "on hold: Crash on start" in await o.says(o.dan, "/release hold Crash on start")
        card = await o.card("Crash on start")
        assert card.ts != lost.ts
        await o.until(lambda: any("Crash on start" in line for line in o.thread()))
        assert "goes on" in await o.says(o.dan, "/release resume")
        await o.until(lambda: "Crash" not in text_on(o.keyed("card:")[-1]))
        assert [m.ts for m in o.keyed("card:")] == [card.ts]
        said = await o.says(o.eve, "/release why")
        assert "Approve Stage 3" in said


async def test_a_thread_that_is_gone_waits_for_its_new_card(tmp_path: Path) -> None:
    """What is only said in the thread finds the card gone: the card comes again, and then the news."""
    async with office(tmp_path, "asking") as o:
        await o.gate()
        lost = await o.card("Waiting")
        _delete(o, lost)
        await o.says(o.eve, "/release report 2.14.0")
        card = await o.card("Waiting")
        assert card.ts != lost.ts


async def test_a_question_that_was_deleted_is_asked_again_where_it_changes(tmp_path: Path) -> None:
    """Its card comes anew with the next change, and has the decision as everywhere else."""
    async with office(tmp_path, "asking") as o:
        gate = await o.gate("Approve")
        await o.card("Waiting")
        _delete(o, gate)
        assert "You approved Pixel 2.14.0" in await o.approves(o.bo)
        decided = await o.gate("is approved")
        assert decided.ts != gate.ts
        assert len(o.keyed("gate:")) == 1


async def test_an_answer_of_an_ended_release_brings_no_card_back(tmp_path: Path) -> None:
    """Who tidies a channel up after a release has ended does so for good."""
    async with office(tmp_path, "asking") as o:
        await o.gate()
        await o.says(o.ann, "/release archive Superseded")
        _delete(o, await o.card("Superseded"))
        await o.says(o.eve, "/release report 2.14.0")
        assert "Archived" in await o.says(o.eve, "/release status 2.14.0")
        assert o.keyed("card:") == []
