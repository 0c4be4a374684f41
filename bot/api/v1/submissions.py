"""Stores over REST: how far each version is, what a store is told, and the stop, which waits for no revision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call
from bot.api.v1.release_acts import part
from bot.api.v1.release_bodies import Text, sent
from bot.api.v1.releases import found
from bot.api.v1.shapes import Sent, Shape
from orchestration.domain.release import Release
from orchestration.domain.store_states import StoreState
from orchestration.domain.submission import Submission, Verb
from orchestration.services import rollout, submissions

Percent = Annotated[float, Field(gt=0, lt=100)]


class SubmissionShape(Shape):
    """A version of one pair on its way through its store; dates are when the store told it first."""

    id: str
    pair: str
    number: int
    version: str
    build: str | None
    state: StoreState
    percent: float
    day: int | None
    notes: Mapping[str, str]
    being_told: Verb | None
    submitted_at: datetime | None
    in_review_at: datetime | None
    approved_at: datetime | None
    live_at: datetime | None
    completed_at: datetime | None
    detail: str | None
    todo: str | None
    url: str | None


class TellOrder(Sent):
    """What a store is to be told. `percent` is for RAISE alone; it only grows."""

    verb: Literal[Verb.WITHDRAW, Verb.RELEASE, Verb.RAISE, Verb.PAUSE, Verb.HALT, Verb.RESUME, Verb.COMPLETE]
    percent: Percent | None = None
    reason: Text | None = None


class HaltOrder(Sent):
    """Why everything is stopped, where somebody says it."""

    reason: Text | None = None


async def list_submissions(call: Call) -> Answer:
    """All submissions of a release to stores, oldest first."""
    release = await found(call)
    return call.page({f"{n:06d}": _shape(release, s) for n, s in enumerate(release.submissions)})


async def tell_store(call: Call) -> Answer:
    """Have a store told something; it is kept until the store took it. What stops waits for nothing."""
    order = sent(call, TellOrder)
    submission_id = await _submission(call)
    change = await rollout.instruct(
        call.engine,
        call.tenant_id,
        call.names["id"],
        submission_id,
        order.verb,
        percent=order.percent,
        reason=order.reason,
        actor=call.actor,
        along=call.along(lambda release: _shown(release, submission_id)),
    )
    return _shown(change.release, submission_id)


async def resubmit(call: Call) -> Answer:
    """A new submission after one that was rejected or taken back; it is asked about like the first."""
    submission_id = await _submission(call)
    along = call.along(views.shown)
    change = await submissions.resubmit(
        call.engine, call.tenant_id, call.names["id"], submission_id, actor=call.actor, along=along
    )
    return views.shown(change.release)


async def halt_release(call: Call) -> Answer:
    """Stop every store of a release at once, each by its own word."""
    reason = sent(call, HaltOrder).reason
    along = call.along(views.shown)
    change = await rollout.stop_all(
        call.engine, call.tenant_id, call.names["id"], reason=reason, actor=call.actor, along=along
    )
    return views.shown(change.release)


async def _submission(call: Call) -> str:
    return await part(call, "submission", lambda release: [s.id for s in release.submissions])


def _shown(release: Release, submission_id: str) -> Answer:
    known = release.submission(submission_id)
    return Answer(body=_shape(release, known) if known is not None else None)


def _shape(release: Release, known: Submission) -> SubmissionShape:
    return SubmissionShape(
        id=views.short(release, known.id),
        pair=known.pair.key,
        number=known.number,
        version=known.version,
        build=known.build,
        state=known.state,
        percent=known.percent,
        day=known.day,
        notes=dict(known.notes),
        being_told=known.instruction.verb if known.instruction is not None else None,
        submitted_at=known.submitted_at,
        in_review_at=known.in_review_at,
        approved_at=known.approved_at,
        live_at=known.live_at,
        completed_at=known.completed_at,
        detail=known.detail,
        todo=known.todo,
        url=known.url,
    )
