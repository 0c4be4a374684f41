"""What is asked about releases: names, versions, tags, builds and lists."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestration.domain.builds import Build, BuildKind
from orchestration.domain.release import Closing, PairPlan, Release
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import Task, TaskType
from orchestration.domain.version import Version
from orchestration.store.store import Store
from tests.store.samples import ANDROID, IOS, NOW, OTHER_TENANT, TENANT, created, small_release


def versioned(number: int, version: Version, *, app: str = "Pixel", ios: Version | None = None) -> Release:
    """A release of a version, made `number` hours after the first one."""
    return replace(
        small_release(f"REL-{number:04}XYZ", app=app),
        created_at=NOW + timedelta(hours=number),
        plans=(PairPlan(pair=ANDROID, version=version), PairPlan(pair=IOS, version=ios or version)),
    )


def archived(release: Release) -> Release:
    """The release, given up."""
    return replace(release, archived=Closing(by="U1", at=NOW, reason="no"))


def tagged(release: Release, tag: str) -> Release:
    """The release with its final tag."""
    task = Task(
        id=f"{release.id}/tag",
        type=TaskType.CREATE_RELEASE_TAG,
        stage=Stage.PRE_RELEASE,
        output={"tag": tag},
    )
    return replace(release, tasks=(*release.tasks, task))


def building(release: Release, *, run_id: str | None = None) -> Release:
    """The release with a build."""
    build = Build(
        id=f"{release.id}_b%1",
        task_id=release.tasks[0].id,
        kind=BuildKind.REGRESSION,
        pair=IOS,
        version="1",
        ref="main",
        run_id=run_id,
    )
    return replace(release, builds=(build,))


async def keep(store: Store, *releases: Release) -> None:
    """Store releases."""
    async with store.work() as work:
        for release in releases:
            await work.releases.add(created(release))
        await work.commit()


FOUND = {
    "REL-0001XYZ": ["REL-0001XYZ"],
    "rel-0001xyz": ["REL-0001XYZ"],
    "0001xyz": ["REL-0001XYZ"],
    "0001": ["REL-0001XYZ"],
    "00": [],
    "REL-%": [],
    "2.14.0": ["REL-0003XYZ", "REL-0001XYZ"],
    "v2.14.0": ["REL-0003XYZ", "REL-0001XYZ"],
    "pixel 2.14.0": ["REL-0001XYZ"],
    "Notes Pro 2.14.0": ["REL-0003XYZ"],
    "Pixel 9.9.9": [],
    "3.1.0": ["REL-0002XYZ"],
    "3.0.0_android_3.1.0_ios": ["REL-0002XYZ"],
    "3.0.0_ANDROID_3.1.0_IOS": ["REL-0002XYZ"],
    "": [],
    "  ": [],
    "2.14.0\0": ["REL-0003XYZ", "REL-0001XYZ"],
    "\ud83d": [],
}


@pytest.mark.parametrize("words", list(FOUND))
async def test_a_release_is_found_by_what_people_call_it(store: Store, words: str) -> None:
    """An id or its beginning, a version of the release or of a pair, with or without the app's name."""
    await keep(
        store,
        versioned(1, Version(2, 14, 0)),
        versioned(2, Version(3, 0, 0), ios=Version(3, 1, 0)),
        versioned(3, Version(2, 14, 0), app="Notes Pro"),
        replace(versioned(4, Version(2, 14, 0)), tenant_id=OTHER_TENANT),
    )
    async with store.look() as work:
        found = await work.releases.find(TENANT, words)
    assert [release.id for release in found] == FOUND[words]


async def test_an_app_is_found_among_many_of_its_version(store: Store) -> None:
    """Where many apps have the version, the one that is named is found, however old."""
    version = Version(1, 0, 0)
    others = [versioned(number, version, app=f"Voxel {number}") for number in range(1, 24)]
    await keep(store, versioned(0, version), *others)
    async with store.look() as work:
        found = await work.releases.find(TENANT, "pixel 1.0.0")
    assert [release.id for release in found] == ["REL-0000XYZ"]


async def test_active_releases_are_those_that_have_not_ended(store: Store) -> None:
    """Newest first, whole, and no more than asked for."""
    releases = [versioned(number, Version(1, number, 0)) for number in range(5)]
    await keep(store, *releases[:4], archived(releases[4]))
    async with store.look() as work:
        assert await work.releases.active(TENANT) == releases[3::-1]
        assert await work.releases.active(TENANT, limit=2) == [releases[3], releases[2]]


async def test_the_latest_versions_are_the_greatest_by_number(store: Store) -> None:
    """B-36: 2.10.0 is after 2.9.0; each pair has its own; archived releases and other apps do not count."""
    await keep(
        store,
        versioned(1, Version(2, 10, 0)),
        versioned(2, Version(2, 9, 9), ios=Version(2, 11, 0)),
        archived(versioned(3, Version(9, 0, 0))),
        versioned(4, Version(8, 0, 0), app="Notes"),
    )
    async with store.look() as work:
        latest = await work.releases.latest_versions(TENANT, "Pixel")
        assert latest == {ANDROID: Version(2, 10, 0), IOS: Version(2, 11, 0)}
        assert await work.releases.latest_versions(TENANT, "Unknown") == {}


async def test_the_last_tag_is_that_of_the_greatest_version_that_has_one(store: Store) -> None:
    """B-36: release notes start where the app's last line ended, though a hotfix of an old line came later."""
    await keep(
        store,
        tagged(versioned(1, Version(2, 2, 0)), "v2.2.0"),
        tagged(versioned(2, Version(2, 1, 1)), "v2.1.1"),
        versioned(3, Version(2, 3, 0)),
        tagged(versioned(4, Version(8, 0, 0), app="Notes"), "v8.0.0"),
    )
    async with store.look() as work:
        assert await work.releases.last_tag(TENANT, "Pixel") == "v2.2.0"
        assert await work.releases.last_tag(TENANT, "Pixel", below=Version(2, 2, 0)) == "v2.1.1"
        assert await work.releases.last_tag(TENANT, "Pixel", below=Version(2, 10, 0)) == "v2.2.0"
        assert await work.releases.last_tag(TENANT, "Pixel", below=Version(2, 1, 1)) is None
        assert await work.releases.last_tag(TENANT, "Unknown") is None


async def test_the_ancestors_of_an_app_are_told_with_their_tags_and_branches(store: Store) -> None:
    """Newest first, each pair with its version; what was given up, other apps and the one left out are not there."""
    old = tagged(versioned(1, Version(2, 1, 0), ios=Version(2, 0, 9)), "v2.1.0")
    new, own = versioned(2, Version(2, 2, 0)), versioned(3, Version(2, 1, 1))
    notes = versioned(4, Version(8, 0, 0), app="Notes")
    await keep(store, old, new, own, notes, archived(versioned(5, Version(2, 3, 0))))
    async with store.look() as work:
        found = await work.releases.ancestors(TENANT, "Pixel", but=own.id)
    assert [(a.release_id, a.tag, a.branch) for a in found] == [
        (new.id, None, new.branch),
        (old.id, "v2.1.0", old.branch),
    ]
    assert found[1].versions == {ANDROID: Version(2, 1, 0), IOS: Version(2, 0, 9)}


async def test_builds_are_found_by_their_run_or_by_their_id_in_a_text(store: Store) -> None:
    """CI's news names a run, or carries our id somewhere in its names and inputs."""
    first = building(versioned(1, Version(1, 0, 0)), run_id="4711")
    second = building(versioned(2, Version(2, 0, 0)))
    over = archived(building(versioned(3, Version(3, 0, 0))))
    await keep(store, first, second, over)
    async with store.look() as work:
        by_build = work.releases.by_build
        assert await by_build(TENANT, run_id="4711", texts=[]) == [(first.id, first.tasks[0].id)]
        text = f"Build [{second.builds[0].id}] of main"
        assert await by_build(TENANT, run_id="", texts=["", text]) == [(second.id, second.tasks[0].id)]
        assert await by_build(TENANT, run_id="4711", texts=[text]) == [
            (first.id, first.tasks[0].id),
            (second.id, second.tasks[0].id),
        ]
        assert await by_build(TENANT, run_id="", texts=[over.builds[0].id, "no\0thing \ud83d"]) == []
