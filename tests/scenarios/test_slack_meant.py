"""Did you mean: words, words after words, and releases by id and by version."""

from pathlib import Path

from orchestration.domain.people import VIEWER
from tests.support.office import office


async def test_what_was_probably_meant_is_offered(tmp_path: Path) -> None:
    """Each time with what to type; where nothing is near, where all of them stand."""
    async with office(tmp_path, "two") as o:
        assert "Did you mean `/release status`" in await o.says(o.bo, "/release statsu")
        assert "Did you mean `/release train pause`" in await o.says(o.bo, "/release train pasue weekly")
        said = await o.says(o.bo, "/release status 2.14.1")
        assert "Did you mean" in said
        assert "Pixel 2.14.0" in said
        known = o.release_id
        said = await o.says(o.bo, f"/release why {known[:-1]}2")
        assert known in said
        assert "`/release list`" in await o.says(o.bo, "/release status 99.0.0")


async def test_a_release_that_somebody_may_not_see_is_not_offered(tmp_path: Path) -> None:
    """A guess gives away nothing: who may not see releases is told so as always."""
    async with office(tmp_path, "asking") as o:
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.eve.id, VIEWER)
            await work.commit()
        assert "Pixel" not in await o.says(o.eve, "/release status 2.14.1")


async def test_a_configuration_that_was_probably_meant_is_offered(tmp_path: Path) -> None:
    """After every word that a configuration's or a train's name follows; and nothing where nothing is near."""
    async with office(tmp_path, "two") as o:
        for act in ("edit", "copy", "show", "activate", "default"):
            said = await o.says(o.ann, f"/release config {act} pixle")
            assert "Did you mean `pixel`?" in said, (act, said)
        assert "Did you mean `pixel`?" in await o.says(o.ann, "/release rehearse Pixxel")
        assert "Did you mean `pixel`?" in await o.says(o.ann, "/release captain order pixl @bo")
        assert "Did you mean" not in await o.says(o.ann, "/release config edit warehouse")
        assert o.slack.violations == []
