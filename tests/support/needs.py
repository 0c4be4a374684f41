"""What a release needs of one person, in words."""

from collections.abc import Collection

from orchestration.domain.matters import waiting
from orchestration.domain.release import Release
from orchestration.domain.standing import Standing


def needs(release: Release, person: str, *, areas: Collection[str], may_approve: bool) -> tuple[str, ...]:
    """What waits for this person, most urgent first; empty where nothing does."""
    me = Standing(person=person, areas=frozenset(areas), may_approve=may_approve)
    return tuple(one.says for one in waiting(release, me))
