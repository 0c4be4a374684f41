"""What people do to a submission before it is sent and after it came back: texts, build, once more; and the end."""

from collections.abc import Mapping
from dataclasses import replace

from orchestration.domain.acts import require_alive
from orchestration.domain.advance import complete, move_stage
from orchestration.domain.asking import withdraw_gates
from orchestration.domain.change import Change
from orchestration.domain.consequences import Consequences, consequences_of_submitting
from orchestration.domain.decisions import record_evidence
from orchestration.domain.distributing import (
    cancel_tasks,
    never_sent,
    open_submission,
    submission_gate,
    tasks_of,
)
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import GateKind, GateState
from orchestration.domain.noting import write_whats_new
from orchestration.domain.offers import Offer
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.rollout_plan import EVERYBODY, RolloutPlan
from orchestration.domain.stages import Stage, StageSignal, StageState
from orchestration.domain.store_orders import require_submission
from orchestration.domain.store_states import GoLive, Rollout, StoreState
from orchestration.domain.submission import Submission, facts_of, rollout_of
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.domain.whats_new import texts_of

_BUSY = frozenset({TaskState.RUNNING, TaskState.RETRYING, TaskState.PENDING, TaskState.WAITING})
OTHERS = "*"
"""Stands for the languages in which nobody wrote a text."""


def plan_of(release: Release, submission: Submission) -> RolloutPlan:
    """How its store is to let it out; as nothing else was said where the store is not configured any more."""
    store = release.snapshot.stores.get(submission.pair.key)
    plan = store.rollout if store is not None else RolloutPlan()
    chosen = submission.send_for_review
    return plan if chosen is None else replace(plan, send_for_review=chosen)


def offered(release: Release, submission: Submission) -> Offer:
    """What goes to the store as things are."""
    plan = plan_of(release, submission)
    fallback = {OTHERS: plan.whats_new} if plan.whats_new else {}
    return Offer(
        version=submission.version,
        build=submission.build or "",
        notes={**fallback, **texts_for(release, submission)},
        manner=manner_of(submission.pair, plan),
        plan=plan,
    )


def texts_for(release: Release, submission: Submission) -> dict[str, str]:
    """What is new in a submission, by language: what the release says of its pair.

    A submission of an earlier version may still hold texts of its own; what was written for the release is newer.
    """
    return {**submission.notes, **texts_of(release.whats_new, submission.pair)}


def approved_offer(release: Release, submission: Submission) -> Offer:
    """What people said yes to: whatever was written since is not sent. As things are, where nobody was asked."""
    gates = (g for g in reversed(release.gates) if g.subject == submission.id)
    gate = next((g for g in gates if g.state is GateState.APPROVED), None)
    shown = gate.evidence.offer if gate is not None and gate.evidence is not None else None
    return shown or offered(release, submission)


def consequences_of_offer(release: Release, submission: Submission, offer: Offer | None) -> Consequences:
    """What follows from a yes to what is offered; to what would be, where nothing was read yet."""
    plan = offer.plan if offer is not None and offer.plan is not None else plan_of(release, submission)
    return consequences_of_submitting(submission, plan)


def manner_of(pair: Pair, plan: RolloutPlan) -> str:
    """How a store lets it out, in words."""
    if rollout_of(pair) is Rollout.STAGED:
        steps = [f"{step:g} %" for step in plan.steps] or [f"{EVERYBODY:g} %"]
        pace = "by itself in working hours" if plan.auto_advance else "step by step, each by a person"
        urgency = f", update priority {plan.update_priority}" if plan.update_priority else ""
        review = "" if plan.send_for_review else ", sent for review by a person in Play Console"
        others = ", other changes in review pulled back" if plan.pull_back else ""
        return f"{' → '.join(steps)}, {pace if len(steps) > 1 else 'at once'}{urgency}{review}{others}"
    who = "by a person after approval" if plan.go_live is GoLive.MANUAL else "at once after approval"
    return f"{'over seven days' if plan.phased else 'to everybody'}, {who}"


def describe(change: Change, submission_id: str, notes: Mapping[str, str]) -> None:
    """Say what is new, by language, as everybody who writes it says it; a yes to another text is void.

    A language that is not named is taken away. Invalid names every fault at its language.
    """
    known = _unsent(change, submission_id)
    if texts_for(change.release, known) == dict(notes):
        raise NotNow("The text is the same as before.", settled=True)
    standing = texts_of(change.release.whats_new, known.pair)
    change.release = change.release.with_submission(replace(known, notes={}))
    wanted = {language: notes.get(language, "") for language in {**standing, **notes}}
    write_whats_new(change, {(known.pair, language): text for language, text in wanted.items()})
    renew_questions(change)


def choose_build(change: Change, submission_id: str, number: str) -> None:
    """Send another build than the newest; a yes to the other one is void."""
    known = _unsent(change, submission_id)
    if known.build == number:
        raise NotNow(f"It is build {number} already.", settled=True)
    _edited(change, replace(known, build=number, check_at=change.now), what=f"build {number}")


def choose_review(change: Change, submission_id: str, *, send_for_review: bool) -> None:
    """Have it sent for review, or left for a person to send; a yes to the other way is void."""
    known = _unsent(change, submission_id)
    _require_choice(known)
    if plan_of(change.release, known).send_for_review == send_for_review:
        raise NotNow("It is so already.", settled=True)
    what = "that it is sent for review" if send_for_review else "that a person sends it for review"
    _edited(change, replace(known, send_for_review=send_for_review), what=what)


def _require_choice(known: Submission) -> None:
    if known.rollout is not Rollout.STAGED:
        raise NotNow(f"{known.pair.title} is sent for review in any case: its store has no other way.")


def resubmit(change: Change, submission_id: str, *, send_for_review: bool | None = None) -> Submission:
    """A new submission after one that came back or never got there; it is asked about and sent like the first.

    `send_for_review`: whether it is sent for review or left to a person, where the store has that choice.
    """
    require_alive(change)
    known = require_submission(change, submission_id)
    if change.release.submission_of(known.pair) != known:
        raise NotNow(f"{known.pair.title} was submitted anew already.", settled=True)
    if not known.turned_back and not never_sent(change.release, known):
        said = known.state.lower().replace("_", " ")
        raise NotNow(f"{known.pair.title} {known.version} is {said}; only what came back is submitted anew.")
    if send_for_review is not None:
        _require_choice(known)
    if not known.turned_back:
        cancel_tasks(change, known, "it is submitted anew")
    change.release = change.release.with_submission(replace(known, check_at=None, instruction=None))
    plan = next(p for p in change.release.plans if p.pair == known.pair)
    return open_submission(change, plan, after=known, send_for_review=send_for_review)


def finish(change: Change, note: str) -> None:
    """A person says that the release is out: where no store tells, or where what is left will not be submitted."""
    require_alive(change)
    release = change.release
    if not release.in_state(Stage.PRE_RELEASE, StageState.COMPLETED):
        raise NotNow("Stage 3 is not done yet. To give the release up, use /release archive.")
    moving = [s for s in release.current_submissions if not _left(s)]
    if moving:
        said = "; ".join(f"{s.pair.title} is {s.state.lower().replace('_', ' ')}" for s in moving)
        raise NotNow(f"{said}: the release is completed by itself when the store is done with it.")
    busy = [
        t.title
        for t in release.tasks_of(Stage.DISTRIBUTION)
        if t.state in _BUSY and t.type is not TaskType.ROLL_OUT
    ]
    if busy:
        raise NotNow(f"{busy[0]} is under way.")
    for submission in release.current_submissions:
        change.release = change.release.with_submission(replace(submission, check_at=None))
    withdraw_gates(change, "the release was completed", kinds=(GateKind.SUBMISSION,))
    if release.in_state(Stage.DISTRIBUTION, StageState.PENDING):
        move_stage(change, Stage.DISTRIBUTION, StageSignal.START)
    complete(change, note)


def _left(submission: Submission) -> bool:
    """Whether nothing happens to it unless somebody begins it."""
    return submission.over or submission.turned_back or submission.state is StoreState.PENDING


def _unsent(change: Change, submission_id: str) -> Submission:
    require_alive(change)
    known = require_submission(change, submission_id)
    if known.state is not StoreState.PENDING or tasks_of(change.release, known):
        raise NotNow(f"{known.pair.title} {known.version} was sent to its store; withdraw it first.")
    if submission_gate(change.release, known) is GateState.APPROVED:
        raise NotNow(f"The submission of {known.pair.title} is approved as it is.")
    return known


def _edited(change: Change, submission: Submission, *, what: str) -> None:
    """Keep it, and have every open question about it asked on what it is now."""
    change.release = change.release.with_submission(submission)
    change.tell(EventKind.SUBMISSION_EDITED, **facts_of(submission), what=what)
    renew_questions(change)


def renew_questions(change: Change) -> None:
    """Have every open question about a submission asked on what is offered now; a yes to another offer is void."""
    every = change.release.snapshot.timing.gate_check_every
    for gate in change.release.open_gates:
        submission = change.release.submission(gate.subject or "")
        if submission is not None and gate.evidence is not None:
            fresh = replace(gate.evidence, offer=offered(change.release, submission))
            if fresh.offer != gate.evidence.offer:
                record_evidence(change, gate.id, fresh, next_check=every)
