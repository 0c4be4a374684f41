"""`/release report` in Slack: figures for the one who asks, the picture in the thread, and when Slack is unwell."""

from pathlib import Path

from sandbox.kit import FaultKind
from sandbox.slack.screen import text_on
from sandbox.slack.values import File
from tests.support.office import Office, installed, office


def _files(o: Office) -> list[File]:
    """The files under the card."""
    card = o.keyed("card:")[0]
    world = o.slack.world
    return [world.files[f] for m in world.replies(card) for f in m.files]


async def test_the_picture_comes_into_the_thread_with_words_for_all(tmp_path: Path) -> None:
    """Eve may see, so she may ask: she gets the figures, the thread gets the picture, its table and its alt text."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        said = await o.says(o.eve, "/release report 2.14.0")
        assert "has taken so far" in said
        assert "no earlier finished release" in said
        file = await o.until(lambda: next(iter(_files(o)), None))
        assert (file.content or b"")[:4] == b"\x89PNG"
        assert file.alt_text.startswith("Four charts about Pixel 2.14.0")
        assert file.title == "How Pixel 2.14.0 went"
        shown = [m for m in o.slack.world.replies(o.keyed("card:")[0]) if m.files]
        assert "Regression" in text_on(shown[0])
        assert not o.slack.violations


async def test_a_stranger_gets_neither_figures_nor_picture(tmp_path: Path) -> None:
    """Who may not see the release orders nothing."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.eve.id, "viewer")
            await work.commit()
        assert "may not see releases" in await o.says(o.eve, "/release report 2.14.0")
        assert _files(o) == []


async def test_an_answer_that_was_lost_shows_the_picture_once(tmp_path: Path) -> None:
    """Slack shows the file and the connection breaks: the next try finds it by its name."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        o.slack.fault(path="/api/files.completeUploadExternal", kind=FaultKind.DROP_AFTER)
        await o.says(o.ann, "/release report")

        async def looked() -> bool:
            return o.calls("conversations.replies") > 0

        await o.comes(looked)
        assert len(_files(o)) == 1
        assert o.calls("files.getUploadURLExternal") == 1


async def test_without_the_scope_the_figures_come_alone_and_say_why(tmp_path: Path) -> None:
    """An app that may not show files says which scope it lacks, and holds up nothing."""
    app = installed()
    scopes = frozenset(app.scopes - {"files:write"})
    async with office(tmp_path, "asking", app=installed(scopes=scopes)) as o:
        await o.card()
        await o.says(o.ann, "/release report")
        told = await o.until(lambda: next((t for t in o.thread() if "files:write" in t), None))
        assert "has taken so far" in told
        assert _files(o) == []


async def test_a_report_is_asked_for_after_the_release_as_well(tmp_path: Path) -> None:
    """Where nothing runs any more, the one that ended last is meant by words that look back; others say so."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        await o.says(o.ann, "/release archive Shipped by hand")
        assert "No release is running" in await o.says(o.ann, "/release plan")
        for words, said in (("report", "Pixel 2.14.0"), ("status", "Archived"), ("evidence", "Pixel 2.14.0")):
            assert said in await o.says(o.ann, f"/release {words}")


async def test_the_picture_of_a_rollout_is_asked_for_once_somebody_has_it(tmp_path: Path) -> None:
    """Before, there is nothing to draw, and that is said; nothing is posted."""
    async with office(tmp_path, "submitting") as o:
        assert "nobody has it yet" in await o.says(o.ann, "/release rollout picture")
        assert _files(o) == []
