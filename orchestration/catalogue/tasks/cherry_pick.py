"""Bring an accepted change onto the release branch. No stage plans it: people ask for it."""

from orchestration.catalogue.pulls import Wish, follow, open_once
from orchestration.catalogue.specs import Facts, TaskSpec, Try
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.picks import Pick
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.errors import Protected


async def run(attempt: Try) -> Outcome:
    """The commit and the branch are the key; the verb itself looks first whether the branch carries the change.

    A branch that is protected gets the change by a pull request. While that waits, only the request is looked at.
    """
    pick = next(p for p in attempt.release.picks if p.id == attempt.task.id)
    if attempt.task.state is not TaskState.WAITING:
        made = await _directly(attempt, pick)
        if made is not None:
            return Done(output=made)
    return await _by_request(attempt, pick)


async def _directly(attempt: Try, pick: Pick) -> Facts | None:
    """The commit on the release branch; None where the branch takes it by a pull request only."""
    try:
        return await _picked(attempt, pick, attempt.release.branch, "pick")
    except Protected:
        return None


async def _picked(attempt: Try, pick: Pick, branch: str, key: str) -> Facts:
    async def plan() -> Facts:
        return {"commit": pick.wanted.commit, "branch": branch}

    async def find(_planned: Facts) -> Facts | None:
        return None

    async def make(planned: Facts) -> Facts:
        made = await attempt.scm.cherry_pick(commit=planned["commit"], branch=planned["branch"])
        return {"commit": planned["commit"], "sha": made.sha, "url": made.url}

    return await attempt.once(key, plan=plan, find=find, make=make)


async def _by_request(attempt: Try, pick: Pick) -> Outcome:
    """A branch with the pick alone, a pull request of it into the release branch, and the wait for its merge."""
    release = attempt.release
    branch = await _fork(attempt, f"stationmaster/{release.id}-pick-{pick.number}")
    made = await _picked(attempt, pick, branch, "picked")
    wish = Wish(
        head=branch,
        base=release.branch,
        title=pick.wanted.title or f"Pick {pick.wanted.name}",
        body=f"Cherry-pick of {pick.wanted.name} for {release.title} ({release.id}): {pick.wanted.url}",
    )
    opened = await open_once(attempt, wish)
    waits = await follow(attempt, opened, head=branch)
    return waits or Done(
        output={**made, **{name: opened[name] for name in ("number", "url") if name in opened}}
    )


async def _fork(attempt: Try, name: str) -> str:
    """The branch for the pick, at the head that the release branch had at the first try."""

    async def plan() -> Facts:
        return {"branch": name, "sha": (await attempt.scm.head_of(attempt.release.branch)).sha}

    async def find(planned: Facts) -> Facts | None:
        found = await attempt.scm.find_branch(planned["branch"])
        return {"branch": found.name} if found is not None else None

    async def make(planned: Facts) -> Facts:
        return {"branch": (await attempt.scm.fork_out_branch(planned["branch"], planned["sha"])).name}

    return (await attempt.once("branch", plan=plan, find=find, make=make))["branch"]


SPEC = TaskSpec(
    type=TaskType.CHERRY_PICK,
    stage=Stage.REGRESSION,
    needs="scm",
    applies=lambda _release, _cycle, _pair: False,
    run=run,
)
