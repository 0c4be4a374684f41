"""The release branch must not have moved since the tested release candidate; what came since is named."""

import json

from orchestration.catalogue.specs import Facts, GateSpec, connected, listed
from orchestration.domain.gates import Condition, Finding
from orchestration.domain.release import Release
from orchestration.ports.runtime import Integrations

_NAMED = 3
_LISTED = 15


async def read(release: Release, ports: Integrations) -> Facts:
    """The head, and the commits that were not tested."""
    scm = connected(ports.scm, release.snapshot.scm)
    head = await scm.head_of(release.branch)
    tested = release.tested_commit
    if tested is None or head.sha == tested:
        return {"head": head.sha}
    came = await scm.compare(tested, release.branch)
    told = [f"{c.title} ({c.author})" for c in came.commits]
    return {
        "head": head.sha,
        "count": str(came.ahead),
        "behind": str(came.behind),
        "named": "; ".join(told[-_NAMED:]),
        "commits": json.dumps(told[-_LISTED:]),
        "url": came.url,
    }


def judge(release: Release, facts: Facts) -> Finding:
    """Same commit, or an untested head that somebody accepted; otherwise not met."""
    condition = Condition.HEAD_IS_TESTED
    tested, cycle = release.tested_commit, release.tested_cycle
    if tested is None or cycle is None:
        return Finding(condition=condition, met=False, says="There is no tested commit")
    head = facts.get("head")
    if head == tested:
        says = f"The branch is at the tested commit {tested[:10]} ({cycle.tag})"
        return Finding(condition=condition, met=True, says=says)
    says, lines = _came(facts, cycle.tag), listed(facts.get("commits")) or ()
    accepted = release.accepted_drift(head) if head is not None else None
    if accepted is not None:
        says = f"{says}. Left out of this release: {accepted.reason}"
    return Finding(
        condition=condition,
        met=accepted is not None,
        says=says,
        owner=accepted.by if accepted is not None else None,
        link=facts.get("url"),
        key=head,
        lines=lines,
    )


def _came(facts: Facts, tag: str) -> str:
    count = facts.get("count", "some")
    if facts.get("behind", "0") != "0":
        moved = f"The branch was moved off {tag}: {facts['behind']} of its commits are not in it"
        return moved if count == "0" else f"{moved}, {count} others are: {facts.get('named', 'unknown')}"
    untested = "1 untested commit" if count == "1" else f"{count} untested commits"
    return f"{untested} came after {tag}: {facts.get('named', 'unknown')}"


SPEC = GateSpec(
    condition=Condition.HEAD_IS_TESTED,
    title="The branch is what was tested",
    applies=lambda _release: True,
    read=read,
    judge=judge,
)
