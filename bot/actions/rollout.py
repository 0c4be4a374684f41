"""Buttons of the stores: have one told something, stop them all, submit anew, and show them."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.actions.carrying import carried_by, release_of
from bot.slack.desk import Call
from bot.views.store_card import stores_answer
from bot.views.store_lines import VERB_WORDS, name
from bot.views.values import REVIEW_CHOICES
from orchestration.domain.consequences import consequences_of
from orchestration.domain.errors import NotNow
from orchestration.domain.release import Release
from orchestration.domain.submission import Submission, Verb
from orchestration.services import rollout, submissions


def told(verb: Verb) -> Callable[[Call], Awaitable[None]]:
    """The handler of a button by which a store is told this."""

    async def tell(call: Call) -> None:
        """The consequences were confirmed."""
        release = await release_of(call)
        submission = _submission(release, call)
        percent = carried_by(call.intent.value).get("percent")
        now = call.engine.clock.now()
        change = await rollout.instruct(
            call.engine,
            release.tenant_id,
            release.id,
            submission.id,
            verb,
            percent=float(percent) if percent else None,
            actor=call.intent.actor,
            along=call.along(lambda change: done_words(change.release, submission.id, verb, now)),
        )
        await _renew(call, change.release)

    return tell


async def stop_all(call: Call) -> None:
    """Stop every store by its own word."""
    release = await release_of(call)
    await rollout.stop_all(
        call.engine,
        release.tenant_id,
        release.id,
        actor=call.intent.actor,
        along=call.along(lambda change: stopped_words(change.before, change.release)),
    )


async def resubmit(call: Call) -> None:
    """A new submission after one that came back."""
    release = await release_of(call)
    submission = _submission(release, call)
    await submissions.resubmit(
        call.engine,
        release.tenant_id,
        release.id,
        submission.id,
        send_for_review=REVIEW_CHOICES.get(carried_by(call.intent.value).get("review", "")),
        actor=call.intent.actor,
        along=call.along(
            lambda change: f"{submission.pair.title} of {change.release.title} is asked about anew."
        ),
    )


async def show(call: Call) -> None:
    """Every store of a release with its buttons."""
    release = await release_of(call)
    await call.answer(stores_answer(release, now=call.engine.clock.now()))


def done_words(release: Release, submission_id: str, verb: Verb, now: datetime) -> str:
    """What was begun, and what follows from it."""
    submission = release.submission(submission_id)
    if submission is None:
        raise NotNow(f"{release.title} has no such submission.")
    percent = submission.instruction.percent if submission.instruction is not None else None
    says = " ".join(consequences_of(submission, verb, now=now, percent=percent).says)
    return f"The store of {name(submission)} is being told to {VERB_WORDS[verb]}. {says}"


def stopped_words(before: Release, after: Release) -> str:
    """Which stores are being stopped; the others had nothing to stop."""
    known = {s.id: s.instructions for s in before.submissions}
    stopping = [s for s in after.current_submissions if s.instructions > known.get(s.id, 0)]
    said = "; ".join(
        f"{name(s)} is to {VERB_WORDS[s.instruction.verb]}" for s in stopping if s.instruction is not None
    )
    return f"Stopping {after.title}, at once: {said}. The thread tells when each store has done it."


def _submission(release: Release, call: Call) -> Submission:
    """The one that the button is about; NotNow where another took its place."""
    found = release.submission(carried_by(call.intent.value).get("submission", ""))
    if found is None:
        raise NotNow(f"{release.title} has no such submission.")
    newer = release.submission_of(found.pair)
    if newer is not None and newer != found:
        raise NotNow(
            f"{found.pair.title} was submitted anew; this button is of the submission before.", settled=True
        )
    return found


async def _renew(call: Call, release: Release) -> None:
    """A copy that only this person sees shows what was begun."""
    if call.intent.ephemeral and call.intent.response_url:
        shown = stores_answer(release, now=call.engine.clock.now())
        await call.replace(call.intent.response_url, shown)
