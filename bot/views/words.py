"""The words that people read for states, owners and times: one table each, so that no view invents its own.

Status is always a word; an emoji only stands beside one.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from bot.views.text import NOTHING, Mrkdwn, and_more, date, escape, joined, link, mention, truncate
from orchestration.domain.builds import BuildKind, BuildState
from orchestration.domain.holds import HoldCause
from orchestration.domain.people import SYSTEM
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleState
from orchestration.domain.tasks import TaskState

TASK_WORDS = {
    TaskState.PENDING: "Not started",
    TaskState.RUNNING: "Running",
    TaskState.WAITING: "Waiting",
    TaskState.RETRYING: "Trying again",
    TaskState.FAILED: "Failed",
    TaskState.SUCCEEDED: "Done",
    TaskState.SKIPPED: "Skipped",
    TaskState.CANCELLED: "Cancelled",
}
TASK_MARKS = {
    TaskState.WAITING: ":hourglass_flowing_sand:",
    TaskState.RETRYING: ":arrows_counterclockwise:",
    TaskState.FAILED: ":x:",
}
BUILD_WORDS = {
    BuildState.REQUESTED: "asked for",
    BuildState.QUEUED: "queued",
    BuildState.RUNNING: "running",
    BuildState.BUILT: "built, its file is awaited",
    BuildState.READY: "ready",
    BuildState.FAILED: "failed",
    BuildState.CANCELLED: "stopped",
}
BUILD_KINDS = {
    BuildKind.PRE_REGRESSION: "Pre-regression build",
    BuildKind.REGRESSION: "Regression build",
    BuildKind.AUTOMATION: "Automated tests",
    BuildKind.TEST_FLIGHT: "TestFlight build",
    BuildKind.AAB: "App bundle build",
}
CYCLE_WORDS = {
    CycleState.NOT_STARTED: "not started",
    CycleState.IN_PROGRESS: "in progress",
    CycleState.DONE: "done",
    CycleState.ABANDONED: "abandoned",
}
HOLD_WORDS = {
    HoldCause.USER: "On hold",
    HoldCause.TASK_FAILURE: "A task failed",
    HoldCause.CREDENTIALS: "An account is not connected",
    HoldCause.FREEZE: "Frozen",
}

# What Slack gives as ids of people; a name or an area in small letters is none.
_USER = re.compile(r"[UW](?:[A-Z0-9]{7,}|[A-Z0-9]*[0-9][A-Z0-9]*)")
_INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC\b")
_MENTION = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")
_CHANNEL = re.compile(r"&lt;#([CG][A-Z0-9]+)&gt;")


def person(who: str) -> Mrkdwn:
    """A mention of a person, or the plain name of whatever else acted."""
    if who == SYSTEM.id:
        return escape("Stationmaster")
    return mention(who) if _USER.fullmatch(who) else escape(who)


def owner(release: Release, who: str) -> Mrkdwn:
    """Who must act, as the domain names them: a user id, mentions, an area or a name."""
    if who in _people(release):
        return mention(who)
    return told(who) if "<" in who else person(who or SYSTEM.id)


def told(sentence: str) -> Mrkdwn:
    """A sentence of the domain, escaped; mentions of single people in it stay mentions.

    Instants, which the domain writes in UTC, are shown in each reader's own time zone.
    """
    return Mrkdwn(_INSTANT.sub(_local, _MENTION.sub(r"<@\1>", escape(sentence))))


def _local(found: re.Match[str]) -> str:
    try:
        return when(datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC))
    except ValueError:  # the 30th of February, from somebody's reason
        return found[0]


def _people(release: Release) -> Collection[str]:
    holders = {h.by for h in release.holds if h.cause is HoldCause.USER}
    approvers = {p for gate in release.gates for wanted in gate.sign_offs for p in wanted.people}
    return {release.captain, *holders, *approvers} - {SYSTEM.id}


def when(at: datetime) -> Mrkdwn:
    """An instant in the reader's own time zone, in UTC where a client can't."""
    return date(at, fallback=f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def brief(text: str, most: int) -> Mrkdwn:
    """A text from outside on one line, cut to `most` characters before it is escaped."""
    return escape(one_line(text, most))


def matter(what: str, most: int) -> Mrkdwn:
    """What is in the way, as `brief`; a channel in it stays one that can be opened."""
    return Mrkdwn(_CHANNEL.sub(r"<#\1>", brief(what, most)))


def one_line(text: str, most: int) -> str:
    """A text from outside on one line and at most so long; plain, for headers, buttons and options."""
    return truncate(" ".join(text.split()), chars=most) or NOTHING


def linked(url: str | None, label: str, most: int) -> Mrkdwn:
    """`label` as a link; alone where there is no address, or one of more than `most` characters."""
    return link(url, label) if url and len(url) <= most else escape(label)


def dotted(parts: Iterable[str]) -> Mrkdwn:
    """Parts of one line."""
    return joined((part for part in parts if part), " · ")


def listed(items: Sequence[str], *, most: int) -> Mrkdwn:
    """The first items with commas, and how many more there are."""
    shown = joined(items[:most], ", ")
    return shown + f" {and_more(len(items) - most)}" if len(items) > most else shown
