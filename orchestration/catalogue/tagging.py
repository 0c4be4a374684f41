"""How a tag is put on a commit, for release candidates and for the release."""

from collections.abc import Awaitable, Callable

from orchestration.catalogue.specs import Facts, Try
from orchestration.domain.outcomes import Done, Outcome
from orchestration.ports.errors import AlreadyDifferent


async def put_tag(attempt: Try, tag: str, commit: Callable[[], Awaitable[str]]) -> Outcome:
    """Fix the commit, then tag it; the tag on another commit is a failure that shows both."""
    scm, release = attempt.scm, attempt.release

    async def plan() -> Facts:
        return {"sha": await commit()}

    async def find(planned: Facts) -> Facts | None:
        found = await scm.find_tag(tag)
        if found is None:
            return None
        if found.sha != planned["sha"]:
            raise AlreadyDifferent(f"The tag {tag}", expected=planned["sha"], found=found.sha, link=found.url)
        return {"tag": found.name, "sha": found.sha, "url": found.url}

    async def make(planned: Facts) -> Facts:
        made = await scm.create_release_tag(
            ref=planned["sha"],
            tag=tag,
            targets=[plan.pair.target for plan in release.plans],
            version=release.version,
        )
        return {"tag": made.name, "sha": made.sha, "url": made.url}

    return Done(output=await attempt.once("tag", plan=plan, find=find, make=make))
