"""Who wrote what is to be approved must be known, where nobody may approve their own changes."""

import json

from orchestration.catalogue.specs import Facts, GateSpec, connected, listed
from orchestration.domain.gates import Condition, Finding
from orchestration.domain.release import Release
from orchestration.domain.snapshot import OwnChanges
from orchestration.ports.runtime import Integrations

# Programs that commit under a name of their own; they approve nothing.
_PROGRAM = "[bot]"
_NAMED = 5


async def read(release: Release, ports: Integrations) -> Facts:
    """The authors of every commit since the last release, as source control calls them."""
    scm = connected(ports.scm, release.snapshot.scm)
    cycle, tested = release.tested_cycle, release.tested_commit
    if cycle is None or tested is None:
        return {}
    if release.previous_tag is not None:
        commits = (await scm.compare(release.previous_tag, tested)).commits
    else:
        notes = await scm.create_release_notes(
            current_tag=cycle.tag, previous_tag=None, version=release.version, parent_targets=()
        )
        commits = notes.commits
    return {"authors": json.dumps(sorted({c.author for c in commits if not c.author.endswith(_PROGRAM)}))}


def judge(release: Release, facts: Facts) -> Finding:
    """Unknown authors are named; they stand in the way only where that is set."""
    condition = Condition.AUTHORS_KNOWN
    unknown = listed(facts.get("unknown"))
    if unknown is None:
        return Finding(condition=condition, met=False, says="Who wrote the changes is not known")
    if not unknown:
        return Finding(condition=condition, met=True, says="Everybody who wrote a change is known")
    more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
    says = f"Nobody has said that they are {', '.join(unknown[:_NAMED])}{more}"
    strict = release.snapshot.gate.own_changes is OwnChanges.STRICT
    return Finding(condition=condition, met=not strict, says=says)


SPEC = GateSpec(
    condition=Condition.AUTHORS_KNOWN,
    title="Who wrote the changes is known",
    applies=lambda release: release.snapshot.gate.own_changes is not OwnChanges.ALLOWED,
    read=read,
    judge=judge,
    always=True,
    people=True,
)
