"""The release branch must not have moved since the tested release candidate; what came since is named."""

from orchestration.catalogue.specs import Facts, GateSpec, connected
from orchestration.domain.gates import Condition, Finding
from orchestration.domain.release import Release
from orchestration.ports.runtime import Integrations

_NAMED = 3


async def read(release: Release, ports: Integrations) -> Facts:
    """The head, and the commits that were not tested."""
    scm = connected(ports.scm, release.snapshot.scm)
    head = await scm.head_of(release.branch)
    tested = release.tested_commit
    if tested is None or head.sha == tested:
        return {"head": head.sha}
    came = await scm.compare(tested, release.branch)
    named = "; ".join(f"{c.title} ({c.author})" for c in came.commits[-_NAMED:])
    return {"head": head.sha, "count": str(came.ahead), "named": named, "url": came.url}


def judge(release: Release, facts: Facts) -> Finding:
    """Same commit, or not met."""
    condition = Condition.HEAD_IS_TESTED
    tested, cycle = release.tested_commit, release.tested_cycle
    if tested is None or cycle is None:
        return Finding(condition=condition, met=False, says="There is no tested commit")
    if facts.get("head") == tested:
        says = f"The branch is at the tested commit {tested[:10]} ({cycle.tag})"
        return Finding(condition=condition, met=True, says=says)
    count = facts.get("count", "some")
    says = f"{count} untested commits came after {cycle.tag}: {facts.get('named', 'unknown')}"
    return Finding(condition=condition, met=False, says=says, link=facts.get("url"))


SPEC = GateSpec(
    condition=Condition.HEAD_IS_TESTED,
    title="The branch is what was tested",
    applies=lambda _release: True,
    read=read,
    judge=judge,
)
