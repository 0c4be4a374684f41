"""Where a branch or tag is there already: ours is taken, another is AlreadyDifferent and shows both commits."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.rehearsal.scm import RehearsalScm
from orchestration.catalogue import SPECS
from orchestration.catalogue.specs import Facts, Once, Try
from orchestration.domain.outcomes import Done
from orchestration.domain.release import Release
from orchestration.domain.tasks import Task, TaskType
from orchestration.ports.errors import AlreadyDifferent, TryLater
from orchestration.ports.runtime import Integrations
from tests.support.release_parts import NOW
from tests.support.releases import Journey

Ask = Callable[[Facts], Awaitable[Facts | None]]


async def first_time(
    key: str,
    *,
    plan: Callable[[], Awaitable[Facts]],
    find: Ask,
    make: Callable[[Facts], Awaitable[Facts]],
    lag: timedelta = timedelta(0),
) -> Facts:
    """`once`, where nothing was tried before."""
    del key, find, lag
    return await make(await plan())


def in_doubt(planned: Facts) -> Once:
    """`once`, where an earlier try wanted this and nobody knows whether it worked."""

    async def once(
        key: str,
        *,
        plan: Callable[[], Awaitable[Facts]],
        find: Ask,
        make: Callable[[Facts], Awaitable[Facts]],
        lag: timedelta = timedelta(0),
    ) -> Facts:
        del key, plan, lag
        return await find(planned) or await make(planned)

    return once


class Rig:
    """A release whose next task is of a type, and a repository in memory."""

    def __init__(self, kind: TaskType) -> None:
        journey = Journey(slots=1).wait(timedelta(0))
        if kind is not TaskType.FORK_BRANCH:
            journey.finish().wait_until(journey.release.planned_slots[0].at)
        self.scm = RehearsalScm(titles=("Begin", "Go on"))
        if kind is TaskType.CREATE_RELEASE_TAG:
            journey.finish().approved()
        self.release: Release = journey.release
        self.task: Task = journey.find(kind)
        self.main = self.scm.kept.branches["main"]
        if kind is not TaskType.FORK_BRANCH:
            self.scm.kept.branches[self.release.branch] = self.main
        self.retag(self.main)

    def retag(self, sha: str) -> None:
        """Let the tested commit be this one."""
        tested = tuple(
            replace(task, output={**task.output, "sha": sha}) if "sha" in task.output else task
            for task in self.release.tasks
        )
        self.release = replace(self.release, tasks=tested)

    async def run(self, once: Once = first_time) -> Facts:
        """One try of the task; what it leaves behind."""
        attempt = Try(
            release=self.release,
            task=self.task,
            ports=Integrations(scm={self.release.snapshot.scm: self.scm}),
            now=NOW,
            once=once,
        )
        outcome = await SPECS[self.task.type].run(attempt)
        assert isinstance(outcome, Done)
        return outcome.output


TAGS = [TaskType.CREATE_RC_TAG, TaskType.CREATE_RELEASE_TAG]


def name_of(rig: Rig) -> str:
    """The tag that the task is to put."""
    cycle = next((c.tag for c in rig.release.cycles if c.id == rig.task.cycle_id), None)
    return cycle or f"v{rig.release.version}"


async def test_a_branch_is_forked_from_the_bases_head() -> None:
    """The commit is fixed and left behind for all that follows."""
    rig = Rig(TaskType.FORK_BRANCH)
    assert (await rig.run())["sha"] == rig.main
    assert rig.scm.kept.branches[rig.release.branch] == rig.main


async def test_a_branch_of_that_name_elsewhere_is_told_with_both_commits() -> None:
    """Somebody else's branch is not taken over, and not moved."""
    rig = Rig(TaskType.FORK_BRANCH)
    theirs = rig.scm.grow("main", ["Theirs"])
    rig.scm.kept.branches[rig.release.branch] = rig.main
    with pytest.raises(AlreadyDifferent) as caught:
        await rig.run()
    assert (caught.value.expected, caught.value.found) == (theirs, rig.main)
    assert rig.scm.kept.branches[rig.release.branch] == rig.main


async def test_the_base_may_move_between_two_tries() -> None:
    """The branch is made from the commit that was planned at first."""
    rig = Rig(TaskType.FORK_BRANCH)
    rig.scm.grow("main", ["Later"])
    assert (await rig.run(in_doubt({"sha": rig.main})))["sha"] == rig.main


async def test_our_branch_is_known_again_after_somebody_pushed() -> None:
    """It contains our commit, so it is ours; what is left behind is the commit that we forked at."""
    rig = Rig(TaskType.FORK_BRANCH)
    rig.scm.kept.branches[rig.release.branch] = rig.main
    rig.scm.grow(rig.release.branch, ["Pushed"])
    assert (await rig.run(in_doubt({"sha": rig.main})))["sha"] == rig.main


async def test_a_branch_that_lacks_our_commit_is_not_ours() -> None:
    """After a doubt, too: a branch of that name from another history is told."""
    rig = Rig(TaskType.FORK_BRANCH)
    other = rig.scm.grow("other", ["Elsewhere"])
    rig.scm.kept.branches[rig.release.branch] = other
    with pytest.raises(AlreadyDifferent) as caught:
        await rig.run(in_doubt({"sha": rig.main}))
    assert (caught.value.expected, caught.value.found) == (rig.main, other)


@pytest.mark.parametrize("kind", TAGS)
async def test_a_tag_is_put_on_its_commit(kind: TaskType) -> None:
    """The release candidate on the branch's head, the release on the tested commit."""
    rig = Rig(kind)
    output = await rig.run()
    assert (output["tag"], output["sha"]) == (name_of(rig), rig.main)
    assert rig.scm.kept.tags == {name_of(rig): rig.main}


@pytest.mark.parametrize("kind", TAGS)
@pytest.mark.parametrize("doubt", [False, True])
async def test_a_tag_on_our_commit_is_taken(kind: TaskType, doubt: bool) -> None:
    """Whoever put it there: it says what we wanted to say."""
    rig = Rig(kind)
    rig.scm.kept.tags[name_of(rig)] = rig.main
    once = in_doubt({"sha": rig.main}) if doubt else first_time
    assert (await rig.run(once))["sha"] == rig.main


@pytest.mark.parametrize("kind", TAGS)
@pytest.mark.parametrize("doubt", [False, True])
async def test_a_tag_on_another_commit_is_told_with_both(kind: TaskType, doubt: bool) -> None:
    """It is never moved: people may have built from it."""
    rig = Rig(kind)
    other = rig.scm.grow("other", ["Elsewhere"])
    rig.scm.kept.tags[name_of(rig)] = other
    once = in_doubt({"sha": rig.main}) if doubt else first_time
    with pytest.raises(AlreadyDifferent) as caught:
        await rig.run(once)
    assert (caught.value.expected, caught.value.found) == (rig.main, other)
    assert rig.scm.kept.tags[name_of(rig)] == other


async def test_the_release_is_tagged_where_it_was_tested() -> None:
    """Commits that came after the tested candidate are not in the release, wherever the branch is."""
    rig = Rig(TaskType.CREATE_RELEASE_TAG)
    rig.scm.grow(rig.release.branch, ["Untested"])
    assert (await rig.run())["sha"] == rig.main


async def test_a_look_that_fails_is_no_absence() -> None:
    """After a doubt a provider that is away means later, not again."""
    rig = Rig(TaskType.FORK_BRANCH)

    def away(verb: str) -> None:
        if verb == "find_branch":
            raise TryLater("away")

    rig.scm._hook = away
    with pytest.raises(TryLater):
        await rig.run(in_doubt({"sha": rig.main}))
    assert rig.release.branch not in rig.scm.kept.branches
