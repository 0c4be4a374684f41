"""Write the notes of a cycle: what came since the last candidate, or since the last release."""

from orchestration.catalogue.specs import TaskSpec, Try
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.release import Release
from orchestration.domain.stages import Cycle, Stage
from orchestration.domain.tasks import TaskType

# Notes are kept whole at the provider; here stands what people read in the thread.
KEPT = 12_000


def previous(release: Release, cycle: Cycle) -> str | None:
    """The tag that the notes of a cycle start from: the last candidate that was tagged."""
    for earlier in reversed(release.cycles[: cycle.number - 1]):
        tag = release.output(TaskType.CREATE_RC_TAG, "tag", cycle_id=earlier.id)
        if tag is not None:
            return tag
    return release.previous_tag


async def run(attempt: Try) -> Outcome:
    """Reads only, so a repeat is harmless."""
    cycle, release = attempt.cycle, attempt.release
    if cycle is None:
        raise KeyError(attempt.task.id)
    since = previous(release, cycle)
    notes = await attempt.scm.create_release_notes(
        current_tag=cycle.tag,
        previous_tag=since,
        version=release.version,
        parent_targets=[plan.pair.target for plan in release.plans],
    )
    return Done(
        output={
            "text": notes.text[:KEPT],
            "commits": str(len(notes.commits)),
            "since": since or "",
            "url": notes.url,
        }
    )


SPEC = TaskSpec(
    type=TaskType.CREATE_RELEASE_NOTES,
    stage=Stage.REGRESSION,
    needs="scm",
    after=(TaskType.CREATE_RC_TAG,),
    applies=lambda _release, cycle, _pair: cycle is not None,
    run=run,
)
