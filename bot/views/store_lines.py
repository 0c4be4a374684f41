"""The lines of a store: how far a version is, what share of the users has it, its dates, and what is to be done.

The words for the states stand in one table, so that the card, the living card and answers say the same.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.views.health import health_line
from bot.views.text import Mrkdwn, bold, escape, quote, say
from bot.views.words import brief, dotted, linked, person, when
from orchestration.domain.consequences import pause_left_words
from orchestration.domain.distributing import never_sent, tasks_of
from orchestration.domain.pairs import TARGET_TITLES
from orchestration.domain.release import Release
from orchestration.domain.rollback import ways_back
from orchestration.domain.rollout_plan import EVERYBODY
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import STOPPED, Submission, Verb
from orchestration.domain.submitting import plan_of

STORE_WORDS: Mapping[StoreState, str] = MappingProxyType(
    {
        StoreState.PENDING: "Not submitted yet",
        StoreState.SUBMITTED: "Waits for review",
        StoreState.IN_REVIEW: "In review",
        StoreState.APPROVED: "Approved, nobody has it yet",
        StoreState.REJECTED: "Rejected",
        StoreState.CANCELLED: "Taken back",
        StoreState.LIVE: "Live",
        StoreState.PAUSED: "Paused",
        StoreState.IN_PROGRESS: "Live",
        StoreState.HALTED: "Halted",
        StoreState.COMPLETE: "Complete, everybody is offered it",
    }
)
VERB_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Verb.WITHDRAW: "take the review back",
        Verb.RELEASE: "let it out",
        Verb.RAISE: "offer it to more users",
        Verb.PAUSE: "pause the rollout",
        Verb.HALT: "halt the rollout",
        Verb.RESUME: "resume the rollout",
        Verb.COMPLETE: "offer it to everybody",
    }
)
"""What a store is told, in words after "to"."""
APPLE_DAYS = 7
_CELLS = 10
_FULL, _EMPTY = "\N{BLACK PARALLELOGRAM}", "\N{WHITE PARALLELOGRAM}"
_DATES = (
    ("Submitted", "submitted_at"),
    ("In review", "in_review_at"),
    ("Approved", "approved_at"),
    ("Turned back", "turned_back_at"),
    ("Live", "live_at"),
    ("Complete", "completed_at"),
    ("Replaced", "replaced_at"),
)


def bar(percent: float) -> str:
    """`▰▰▱▱▱▱▱▱▱▱ 20 %`: a share of the users; whoever few have it, one cell is full."""
    full = min(_CELLS, max(1 if percent > 0 else 0, int(percent * _CELLS // EVERYBODY)))
    return f"{_FULL * full}{_EMPTY * (_CELLS - full)} {percent:g} %"


def name(submission: Submission) -> str:
    """`iOS 2.14.0 (4711)`."""
    number = f" ({submission.build})" if submission.build else ""
    return f"{submission.pair.title} {submission.version}{number}"


def standing(submission: Submission) -> str:
    """`Live, day 3 of 7`: the state in words."""
    said = STORE_WORDS[submission.state]
    if submission.replaced_at is not None:
        return f"{said}, and replaced by a newer version"
    if submission.state in {StoreState.LIVE, StoreState.PAUSED} and submission.phased and submission.day:
        return f"{said}, day {min(submission.day, APPLE_DAYS)} of {APPLE_DAYS}"
    return said


def stores(release: Release, *, most: int) -> list[Mrkdwn]:
    """A line for each store on the living card, once something was sent to it or Stage 4 waits for it."""
    return [store_line(s, most=most) for s in release.current_submissions]


def store_line(submission: Submission, *, most: int) -> Mrkdwn:
    """`*App Store* iOS 2.14.0 (4711) · Live, day 3 of 7 · ▰▱▱▱▱▱▱▱▱▱ 5 %`."""
    parts = [
        bold(TARGET_TITLES[submission.pair.target]) + " " + linked(submission.url, name(submission), most),
        escape(standing(submission)),
    ]
    if submission.out:
        parts.append(escape(bar(submission.percent)))
    if submission.instruction is not None:
        parts.append(escape(f"being told to {VERB_WORDS[submission.instruction.verb]}"))
    return dotted(parts)


def dates(submission: Submission) -> Mrkdwn:
    """`Submitted Mon · Approved Tue · Live Wed`: what happened, by the store's word."""
    known = [(label, getattr(submission, field)) for label, field in _DATES]
    return dotted(say("{label} {at}", label=label, at=when(at)) for label, at in known if at is not None)


def matters(release: Release, submission: Submission, *, now: datetime, words: int) -> list[Mrkdwn]:
    """What people must know or do: a rejection's reason, its health, a pause that ends, what was not told yet."""
    return [
        *_turned_back(release, submission, words),
        *_not_taken(release, submission, words),
        *_health(release, submission),
        *_paused(submission, now),
        *_next_step(release, submission),
        *_told(submission, words),
        *_console(submission, words),
    ]


def _health(release: Release, submission: Submission) -> list[Mrkdwn]:
    """How it does among its users, where a rule judges it."""
    line = health_line(release, submission)
    return [line] if line is not None else []


def way_back(release: Release, submission: Submission) -> list[Mrkdwn]:
    """What can be done where the rollout was stopped; nothing otherwise."""
    if submission.state not in STOPPED or submission.replaced_at is not None:
        return []
    ways = ways_back(submission, good=last_good(release))
    return [bold("What can be done now"), *(say("• {way}", way=way) for way in ways)]


def last_good(release: Release) -> str | None:
    """The version before, as its tag names it."""
    return release.previous_tag


def _turned_back(release: Release, submission: Submission, words: int) -> list[Mrkdwn]:
    if not submission.turned_back:
        return []
    if release.submission_of(submission.pair) != submission:
        return [escape("It was submitted anew.")]
    lines = [quote(brief(submission.detail, words))] if submission.detail else []
    if submission.state is StoreState.REJECTED and not submission.detail:
        lines.append(escape("The store tells no reason here; its own console does."))
    todo = "Mend what the store asks for, choose another build where it takes one, then submit it anew."
    return [*lines, escape(todo if submission.state is StoreState.REJECTED else "It can be submitted anew.")]


def _not_taken(release: Release, submission: Submission, words: int) -> list[Mrkdwn]:
    """Why the store would not have it, and that it can be submitted in another way."""
    if not never_sent(release, submission) or release.submission_of(submission.pair) != submission:
        return []
    troubles = [task.trouble.reason for task in tasks_of(release, submission) if task.trouble is not None]
    said = [quote(brief(troubles[0], words))] if troubles else []
    return [*said, escape("Nothing of it is in the store. Mend it and retry, or submit it anew.")]


def _paused(submission: Submission, now: datetime) -> list[Mrkdwn]:
    left = submission.pause_left(now)
    if submission.state is StoreState.HALTED and submission.paused_at is not None:
        return [say("Nobody is offered it since {since}.", since=when(submission.paused_at))]
    if submission.state is not StoreState.PAUSED or submission.paused_at is None:
        return []
    said = say("Paused since {since}.", since=when(submission.paused_at))
    if left is None:
        return [said]
    ends = say(" It goes on by itself at {at}: {left}.", at=when(now + left), left=pause_left_words(left))
    return [said + ends]


def _next_step(release: Release, submission: Submission) -> list[Mrkdwn]:
    if submission.rollout is not Rollout.STAGED or submission.state is not StoreState.IN_PROGRESS:
        return []
    plan = plan_of(release, submission)
    after = plan.after(submission.percent) or EVERYBODY
    if submission.step_at is not None:
        return [say("Next: {after} % at {at}, by itself.", after=f"{after:g}", at=when(submission.step_at))]
    return [say("Next: {after} %, when somebody takes the step.", after=f"{after:g}")]


def _told(submission: Submission, words: int) -> list[Mrkdwn]:
    told = submission.instruction
    if told is None:
        return []
    share = f" ({told.percent:g} %)" if told.percent is not None else ""
    line = say(
        ":hourglass_flowing_sand: {who} has it {what}{share}, since {at}",
        who=person(told.by),
        what=VERB_WORDS[told.verb],
        share=share,
        at=when(told.at),
    )
    if told.trouble is None:
        return [line]
    return [say("{line}. The store could not be told yet: {why}", line=line, why=brief(told.trouble, words))]


def _console(submission: Submission, words: int) -> list[Mrkdwn]:
    lines: list[Mrkdwn] = []
    if submission.todo is not None and not submission.over:
        lines.append(
            say(
                ":warning: A person does this in the store's own console: {what}",
                what=brief(submission.todo, words),
            )
        )
    if submission.trouble is not None:
        lines.append(
            say(
                ":warning: The store can't be asked: {why}. Tried again by itself.",
                why=brief(submission.trouble, words),
            )
        )
    if submission.outside:
        lines.append(escape("It was submitted in the store's own console."))
    return lines
