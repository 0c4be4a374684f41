"""Publish the release at the provider, with the notes since the last release or what somebody made of them."""

from orchestration.catalogue.specs import Facts, TaskSpec, Try, nothing_planned
from orchestration.catalogue.tasks.create_release_notes import KEPT
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType


async def run(attempt: Try) -> Outcome:
    """Idempotent by tag."""
    release, scm = attempt.release, attempt.scm
    tag = f"v{release.version}"
    targets = [plan.pair.target for plan in release.plans]
    notes = await scm.create_release_notes(
        current_tag=tag,
        previous_tag=release.previous_tag,
        version=release.version,
        parent_targets=targets,
    )

    text = release.notes.text if release.notes is not None else notes.text

    async def find(_planned: Facts) -> Facts | None:
        found = await scm.find_release(tag)
        return {"url": found.url, "name": found.name} if found else None

    async def make(_planned: Facts) -> Facts:
        made = await scm.create_release(
            current_tag=tag,
            previous_tag=release.previous_tag,
            base_version=release.version,
            parent_targets=targets,
            release_date=attempt.now,
            release_id=release.id,
            body=text,
        )
        return {"url": made.url, "name": made.name}

    published = await attempt.once("release", plan=nothing_planned, find=find, make=make)
    return Done(
        output={
            **published,
            "text": text[:KEPT],
            "commits": str(len(notes.commits)),
            "since": release.previous_tag or "",
            **({"edited_by": release.notes.by} if release.notes is not None else {}),
        }
    )


SPEC = TaskSpec(
    type=TaskType.CREATE_FINAL_RELEASE_NOTES,
    stage=Stage.PRE_RELEASE,
    needs="scm",
    after=(TaskType.CREATE_RELEASE_TAG,),
    applies=lambda _release, _cycle, _pair: True,
    run=run,
)
