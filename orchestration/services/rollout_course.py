"""The course of a release's rollout, read for its picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.domain.rollout_course import Course, courses
from orchestration.services.engine import Engine

_EVENTS = 5_000
"""Events that are read at most, the newest: more than any release has but one that went round in circles."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollouts:
    """The courses of a release's stores; none where nobody has it yet."""

    release_id: str
    title: str
    courses: Sequence[Course]


async def read_rollouts(engine: Engine, tenant_id: str, release_id: str) -> Rollouts:
    """How each store lets it out, as it is now. NoSuchRelease."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        newest = await work.releases.events(tenant_id, release_id, limit=_EVENTS)
    found = courses(release, tuple(reversed(newest)), now=engine.clock.now())
    return Rollouts(release_id=release.id, title=release.title, courses=found)
