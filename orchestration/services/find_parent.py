"""Find what a hotfix mends: among the tenant's releases, and where it was not run by us, in source control."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.catalogue.specs import connected
from orchestration.domain.lineage import (
    Ancestor,
    Lineage,
    Parent,
    by_version,
    named,
    read_versions,
    tags_before,
    taken_by,
)
from orchestration.domain.pairs import Pair
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.version import ReleaseType, Version
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.runtime import UnitOfWork
from orchestration.ports.scm import SourceControl
from orchestration.services.engine import Engine

# Slack waits three seconds for the answer to a form.
_PATIENCE = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """What is known of a hotfix that is ordered: its versions as texts, by `Pair.key`, and what it is said to mend.

    `known` is what it mends already, which stays where nothing else is named.
    """

    type: ReleaseType
    versions: Mapping[str, str]
    parent: str | None
    known: Parent | None = None
    but: str = ""


async def find_lineage(engine: Engine, tenant_id: str, snapshot: Snapshot, sought: Sought) -> Lineage:
    """The parent, or a sentence why there is none. Nothing where it is no hotfix."""
    if sought.type is not ReleaseType.HOTFIX:
        return Lineage()
    async with engine.look() as work:
        ancestors = await work.releases.ancestors(tenant_id, snapshot.app, but=sought.but)
    versions = _readable(sought.versions)
    text = (sought.parent or "").strip()
    ours = named(text, ancestors) if text else by_version(versions, ancestors)
    if sought.known is not None and not text:
        ours = Lineage(parent=sought.known)
    if ours.parent is None and ours.problem is None:
        ours = await _outside(engine, tenant_id, snapshot, text, versions)
    return replace(ours, taken=taken_by(ancestors))


async def refreshed(
    work: UnitOfWork, tenant_id: str, snapshot: Snapshot, lineage: Lineage, *, but: str = ""
) -> Lineage:
    """The same parent with the versions that are taken now, in the transaction that takes one."""
    if lineage.parent is None:
        return lineage
    ancestors: Sequence[Ancestor] = await work.releases.ancestors(tenant_id, snapshot.app, but=but)
    return replace(lineage, taken=taken_by(ancestors))


def _readable(texts: Mapping[str, str]) -> dict[Pair, Version]:
    """Those that can be read; the others are told at their own fields."""
    found = {}
    for key, text in texts.items():
        try:
            found[Pair.parse(key)] = Version.parse(text)
        except ValueError:
            continue
    return found


async def _outside(
    engine: Engine, tenant_id: str, snapshot: Snapshot, text: str, versions: Mapping[Pair, Version]
) -> Lineage:
    ports = await engine.integrations(tenant_id)
    try:
        scm = connected(ports.scm, snapshot.scm)
        async with asyncio.timeout(_PATIENCE):
            if text:
                return await _called(scm, text, snapshot)
            return await _tagged(scm, tags_before(versions), snapshot)
    except (TryLater, TimeoutError):
        return Lineage(problem="The repository could not be asked for it just now: try again soon")
    except PortError as error:
        return Lineage(problem=f"The repository could not be asked for it: {error.reason}")


async def _called(scm: SourceControl, text: str, snapshot: Snapshot) -> Lineage:
    """A tag of this name or of this version, or a branch."""
    found = await _tagged(scm, tuple(dict.fromkeys((text, f"v{text.removeprefix('v')}"))), snapshot)
    if found.parent is not None or found.problem is not None:
        return found
    branch = await scm.find_branch(text)
    if branch is None:
        return Lineage(problem=f"There is no release, tag or branch {text}")
    versions = read_versions(text, snapshot.pairs)
    if not versions:
        return Lineage(problem=f"No version can be read from the name {text}: name the tag of what is mended")
    # The branch may move until kick-off, and notes begin at what is there now: no tag may stand on it.
    since = await scm.find_tag(f"v{next(iter(versions.values()))}")
    return Lineage(
        parent=Parent(name=text, ref=text, since=since.name if since else branch.sha, versions=versions)
    )


async def _tagged(scm: SourceControl, names: Sequence[str], snapshot: Snapshot) -> Lineage:
    for name in names:
        tag = await scm.find_tag(name)
        if tag is None:
            continue
        versions = read_versions(tag.name, snapshot.pairs)
        if not versions:
            return Lineage(
                problem=f"No version can be read from the tag {tag.name}: name the tag of a release"
            )
        shown = ", ".join(dict.fromkeys(versions.values()))
        return Lineage(parent=Parent(name=shown, ref=tag.name, since=tag.name, versions=versions))
    return Lineage()
