"""Where a change is: in releases, on the way, on no branch; by commit, pull request and ticket."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.domain.creation import WantedSlot
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.people import Actor
from orchestration.domain.stages import CycleFlags
from orchestration.domain.whereabouts import Place
from orchestration.ports.errors import TryLater
from orchestration.services import picks
from orchestration.services.pick_reference import reference
from orchestration.services.start_release import start_release
from orchestration.services.where import where
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANN, VIEWER, Company, begin, found, order


async def _regressed(b: Bench) -> str:
    """A release whose first candidate is tagged and built."""
    await found(b)
    release = await begin(b)
    await b.live(steps=12, minutes=3)
    return release.id


async def test_a_commit_is_in_its_release_with_candidate_and_builds(tmp_path: Path) -> None:
    """What was on main before kick-off is in the release, since its first candidate, with a build a platform."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        sha = company.scm.grow("main", ["fix: MOB-7 the crash"])
        release_id = await _regressed(b)
        seen = await where(b.engine, TENANT, sha, actor=VIEWER)
        assert [each.place for each in seen.located] == [Place.IN_RELEASE]
        held = seen.located[0].held
        assert [(h.release.id, h.tag, h.picked) for h in held] == [(release_id, "v2.14.0-rc.1", False)]
        assert {build.pair.title for build in held[0].builds} == {"Android", "iOS"}
        assert not seen.troubles


async def test_a_commit_after_the_branch_is_merged_and_told_its_next_release(tmp_path: Path) -> None:
    """It is in none yet; the release that is scheduled next from its branch is named with its dates."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await _regressed(b)
        late = company.scm.grow("main", ["feat: late"])
        alone = (await where(b.engine, TENANT, late, actor=VIEWER)).located[0]
        assert (alone.place, alone.next) == (Place.MERGED, None)
        later, at = order(b, version="2.15.0"), b.clock.now() + timedelta(hours=1)
        slots = (WantedSlot(at=at + timedelta(hours=1), flags=CycleFlags()),)
        coming = await start_release(
            b.engine, TENANT, "pixel", replace(later, kick_off_at=at, slots=slots), actor=ANN
        )
        told = (await where(b.engine, TENANT, late, actor=VIEWER)).located[0]
        assert told.next is not None
        assert (told.next.release_id, told.next.cut_at) == (coming.id, at)


async def test_a_picked_commit_is_in_the_release_by_its_pick(tmp_path: Path) -> None:
    """The branch has another commit with its change: the one from main is found all the same."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        release = await begin(b)
        await b.settle()
        late = company.scm.grow("main", ["fix: the crash"])
        await picks.ask(b.engine, TENANT, release.id, reference(late), actor=ANN)
        await b.settle()
        on_branch = (await where(b.engine, TENANT, late, actor=VIEWER)).located[0].held
        assert [(h.picked, h.tag) for h in on_branch] == [(True, None)]
        await b.live(steps=12, minutes=3)
        tagged = (await where(b.engine, TENANT, late, actor=VIEWER)).located[0].held
        assert [(h.picked, h.tag) for h in tagged] == [(True, "v2.14.0-rc.1")]


async def test_a_pull_request_is_followed_by_its_merge(tmp_path: Path) -> None:
    """Open: where it wants to go. Merged: where its merge is. By number, and by a link into this repository only."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await _regressed(b)
        scm = company.scm
        await scm.fork_out_branch("fix/crash", "main")
        scm.grow("fix/crash", ["fix: one"])
        pull = await scm.open_pull_request(head="fix/crash", base="main", title="Mend", body="")
        open_ = (await where(b.engine, TENANT, "#1", actor=VIEWER)).located[0]
        assert open_.place is Place.NOT_MERGED
        assert open_.note == "It is open, to be merged into main."
        scm.merge(pull.number)
        merged = (await where(b.engine, TENANT, f"<{pull.url}|the fix>", actor=VIEWER)).located[0]
        assert (merged.place, merged.name, merged.title) == (Place.MERGED, "#1", "Mend")
        foreign = await where(b.engine, TENANT, "https://github.com/other/app/pull/1", actor=VIEWER)
        assert foreign.located == ()


async def test_a_ticket_is_followed_by_the_titles_that_name_it(tmp_path: Path) -> None:
    """Each commit with the key, the newest first; MOB-70 is not MOB-7."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        company.scm.grow("main", ["fix: MOB-7 the crash", "feat: MOB-70 widgets"])
        await _regressed(b)
        company.scm.grow("main", ["fix: mob-7, once more"])
        seen = await where(b.engine, TENANT, "MOB-7", actor=VIEWER)
        assert [(each.title, each.place) for each in seen.located] == [
            ("fix: mob-7, once more", Place.MERGED),
            ("fix: MOB-7 the crash", Place.IN_RELEASE),
        ]
        assert (await where(b.engine, TENANT, "MOB-999", actor=VIEWER)).located == ()


async def test_a_number_without_a_pull_request_is_followed_by_the_commits_that_name_it(
    tmp_path: Path,
) -> None:
    """A late fix on the release's branch counts, before a candidate has it too; #8120 and other/app#812 are others."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _regressed(b)
        branch = "release/2.14.0"
        company.scm.grow(branch, ["fix: other (#8120)", "fix: theirs, other/app#812", "fix: the cart (#812)"])
        for asked in ("#812", "812", "!812"):
            seen = await where(b.engine, TENANT, asked, actor=VIEWER)
            assert [each.title for each in seen.located] == ["fix: the cart (#812)"]
            assert [(h.release.id, h.tag) for h in seen.located[0].held] == [(release_id, None)]
        link = "https://rehearsal.invalid/pull/812"
        assert (await where(b.engine, TENANT, link, actor=VIEWER)).located == ()


async def test_a_pull_request_in_no_release_stands_beside_what_carries_its_number_there(
    tmp_path: Path,
) -> None:
    """Merged into main after the cut and picked by hand: main's merge and the release's commit are both told."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await _regressed(b)
        scm = company.scm
        await scm.fork_out_branch("fix/crash", "main")
        scm.grow("fix/crash", ["fix: one"])
        pull = await scm.open_pull_request(head="fix/crash", base="main", title="Mend", body="")
        scm.merge(pull.number)
        scm.grow("release/2.14.0", [f"Mend (#{pull.number})"])
        seen = await where(b.engine, TENANT, f"#{pull.number}", actor=VIEWER)
        assert [(each.name == f"#{pull.number}", each.place) for each in seen.located] == [
            (True, Place.MERGED),
            (False, Place.IN_RELEASE),
        ]
        assert [h.release.id for h in seen.located[1].held] == [release_id]


async def test_what_is_unknown_is_told_so(tmp_path: Path) -> None:
    """A commit that no repository has is nowhere, which is no trouble; what is no name is answered by examples."""
    async with bench(tmp_path, Company().ports()) as b:
        with pytest.raises(NotNow, match="No release configuration"):
            await _allowed(b)
        await found(b)
        seen = await where(b.engine, TENANT, "0123456789abcdef", actor=VIEWER)
        assert (seen.located, seen.troubles) == ((), ())
        for nothing in ("", "my change", "???"):
            with pytest.raises(NotNow, match="release where"):
                await where(b.engine, TENANT, nothing, actor=VIEWER)
        with pytest.raises(NotAllowed):
            await where(b.engine, TENANT, "#1", actor=Actor(id="U0STRANGE"))


async def _allowed(b: Bench) -> None:
    """Ask as somebody who may, before anything is configured."""
    async with b.store.work() as work:
        await work.directory.grant(TENANT, VIEWER.id, "viewer")
        await work.commit()
    await where(b.engine, TENANT, "#1", actor=VIEWER)


async def test_a_repository_that_is_away_is_a_trouble_and_no_answer(tmp_path: Path) -> None:
    """That nobody could ask is not told as “in no release”."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        sha = company.scm.grow("main", ["fix: the crash"])
        await _regressed(b)

        def away(port: str, verb: str) -> None:
            if (port, verb) == ("scm", "compare"):
                raise TryLater("503")

        company.hook = away
        seen = await where(b.engine, TENANT, sha, actor=VIEWER)
        assert seen.located == ()
        assert seen.troubles == ("Pixel could not be asked: 503",)


async def test_a_commit_on_a_side_branch_is_in_no_release(tmp_path: Path) -> None:
    """It is on no branch that releases are made of, and that is said."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await _regressed(b)
        await company.scm.fork_out_branch("side", "main")
        sha = company.scm.grow("side", ["wip"])
        seen = (await where(b.engine, TENANT, sha, actor=VIEWER)).located[0]
        assert (seen.place, seen.held) == (Place.NOT_MERGED, ())
        assert seen.note == "It is neither on main nor in a release."
