"""What a store is told about a version on its way: when that makes sense, and what becomes of it.

What only keeps a version from more users is never gated: not by holds, freezes, questions that wait, another
release, or the end of this one. Not even by what we believe of the store: it is asked, and has the last word.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from orchestration.domain.acts import require_alive
from orchestration.domain.change import Change
from orchestration.domain.due import may_instruct
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.health_gate import require_healthy
from orchestration.domain.holds import stops_work
from orchestration.domain.rollout_plan import EVERYBODY
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import (
    MOVING,
    REVIEWED,
    SAFE,
    STOPPED,
    Instruction,
    Missed,
    Submission,
    Verb,
    facts_of,
    stop_verb,
)
from orchestration.domain.tasks import RetryBudget

VERB_WORDS: Mapping[Verb, str] = MappingProxyType(
    {
        Verb.WITHDRAW: "be withdrawn",
        Verb.RELEASE: "be released",
        Verb.RAISE: "be given to more users",
        Verb.PAUSE: "be paused",
        Verb.HALT: "be halted",
        Verb.RESUME: "be resumed",
        Verb.COMPLETE: "be given to everybody",
    }
)
FROM: Mapping[Verb, frozenset[StoreState]] = MappingProxyType(
    {
        Verb.RELEASE: frozenset({StoreState.APPROVED}),
        Verb.RAISE: MOVING,
        Verb.RESUME: STOPPED,
        Verb.COMPLETE: MOVING,
    }
)
"""From which states what gives a version to more users makes sense."""
_RETRY = RetryBudget(first=timedelta(seconds=5), longest=timedelta(minutes=2))
_TOLD_AFTER = 3


def instruct(
    change: Change,
    submission_id: str,
    verb: Verb,
    *,
    percent: float | None = None,
    reason: str | None = None,
) -> None:
    """Have the store told. NotNow, with `settled` where it is so already, and for what would give it to more users

    also while the release stands still, another instruction is under way, or its health is poor and no reason is given.
    A safe verb takes the place of any other.
    """
    known = require_submission(change, submission_id)
    if verb in SAFE:
        _require_something_to_stop(known, verb)
    else:
        require_alive(change)
        _require_fit(change, known, verb, percent)
        known = require_healthy(change, known, reason=reason)
    pending = known.instruction
    if pending is not None and pending.verb is verb and pending.percent == percent:
        raise NotNow(f"<@{pending.by}> asked for that already; the store is being told.", settled=True)
    if pending is not None and (verb not in SAFE or (pending.verb in SAFE and verb is Verb.WITHDRAW)):
        raise NotNow(f"{_name(known)} is to {VERB_WORDS[pending.verb]}; wait until the store was told.")
    number = known.instructions + 1
    told = Instruction(
        number=number, verb=verb, by=change.actor.id, at=change.now, percent=percent, reason=reason
    )
    change.release = change.release.with_submission(
        replace(known, instructions=number, instruction=told, step_at=None)
    )
    change.tell(
        EventKind.STORE_INSTRUCTED,
        **{**facts_of(known), "percent": f"{percent if percent is not None else known.percent:g}"},
        verb=verb,
        reason=reason,
    )


def stop_all(change: Change, *, reason: str | None) -> None:
    """Stop every store, each by its own word. NotNow, with the reasons, where there is nothing to stop anywhere."""
    why: list[str] = []
    stopped = False
    for known in change.release.current_submissions:
        verb = Verb.WITHDRAW if known.state in REVIEWED else stop_verb(known.pair)
        try:
            instruct(change, known.id, verb, reason=reason)
            stopped = True
        except NotNow as error:
            why.append(error.reason)
    if not stopped:
        raise NotNow(
            " ".join(why) or f"{change.release.title} was not submitted to any store that is followed."
        )


def intend(change: Change, submission_id: str, number: int) -> Instruction | None:
    """Note that the store is about to be told, None where this is not to be told any more."""
    known = require_submission(change, submission_id)
    pending = known.instruction
    if pending is None or pending.number != number:
        return None
    if not may_instruct(change.release, known):
        return None
    sent = replace(pending, sent_at=pending.sent_at or change.now, tries=pending.tries + 1)
    change.release = change.release.with_submission(replace(known, instruction=sent))
    return pending


def carried_out(change: Change, submission_id: str, number: int) -> None:
    """The store took it; what it became is told by what was seen."""
    _end(change, submission_id, number)


def refused(change: Change, submission_id: str, number: int, reason: str, *, link: str | None) -> None:
    """The store said no: the instruction is over, and the one who gave it hears why."""
    known = require_submission(change, submission_id)
    pending = known.instruction
    if pending is None or pending.number != number:
        return
    _end(change, submission_id, number)
    change.tell(
        EventKind.STORE_REFUSED,
        **{**facts_of(known), "link": link or known.url},
        verb=pending.verb,
        by=pending.by,
        reason=reason,
    )


def not_reached(change: Change, submission_id: str, number: int, missed: Missed, *, jitter: float) -> None:
    """The store could not be told now: again later, for as long as it takes; people hear of it once."""
    known = require_submission(change, submission_id)
    pending = known.instruction
    if pending is None or pending.number != number:
        return
    pause = max(missed.after or timedelta(0), _RETRY.delay(pending.tries, jitter))
    again = replace(
        pending,
        retry_at=change.now + pause,
        trouble=missed.reason,
        sent_at=pending.sent_at if missed.maybe_done else None,
    )
    change.release = change.release.with_submission(replace(known, instruction=again))
    if pending.tries == (1 if pending.verb in SAFE else _TOLD_AFTER):
        change.tell(
            EventKind.STORE_UNREACHED,
            **facts_of(known),
            verb=pending.verb,
            by=pending.by,
            reason=missed.reason,
        )


def require_submission(change: Change, submission_id: str) -> Submission:
    """NotNow where the release has no such submission."""
    known = change.release.submission(submission_id)
    if known is None:
        raise NotNow(f"{change.release.title} has no such submission.")
    return known


def _end(change: Change, submission_id: str, number: int) -> None:
    known = require_submission(change, submission_id)
    if known.instruction is not None and known.instruction.number == number:
        change.release = change.release.with_submission(replace(known, instruction=None))


def _require_something_to_stop(known: Submission, verb: Verb) -> None:
    """Only what can't change any more is refused: whatever else we believe may be old."""
    if known.replaced_at is not None:
        raise NotNow(f"{_name(known)} was replaced by a newer version: there is nothing to stop.")
    if known.state is StoreState.COMPLETE:
        raise NotNow(f"{_name(known)} is offered to everybody: no store stops that. Release a hotfix.")
    if known.turned_back:
        raise NotNow(f"{_name(known)} is {known.state.lower()}: nobody gets it.", settled=True)
    if verb is Verb.WITHDRAW and known.out:
        raise NotNow(f"{_name(known)} is out; it can't be withdrawn, only stopped.")


def _require_fit(change: Change, known: Submission, verb: Verb, percent: float | None) -> None:
    if change.release.holds and stops_work(change.release.holds):
        why = "; ".join(hold.reason for hold in change.release.holds)
        raise NotNow(
            f"The release is on hold ({why}). It goes on when nothing holds it; stopping always works."
        )
    to = VERB_WORDS[verb]
    if known.over or known.state not in FROM[verb]:
        said = "replaced" if known.replaced_at is not None else known.state.lower().replace("_", " ")
        settled = known.state is StoreState.COMPLETE and verb is not Verb.RESUME
        raise NotNow(f"{_name(known)} is {said}, so it can't {to}.", settled=settled)
    if verb is Verb.RAISE:
        _require_more(known, percent)


def _require_more(known: Submission, percent: float | None) -> None:
    if known.rollout is Rollout.PHASED:
        raise NotNow("The App Store has days of its own: pause it, or give it to everybody.")
    if percent is None or not known.percent < percent < EVERYBODY:
        raise NotNow(
            f"{_name(known)} is at {known.percent:g} %: the share only grows, and stays below 100 %; "
            "everybody is a step of its own, because there is no way back."
        )


def _name(known: Submission) -> str:
    return f"{known.pair.title} {known.version}"
