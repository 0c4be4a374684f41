"""A release that came back with a backup: what was done after the backup is not known, and is looked for."""

from dataclasses import replace
from datetime import datetime

from orchestration.domain.change import Change
from orchestration.domain.events import EventKind
from orchestration.domain.restored import Restored
from orchestration.domain.submission import Submission


def restore(change: Change, *, since: datetime) -> None:
    """Everything may have happened since then: what a store is to be told may have been told, and is looked at now."""
    release = change.release
    earlier = release.restored
    # What was lost with an earlier restore may not have been looked for yet.
    first = min(since, earlier.since) if earlier is not None else since
    change.release = replace(
        release,
        restored=Restored(since=first, at=change.now),
        submissions=tuple(_in_doubt(each, since, change.now) for each in release.submissions),
    )
    change.tell(EventKind.RELEASE_RESTORED, since=since.isoformat())


def _in_doubt(submission: Submission, since: datetime, now: datetime) -> Submission:
    told = submission.instruction
    if told is not None and told.sent_at is None:
        submission = replace(submission, instruction=replace(told, sent_at=since))
    return replace(submission, check_at=now) if submission.check_at is not None else submission
