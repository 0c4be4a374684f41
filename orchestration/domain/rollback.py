"""What can be done about a version that users have and should not: by store, as each one's rules allow."""

from orchestration.domain.pairs import TARGET_TITLES
from orchestration.domain.store_states import Rollout
from orchestration.domain.submission import STOPPED, Submission


def ways_back(submission: Submission, *, good: str | None = None) -> tuple[str, ...]:
    """The ways that are left, best first; `good` is the last version that was good. Nothing where nobody has it.

    No store gives users an older version: what they have is only replaced by a newer one.
    """
    if not submission.out:
        return ()
    before = f" from {good}" if good else ""
    newer = f"Release a hotfix{before}: only a newer version reaches those who have {submission.version}."
    ways: list[str] = []
    if submission.replaced_at is None and submission.state in STOPPED:
        ways.append(_whole(submission))
    elif not submission.over:
        ways.append(_stop(submission))
    return (*ways, newer, _older(submission, good))


def _stop(submission: Submission) -> str:
    if submission.rollout is Rollout.PHASED and not submission.phased:
        return "It is no phased release: it can't be paused, everybody is offered it."
    verb = "Pause" if submission.rollout is Rollout.PHASED else "Halt"
    return f"{verb} it, so that fewer users get it: that takes one click and waits for nothing."


def _whole(submission: Submission) -> str:
    if submission.rollout is Rollout.PHASED:
        return "It is paused: updates by themselves stop, and whoever looks for it in the App Store gets it still."
    return f"It is halted: the other {100 - submission.percent:g} % of the users are offered what they had before."


def _older(submission: Submission, good: str | None) -> str:
    store = TARGET_TITLES[submission.pair.target]
    what = good or "the version before"
    if submission.rollout is Rollout.PHASED:
        return f"The {store} has no way back to {what}: it may be submitted again under a newer number."
    return f"The {store} offers {what} again only as a new release with a greater version code."
