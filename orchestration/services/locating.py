"""Which releases contain a commit, asked of a repository by comparing; and commits by what their titles say."""

from collections.abc import Callable, Sequence

from orchestration.domain.builds import Build
from orchestration.domain.candidates import candidate
from orchestration.domain.picks import PickState
from orchestration.domain.release import Release
from orchestration.domain.release_notes import notes_range
from orchestration.domain.tasks import TaskType
from orchestration.domain.whereabouts import Held, builds_since
from orchestration.ports.errors import Refused
from orchestration.ports.scm import Commit, SourceControl

_WITHOUT = 3
"""So many releases in a row without a change are looked at before older ones are taken to be without it too."""


async def behind_nothing(scm: SourceControl, sha: str, ref: str) -> bool:
    """Whether a branch, tag or commit contains a commit; what is not there contains nothing."""
    try:
        return (await scm.compare(sha, ref)).behind == 0
    except Refused:
        return False


async def holding(scm: SourceControl, sha: str, releases: Sequence[Release]) -> tuple[Held, ...]:
    """The releases that have it, oldest first; `releases` are newest first."""
    found: list[Held] = []
    without = 0
    for release in releases:
        held = await _held(scm, sha, release)
        if held is not None:
            found.append(held)
        elif _cut(release):
            without += 1
        if without >= _WITHOUT:
            break
    return tuple(reversed(found))


def _cut(release: Release) -> bool:
    """Whether the release has a branch of its own."""
    task = release.find_task(TaskType.FORK_BRANCH)
    return task is not None and task.finished


async def _held(scm: SourceControl, sha: str, release: Release) -> Held | None:
    if not _cut(release):
        return None
    pick = next((p for p in release.picks if p.wanted.commit == sha and p.state is PickState.ACCEPTED), None)
    task = release.task(pick.id) if pick is not None else None
    if pick is not None and task is not None and task.finished and task.output:
        named = candidate(release, pick)
        tag = named.tag if named.started else None
        return Held(release=release, tag=tag, picked=True, builds=_builds(release, tag))
    final = release.output(TaskType.CREATE_RELEASE_TAG, "tag")
    if not await behind_nothing(scm, sha, final or release.branch):
        return None
    tag = await _first_tag(scm, sha, release)
    return Held(release=release, tag=tag, builds=_builds(release, tag))


async def _first_tag(scm: SourceControl, sha: str, release: Release) -> str | None:
    """The first candidate with it."""
    for cycle in release.cycles:
        tag = release.output(TaskType.CREATE_RC_TAG, "tag", cycle_id=cycle.id)
        if tag is not None and await behind_nothing(scm, sha, tag):
            return tag
    return None


def _builds(release: Release, tag: str | None) -> tuple[Build, ...]:
    cycle = next((c for c in release.cycles if c.tag == tag), None)
    return builds_since(release, cycle)


async def searched(
    scm: SourceControl,
    releases: Sequence[Release],
    bases: Sequence[str],
    fits: Callable[[Commit], bool],
) -> list[Commit]:
    """The commits that fit, the newest first: of each release since the one before, and what is in none yet."""
    found: dict[str, Commit] = {}
    cut = [(release, notes_range(release)) for release in releases if _cut(release)]
    newest = cut[0][1].to if cut else None
    wanted: list[tuple[str | None, str]] = [(newest, base) for base in bases]
    for release, told in cut:
        if release.output(TaskType.CREATE_RELEASE_TAG, "tag") is None and told.to != release.branch:
            wanted.append((told.to, release.branch))
        wanted.append((told.since, told.to))
    for since, to in dict.fromkeys(wanted):
        for commit in reversed(await _commits(scm, since, to)):
            if fits(commit):
                found.setdefault(commit.sha, commit)
    return list(found.values())


async def _commits(scm: SourceControl, since: str | None, to: str) -> Sequence[Commit]:
    """The commits between two refs, or the newest of one; none where one of them is gone."""
    try:
        if since is None:
            notes = await scm.create_release_notes(
                current_tag=to, previous_tag=None, version=to, parent_targets=()
            )
            return notes.commits
        return (await scm.compare(since, to)).commits
    except Refused:
        return ()
