"""`/release where` in Slack: seen by one person, shared when they wish, honest when a repository is away."""

from pathlib import Path

from orchestration.ports.errors import TryLater
from sandbox.slack.screen import text_on
from tests.support.office import office


async def test_the_answer_is_for_one_person_until_it_is_shared(tmp_path: Path) -> None:
    """From any channel; the button shows it to that channel, with who shared it."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.card()
        sha = o.company.scm.kept.tags["v2.14.0-rc.1"]
        said = await o.says(o.eve, f"/release where {sha}", channel="critical")
        assert "Pixel 2.14.0" in said
        assert "v2.14.0-rc.1" in said
        assert "Only you see this" in said
        answer = o.shown(o.eve)[-1]
        assert o.keyed("where:", channel="critical") == []
        told = await o.told(o.eve, o.eve.clicks(answer, "where.share"))
        assert "on its way into this channel" in told
        shared = await o.until(lambda: next(iter(o.keyed("where:", channel="critical")), None))
        assert f"Shared by <@{o.eve.id}>" in text_on(shared)
        assert "v2.14.0-rc.1" in text_on(shared)
        assert not o.slack.violations


async def test_what_is_merged_but_in_no_release_is_said_so(tmp_path: Path) -> None:
    """And that nothing is planned from there."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.card()
        late = o.company.scm.grow("main", ["fix: the <crash> & more"])
        said = await o.says(o.dan, f"/release where {late}")
        assert "Merged, but in no release yet. It is on main." in said
        assert "No next release is planned" in said


async def test_unknown_nonsense_and_a_repository_that_is_away(tmp_path: Path) -> None:
    """Three honest answers that are not mixed up."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.card()
        assert "No repository" in await o.says(o.dan, "/release where 0123456789abcdef")
        assert "is no commit, no pull request" in await o.says(o.dan, "/release where my <change>")
        assert "Where is what?" in await o.says(o.dan, "/release where")

        async def away(*_given: object) -> object:
            raise TryLater("503 from the repository")

        sha = o.company.scm.kept.tags["v2.14.0-rc.1"]
        o.company.scm.compare = away  # type: ignore[method-assign, assignment]  # the twin, away
        said = await o.says(o.dan, f"/release where {sha}")
        assert "Nobody could say where" in said
        assert "503 from the repository" in said
        assert "In no release" not in said
