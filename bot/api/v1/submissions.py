"""Submissions and rollouts over REST: looked at, described, sent anew; what a store is told, and what would follow."""

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call, Shown, after
from bot.api.v1.problems import missing
from bot.api.v1.reading import etag
from bot.api.v1.release_acts import part
from bot.api.v1.release_bodies import ReasonOrder, sent
from bot.api.v1.releases import found
from bot.api.v1.submission_shapes import (
    BuildChoice,
    ConsequencesShape,
    FinishOrder,
    HealthShape,
    InstructionShape,
    InstructOrder,
    NotesOrder,
    ReviewChoice,
    StopOrder,
    SubmissionShape,
)
from orchestration.domain import submitting
from orchestration.domain.health_gate import plan_of_health
from orchestration.domain.release import Release
from orchestration.domain.store_states import Rollout
from orchestration.domain.submission import Submission
from orchestration.services import health, rollout, submissions

_OWN = ("id", "pair", "instruction", "notes", "send_for_review", "pull_back", "health")


async def list_submissions(call: Call) -> Answer:
    """All submissions of a release to its stores, oldest first."""
    release = await found(call)
    return call.page({f"{n:06d}": submission(release, each) for n, each in enumerate(release.submissions)})


async def read_submission(call: Call) -> Answer:
    """A submission as it is now."""
    release = await found(call)
    known = release.submission(views.whole_id(release.id, call.names["submission"]))
    if known is None:
        raise missing()
    return Answer(body=submission(release, known), headers={"ETag": etag(release.revision)})


async def describe_submission(call: Call) -> Answer:
    """Say what is new, by language, before the submission is sent; what was approved of it is void then."""
    notes = sent(call, NotesOrder).notes
    name, shown = await _named(call)
    doing = submissions.describe(*call.target, name, notes, actor=call.actor, along=call.along(shown))
    return await after(doing, shown)


async def choose_submission_build(call: Call) -> Answer:
    """Send another build, which the store must have ready."""
    number = sent(call, BuildChoice).number
    name, shown = await _named(call)
    doing = submissions.choose_build(*call.target, name, number, actor=call.actor, along=call.along(shown))
    return await after(doing, shown)


async def choose_review(call: Call) -> Answer:
    """Choose whether a submission is sent for review or by a person; what was approved of it is void then."""
    wanted = sent(call, ReviewChoice).send_for_review
    name, shown = await _named(call)
    doing = submissions.choose_review(
        *call.target, name, send_for_review=wanted, actor=call.actor, along=call.along(shown)
    )
    return await after(doing, shown)


async def resubmit(call: Call) -> Answer:
    """Open a new submission after one that came back or was not taken; it is asked about like the first."""
    name, _ = await _named(call)
    doing = submissions.resubmit(*call.target, name, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def finish_release(call: Call) -> Answer:
    """Say that a release is out, where no store that is followed will."""
    note = sent(call, FinishOrder).note
    doing = submissions.finish(*call.target, note, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def tell_store(call: Call) -> Answer:
    """Have a store told to withdraw, release, raise, pause, halt, resume or complete a version."""
    order = sent(call, InstructOrder)
    name, shown = await _named(call)
    doing = rollout.instruct(
        *call.target,
        name,
        order.verb,
        percent=order.percent,
        reason=order.reason,
        actor=call.actor,
        along=call.along(shown),
    )
    return await after(doing, shown)


async def overrule_health(call: Call) -> Answer:
    """Let steps of a rollout follow although the rule of its health holds them back, with a reason."""
    reason = sent(call, ReasonOrder).reason
    name, shown = await _named(call)
    doing = health.overrule(*call.target, name, reason=reason, actor=call.actor, along=call.along(shown))
    return await after(doing, shown)


async def halt_release(call: Call) -> Answer:
    """Stop every store of a release at once: halted, paused, or taken out of review."""
    reason = sent(call, StopOrder).reason
    doing = rollout.stop_all(*call.target, reason=reason, actor=call.actor, along=call.along(views.shown))
    return await after(doing, views.shown)


async def preview_instruction(call: Call) -> Answer:
    """What would follow from telling a store something; nothing is told."""
    order = sent(call, InstructOrder)
    name, _ = await _named(call)
    follows = await rollout.preview(
        call.engine,
        call.tenant_id,
        call.names["id"],
        name,
        order.verb,
        percent=order.percent,
        actor=call.actor,
    )
    return Answer(body=ConsequencesShape(says=follows.says, irreversible=follows.irreversible))


async def _named(call: Call) -> tuple[str, Shown]:
    """The id of the submission that the path names, and how it is answered. Trouble: 404."""
    name = await part(call, "submission", lambda release: [each.id for each in release.submissions])

    def shown(release: Release) -> Answer:
        known = release.submission(name)
        body = submission(release, known) if known is not None else None
        return Answer(body=body, headers={"ETag": etag(release.revision)})

    return name, shown


def submission(release: Release, known: Submission) -> SubmissionShape:
    """A submission as it is shown."""
    told = known.instruction
    plan = submitting.plan_of(release, known) if known.rollout is Rollout.STAGED else None
    return SubmissionShape(
        id=views.short(release, known.id),
        pair=known.pair.key,
        notes=submitting.texts_for(release, known),
        send_for_review=plan.send_for_review if plan is not None else None,
        pull_back=plan.pull_back if plan is not None else None,
        instruction=InstructionShape.model_validate(told, from_attributes=True) if told else None,
        health=_health(release, known),
        **{name: getattr(known, name) for name in SubmissionShape.model_fields if name not in _OWN},
    )


def _health(release: Release, known: Submission) -> HealthShape | None:
    """What was read of it, where a rule judges it."""
    if plan_of_health(release, known) is None:
        return None
    finding, overruled = known.health.finding, known.health.overruled
    return HealthShape(
        verdict=finding.verdict if finding else None,
        says=finding.says if finding else None,
        read_at=finding.at if finding else None,
        sessions=finding.sessions if finding else None,
        crash_free=finding.crash_free if finding else None,
        trouble=known.health.trouble,
        overruled_by=overruled.by if overruled else None,
        overruled_because=overruled.reason if overruled else None,
    )
