"""Cut the release branch from the base branch's head, from a chosen commit, or from what a hotfix mends."""

from orchestration.catalogue.specs import Facts, TaskSpec, Try
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType
from orchestration.ports.errors import AlreadyDifferent


async def run(attempt: Try) -> Outcome:
    """Fix the commit first: the base branch may move between two tries, the release's commit may not."""
    release, scm = attempt.release, attempt.scm

    async def plan() -> Facts:
        return {"sha": (await scm.head_of(release.cut_from)).sha}

    async def find(planned: Facts) -> Facts | None:
        branch = await scm.find_branch(release.branch)
        if branch is None:
            return None
        if branch.sha != planned["sha"]:
            # We may have made it and somebody pushed since; then it still contains our commit.
            between = await scm.compare(planned["sha"], release.branch)
            if between.behind:
                raise AlreadyDifferent(
                    f"The branch {release.branch}",
                    expected=planned["sha"],
                    found=branch.sha,
                    link=branch.url,
                )
        return {"branch": branch.name, "sha": planned["sha"], "url": branch.url}

    async def make(planned: Facts) -> Facts:
        branch = await scm.fork_out_branch(release.branch, planned["sha"])
        return {"branch": branch.name, "sha": branch.sha, "url": branch.url}

    return Done(output=await attempt.once("branch", plan=plan, find=find, make=make))


SPEC = TaskSpec(
    type=TaskType.FORK_BRANCH,
    stage=Stage.KICKOFF,
    needs="scm",
    applies=lambda _release, _cycle, _pair: True,
    run=run,
)
