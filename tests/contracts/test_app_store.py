"""The contract of AppStore, over App Store Connect, Google Play and the twin in memory."""

import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from integrations.rehearsal.app_store import RehearsalAppStore
from orchestration.ports.app_store import AppStore, StoreBuild, StoreBuildState
from orchestration.ports.errors import Refused
from tests.integrations.app_store.app_store_rig import app_store_rig
from tests.integrations.google_play.google_play_rig import judged_rig as google_play_rig


class Rig(Protocol):
    """What the suite needs to see and to do besides the port."""

    @property
    def group(self) -> str:
        """A group of testers that there is."""

    @property
    def other_group(self) -> str:
        """Another one."""

    @property
    def states(self) -> Collection[StoreBuildState]:
        """What a build of this store can be in, READY among them."""

    @property
    def dated(self) -> bool:
        """Whether the store tells when a build was uploaded."""

    @property
    def store(self) -> AppStore:
        """The port under test."""

    def now(self) -> datetime:
        """The time of the store and of the adapter."""

    def pass_time(self, wait: timedelta) -> None:
        """Let time go by."""

    def upload(self, version: str, number: str, state: StoreBuildState = StoreBuildState.READY) -> object:
        """A build arrives now, and the store makes this of it at once. Numbers of a version only grow."""

    def groups_of(self, version: str, number: str) -> list[str]:
        """The groups of testers that have a build, sorted."""

    def tellings(self) -> int:
        """How often testers were told that they have a build."""


class TwinRig:
    """The twin in memory."""

    group = "Internal"
    other_group = "Friends"
    states = tuple(StoreBuildState)
    dated = True

    def __init__(self) -> None:
        self.twin = RehearsalAppStore(groups=(self.group, self.other_group))
        self._now = datetime(2026, 9, 21, 9, 0, tzinfo=UTC)

    @property
    def store(self) -> AppStore:
        """The twin as the port: mypy holds it against the contract here."""
        return self.twin

    def now(self) -> datetime:
        """The time."""
        return self._now

    def pass_time(self, wait: timedelta) -> None:
        """Let time go by."""
        self._now += wait

    def upload(self, version: str, number: str, state: StoreBuildState = StoreBuildState.READY) -> None:
        """A build arrives."""
        self.twin.upload(version, number, at=self._now, state=state)

    def groups_of(self, version: str, number: str) -> list[str]:
        """The groups that have a build."""
        of = (k for k in self.twin.kept.values() if (k.build.version, k.build.number) == (version, number))
        return sorted(group for kept in of for group in kept.groups)

    def tellings(self) -> int:
        """Each time that a group got a build."""
        return sum(len(kept.groups) for kept in self.twin.kept.values())


@asynccontextmanager
async def twin_rig() -> AsyncIterator[Rig]:
    """The twin; there is no wire to judge."""
    yield TwinRig()


RIGS: Mapping[str, Callable[[], AbstractAsyncContextManager[Rig]]] = {
    "app store connect": app_store_rig,
    "google play": google_play_rig,
    "twin": twin_rig,
}


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """One rig per implementation. Over TCP, every exchange is held against the vendor's own description."""
    async with RIGS[request.param]() as made:
        yield made


async def found(rig: Rig, version: str, number: str | None) -> StoreBuild:
    """A build that is surely there."""
    build = await rig.store.find_build(version=version, number=number, not_before=None)
    assert build is not None
    return build


async def test_an_uploaded_build_is_found_by_version_and_number(rig: Rig) -> None:
    """It has the store's id, its version and number as text, an address, and its time where the store tells it."""
    uploaded = rig.now()
    rig.upload("1.2.0", "41")
    build = await found(rig, "1.2.0", "41")
    assert (build.version, build.number, build.state) == ("1.2.0", "41", StoreBuildState.READY)
    assert build.id
    assert build.url.startswith(("https://", "http://"))
    assert build.uploaded_at == (uploaded if rig.dated else None)


async def test_what_was_never_uploaded_is_not_found(rig: Rig) -> None:
    """It is None and no error: an upload may take its time. Neither another number nor another version will do."""
    assert await rig.store.find_build(version="1.2.0", number="41", not_before=None) is None
    assert await rig.store.find_build(version="1.2.0", number=None, not_before=None) is None
    rig.upload("1.2.0", "41")
    assert await rig.store.find_build(version="1.2.0", number="42", not_before=None) is None
    assert await rig.store.find_build(version="1.3.0", number="41", not_before=None) is None
    assert await rig.store.find_build(version="1.3.0", number=None, not_before=None) is None


async def test_texts_are_compared_whole(rig: Rig) -> None:
    """A number or version that is the start of another is not it."""
    rig.upload("1.2.0", "410")
    assert await rig.store.find_build(version="1.2.0", number="41", not_before=None) is None
    assert await rig.store.find_build(version="1.2", number="410", not_before=None) is None


@pytest.mark.parametrize(
    ("version", "number"), [("1.2.0", "41,42"), ("1.2.0,1.3.0", "41"), ("1.2.0", "41&limit=1"), ("1.2.0", "")]
)
async def test_odd_texts_find_no_other_build(rig: Rig, version: str, number: str) -> None:
    """What a provider might take for a list or a further parameter finds nothing, or is refused."""
    rig.upload("1.2.0", "41")
    with contextlib.suppress(Refused):
        assert await rig.store.find_build(version=version, number=number, not_before=None) is None


async def test_without_a_number_the_newest_is_found(rig: Rig) -> None:
    """The newest of the version: 10 came after 9, though as text it is less; a newer version is not asked for."""
    for version, number in (("1.2.0", "9"), ("1.2.0", "10"), ("1.3.0", "11")):
        rig.upload(version, number)
        rig.pass_time(timedelta(minutes=5))
    assert (await found(rig, "1.2.0", None)).number == "10"


async def test_without_a_number_an_older_upload_does_not_count(rig: Rig) -> None:
    """Only builds from `not_before` on, that instant included; a store without times gives the greatest number."""
    rig.upload("1.2.0", "41")
    rig.pass_time(timedelta(minutes=5))
    since = rig.now()
    old = await rig.store.find_build(version="1.2.0", number=None, not_before=since)
    assert (None if old is None else old.number) == (None if rig.dated else "41")
    rig.upload("1.2.0", "42")
    new = await rig.store.find_build(version="1.2.0", number=None, not_before=since)
    assert new is not None
    assert new.number == "42"


async def test_a_number_is_found_whenever_it_came(rig: Rig) -> None:
    """Who knows the number means that build, also one from before: it may have been uploaded by hand."""
    rig.upload("1.2.0", "41")
    rig.pass_time(timedelta(days=1))
    build = await rig.store.find_build(version="1.2.0", number="41", not_before=rig.now())
    assert build is not None


async def test_every_state_of_the_store_is_told(rig: Rig) -> None:
    """What the store makes of a build is its state; what is not READY says in a few words why, or the state does."""
    assert StoreBuildState.READY in rig.states
    for number, state in enumerate(sorted(rig.states), start=41):
        rig.upload("1.2.0", str(number), state)
        assert (await found(rig, "1.2.0", str(number))).state is state


async def test_looking_changes_nothing(rig: Rig) -> None:
    """A second look gives the same, and no tester hears of it."""
    rig.upload("1.2.0", "41")
    assert await found(rig, "1.2.0", "41") == await found(rig, "1.2.0", None)
    assert (rig.groups_of("1.2.0", "41"), rig.tellings()) == ([], 0)


async def test_a_build_is_given_to_a_group(rig: Rig) -> None:
    """The group has it, no other has, and what comes back is the same build."""
    rig.upload("1.2.0", "41")
    build = await found(rig, "1.2.0", "41")
    shared = await rig.store.share_with_testers(build, group=rig.group)
    assert (shared.id, shared.version, shared.number) == (build.id, "1.2.0", "41")
    assert shared.state is StoreBuildState.READY
    assert (rig.groups_of("1.2.0", "41"), rig.tellings()) == ([rig.group], 1)


async def test_giving_twice_tells_testers_once(rig: Rig) -> None:
    """Build and group are the natural key."""
    rig.upload("1.2.0", "41")
    build = await found(rig, "1.2.0", "41")
    first = await rig.store.share_with_testers(build, group=rig.group)
    assert await rig.store.share_with_testers(build, group=rig.group) == first
    assert await rig.store.share_with_testers(first, group=rig.group) == first
    assert (rig.groups_of("1.2.0", "41"), rig.tellings()) == ([rig.group], 1)


async def test_each_group_gets_it_once(rig: Rig) -> None:
    """A further group is a gift of its own, and takes the build from nobody."""
    rig.upload("1.2.0", "41")
    build = await found(rig, "1.2.0", "41")
    for group in (rig.group, rig.other_group, rig.group):
        await rig.store.share_with_testers(build, group=group)
    assert rig.groups_of("1.2.0", "41") == sorted([rig.group, rig.other_group])
    assert rig.tellings() == 2


async def test_a_group_that_is_not_there_is_refused(rig: Rig) -> None:
    """A person has to make it or choose another: the reason names it, and nobody gets the build."""
    rig.upload("1.2.0", "41")
    build = await found(rig, "1.2.0", "41")
    with pytest.raises(Refused) as caught:
        await rig.store.share_with_testers(build, group="Nobody at all")
    assert "Nobody at all" in caught.value.reason
    assert (rig.groups_of("1.2.0", "41"), rig.tellings()) == ([], 0)


@pytest.mark.parametrize("state", sorted(set(StoreBuildState) - {StoreBuildState.READY}))
async def test_only_a_ready_build_is_given(rig: Rig, state: StoreBuildState) -> None:
    """What was not ready when it was looked at must be looked at again first."""
    rig.upload("1.2.0", "41")
    build = replace(await found(rig, "1.2.0", "41"), state=state)
    with pytest.raises(Refused):
        await rig.store.share_with_testers(build, group=rig.group)
    assert rig.tellings() == 0


async def test_a_build_that_the_store_does_not_know_is_refused(rig: Rig) -> None:
    """There is nothing to give, and waiting does not help."""
    rig.upload("1.2.0", "41")
    build = replace(await found(rig, "1.2.0", "41"), id="4711", number="4711")
    with pytest.raises(Refused):
        await rig.store.share_with_testers(build, group=rig.group)
    assert rig.tellings() == 0


async def test_the_lag_is_a_length_of_time(rig: Rig) -> None:
    """The engine waits that long before it believes that a build is not there."""
    assert rig.store.processing_lag >= timedelta(0)
