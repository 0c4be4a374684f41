"""What follows from telling a store something, before anybody clicks: the store's own rules, in sentences."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestration.domain.rollout_plan import EVERYBODY, RolloutPlan
from orchestration.domain.store_states import GoLive, Rollout
from orchestration.domain.submission import PAUSE_BUDGET, Submission, Verb

_DAY = timedelta(days=1)
_UNSENT = (
    "goes to Google Play, not to review: a person sends it there in Play Console, under Publishing overview."
)
_PULLED_BACK = "Other changes of the app that are in review are pulled back, and sent again with it."
_IN_THE_WAY = (
    "Other changes of the app that are in review stay there: while there are any, Google Play refuses it."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Consequences:
    """`says` are whole sentences; `irreversible`: it can be neither taken back nor stopped."""

    says: tuple[str, ...]
    irreversible: bool = False


def consequences_of(
    submission: Submission, verb: Verb, *, now: datetime, percent: float | None = None
) -> Consequences:
    """What follows from an instruction, as things are."""
    if submission.rollout is Rollout.PHASED:
        return _apple(submission, verb, now)
    return _google(submission, verb, percent)


def consequences_of_submitting(submission: Submission, plan: RolloutPlan) -> Consequences:
    """What follows from a yes to the submission."""
    what = f"Build {submission.build or 'unknown'} of {submission.version}"
    sent = f"{what} is sent for review"
    if submission.rollout is Rollout.STAGED:
        share = "everybody" if plan.first >= EVERYBODY else f"{plan.first:g} % of the users"
        return Consequences(
            says=(
                f"{sent}." if plan.send_for_review else f"{what} {_UNSENT}",
                _PULLED_BACK if plan.pull_back else _IN_THE_WAY,
                f"Once it is approved, Google Play offers it to {share} at once.",
                "Its version code can't be used again, and a later release needs a greater one.",
            )
        )
    how = {
        GoLive.AUTOMATIC: "Once it is approved, the App Store lets it out at once",
        GoLive.MANUAL: "Once it is approved, it waits until somebody lets it out",
    }.get(plan.go_live, "Once it is approved, it waits for its time")
    days = ", over seven days" if plan.phased else ", to everybody"
    return Consequences(says=(f"{sent}.", f"{how}{days}.", "It can be withdrawn until it is approved."))


def _apple(submission: Submission, verb: Verb, now: datetime) -> Consequences:
    budget = submission.pause_left(now)
    left = pause_left_words(budget if budget is not None else PAUSE_BUDGET)
    says: tuple[str, ...]
    match verb:
        case Verb.WITHDRAW:
            says = ("The review ends, and a new submission waits for its turn from the start.",)
        case Verb.RELEASE:
            first = "1 % of the users with automatic updates get it today, and whoever looks for it."
            says = (
                first if submission.phased else "Everybody gets it.",
                "A version that is out can't be taken back.",
            )
        case Verb.PAUSE | Verb.HALT:
            says = (
                "No further user is given it by itself.",
                "Whoever looks for it in the App Store gets it anyway, and so do new users.",
                f"{left}; then it goes on by itself.",
            )
        case Verb.RESUME:
            says = (f"It goes on at day {submission.day or 1}, with {submission.percent:g} % of the users.",)
        case _:
            says = (
                "Everybody is given it at once, and the phased release is over.",
                "It can't be paused any more, nor phased again.",
            )
    return Consequences(says=says, irreversible=verb in {Verb.RELEASE, Verb.COMPLETE})


def _google(submission: Submission, verb: Verb, percent: float | None) -> Consequences:
    share = f"{submission.percent:g} %"
    says: tuple[str, ...]
    match verb:
        case Verb.WITHDRAW:
            says = ("Google lets only people take a review back: it is done in Play Console.",)
        case Verb.RAISE:
            says = (
                f"It is offered to {percent or 0:g} % of the users instead of {share}.",
                "The share can't fall again; it can be halted.",
            )
        case Verb.PAUSE | Verb.HALT:
            says = (
                "Nobody is offered it any more. Who has it keeps it.",
                "Changes of the app that are in review may be pulled back for this, and are sent again with it.",
                f"It can be resumed, with {share}.",
            )
        case Verb.RESUME:
            says = (f"It is offered to {share} of the users again.",)
        case Verb.RELEASE:
            says = ("What managed publishing holds back, people let out in Play Console.",)
        case _:
            says = (
                "Everybody is offered it.",
                "Google Play can't halt a release that everybody is offered: only a newer version replaces it.",
            )
    return Consequences(says=says, irreversible=verb is Verb.COMPLETE)


def pause_left_words(left: timedelta) -> str:
    """`10 of 30 days of pause are left`, the same before a pause and during it."""
    return f"{left / _DAY:.0f} of {PAUSE_BUDGET.days} days of pause are left"
