"""Every kind of event: how it is told, or why it is not. The two tables together name each kind once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.views import (
    approval_news,
    health_news,
    notes_news,
    nudge_news,
    pick_news,
    planning_news,
    pull_news,
    regression_news,
    release_news,
    room_news,
    store_news,
    task_news,
)
from bot.views.news import Notice, Sentence
from bot.views.rendered import Rendered
from orchestration.domain.events import Event, EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Bucket

_K = EventKind


def _always(_event: Event) -> bool:
    return True


def _escalated(event: Event) -> bool:
    return event.data.get("escalated") == "yes"


def _forced(event: Event) -> bool:
    return "reason" in event.data


def _unplanned(event: Event) -> bool:
    """A freeze was planned; what else stops a release did not wait for a good hour."""
    return event.data.get("cause") != HoldCause.FREEZE


def _unsigned(event: Event) -> bool:
    """Whoever had not said yes yet loses nothing, and sees on the card that nothing is asked any more."""
    return not event.data.get("signed")


NOTICES: Mapping[EventKind, Notice] = MappingProxyType(
    {
        _K.RELEASE_CREATED: Notice(bucket=Bucket.RELEASES, view=release_news.created),
        _K.RELEASE_ARCHIVED: Notice(bucket=Bucket.RELEASES, view=release_news.archived),
        _K.RELEASE_RESTORED: Notice(bucket=Bucket.RELEASES, broadcast=_always, view=release_news.restored),
        _K.REGRESSION_SKIPPED: Notice(
            bucket=Bucket.RELEASES, broadcast=_always, view=release_news.regression_skipped
        ),
        _K.STAGE_STARTED: Notice(bucket=Bucket.RELEASES, gathered=_always, view=release_news.stage_started),
        _K.STAGE_COMPLETED: Notice(
            bucket=Bucket.RELEASES, broadcast=_always, view=release_news.stage_completed
        ),
        _K.STAGE_REOPENED: Notice(
            bucket=Bucket.REGRESSION, gathered=_always, view=release_news.stage_reopened
        ),
        _K.RELEASE_EDITED: Notice(bucket=Bucket.RELEASES, view=release_news.edited),
        _K.RELEASE_REPLANNED: Notice(bucket=Bucket.RELEASES, view=release_news.replanned),
        _K.TARGET_MOVED: Notice(bucket=Bucket.RELEASES, view=release_news.target_moved),
        _K.SLOT_ADDED: Notice(bucket=Bucket.REGRESSION, view=release_news.slot_added),
        _K.SLOT_MOVED: Notice(bucket=Bucket.REGRESSION, view=regression_news.slot_moved),
        _K.SLOT_CANCELLED: Notice(bucket=Bucket.REGRESSION, view=regression_news.slot_cancelled),
        _K.SLOT_EXPIRED: Notice(bucket=Bucket.REGRESSION, broadcast=_always, view=release_news.slot_expired),
        _K.SLOT_REMINDED: Notice(bucket=None, view=regression_news.slot_reminded),
        _K.CYCLE_STARTED: Notice(bucket=Bucket.REGRESSION, gathered=_always, view=release_news.cycle_started),
        _K.CYCLE_FINISHED: Notice(
            bucket=Bucket.REGRESSION, gathered=_always, view=release_news.cycle_finished
        ),
        _K.CYCLE_ABANDONED: Notice(bucket=Bucket.REGRESSION, view=regression_news.cycle_abandoned),
        _K.DRIFT_FOUND: Notice(bucket=Bucket.REGRESSION, broadcast=_always, view=regression_news.drift_found),
        _K.DRIFT_ACCEPTED: Notice(bucket=Bucket.REGRESSION, view=regression_news.drift_accepted),
        _K.RUN_NOT_STOPPED: Notice(bucket=None, view=regression_news.run_not_stopped),
        _K.TASK_SUCCEEDED: Notice(bucket=None, view=task_news.succeeded),
        _K.TASK_WAITING: Notice(bucket=None, view=task_news.waiting),
        _K.TASK_FAILED: Notice(bucket=Bucket.CRITICAL, broadcast=_always, view=task_news.failed),
        _K.TASK_RETRIED: Notice(bucket=None, view=task_news.retried),
        _K.TASK_SKIPPED: Notice(bucket=None, view=task_news.skipped),
        _K.TASK_DONE_BY_HAND: Notice(bucket=None, view=task_news.done_by_hand),
        _K.WAIT_REMINDED: Notice(bucket=None, broadcast=_escalated, view=task_news.reminded),
        _K.PULL_CONFLICTED: Notice(bucket=None, broadcast=_always, view=pull_news.conflicted),
        _K.BUILD_GIVEN: Notice(bucket=None, view=task_news.build_given),
        _K.NUDGED: Notice(bucket=None, view=nudge_news.nudged),
        _K.NOTES_EDITED: Notice(bucket=None, view=notes_news.edited),
        _K.NOTES_RESTORED: Notice(bucket=None, view=notes_news.restored),
        _K.WHATS_NEW_WRITTEN: Notice(bucket=None, view=notes_news.whats_new_written),
        _K.BUILD_READY: Notice(bucket=Bucket.BUILDS, gathered=_always, view=task_news.build_ready),
        _K.HOLD_PLACED: Notice(
            bucket=Bucket.RELEASES, broadcast=_always, urgent=_unplanned, view=release_news.hold_placed
        ),
        _K.HOLD_LIFTED: Notice(bucket=Bucket.RELEASES, view=release_news.hold_lifted),
        _K.PICK_ASKED: Notice(bucket=Bucket.REGRESSION, broadcast=_always, view=pick_news.asked),
        _K.PICK_ACCEPTED: Notice(bucket=Bucket.REGRESSION, view=pick_news.accepted),
        _K.PICK_DECLINED: Notice(bucket=None, view=pick_news.declined),
        _K.APPROVAL_REQUESTED: Notice(bucket=Bucket.RELEASES, gathered=_always, view=approval_news.requested),
        _K.APPROVAL_REMINDED: Notice(bucket=None, view=approval_news.reminded),
        _K.APPROVAL_GRANTED: Notice(
            bucket=Bucket.RELEASES, broadcast=_forced, urgent=_forced, view=approval_news.granted
        ),
        _K.APPROVAL_REJECTED: Notice(bucket=Bucket.RELEASES, broadcast=_always, view=approval_news.rejected),
        _K.APPROVAL_VOIDED: Notice(
            bucket=Bucket.RELEASES, broadcast=_always, gathered=_unsigned, view=approval_news.voided
        ),
        _K.APPROVAL_DUE: Notice(bucket=None, broadcast=_always, view=approval_news.due),
        _K.APPROVAL_ESCALATED: Notice(
            bucket=Bucket.RELEASES, broadcast=_always, view=approval_news.escalated
        ),
        **store_news.NOTICES,
        **health_news.NOTICES,
        _K.CAPTAIN_CHANGED: Notice(
            bucket=Bucket.RELEASES, broadcast=_always, view=planning_news.captain_changed
        ),
        _K.EXCEPTION_ASKED: Notice(
            bucket=Bucket.RELEASES, broadcast=_always, view=planning_news.exception_asked
        ),
        _K.EXCEPTION_GRANTED: Notice(
            bucket=Bucket.RELEASES, broadcast=_always, view=planning_news.exception_granted
        ),
        _K.EXCEPTION_DECLINED: Notice(bucket=None, view=planning_news.exception_declined),
        _K.ROOM_OPENED: Notice(bucket=Bucket.RELEASES, view=room_news.opened),
        _K.ROOM_REFUSED: Notice(bucket=None, broadcast=_always, view=room_news.refused),
        _K.ROOM_TROUBLED: Notice(bucket=None, view=room_news.troubled),
        _K.CHANNEL_CLOSED: Notice(bucket=None, view=room_news.closed),
        _K.CHANNEL_OPENED: Notice(bucket=None, view=room_news.reopened),
        _K.KICK_OFF_REMINDED: Notice(bucket=None, view=release_news.kick_off_reminded),
        _K.RELEASE_OVERDUE: Notice(bucket=Bucket.RELEASES, broadcast=_always, view=release_news.overdue),
    }
)

SILENT: Mapping[EventKind, str] = MappingProxyType(
    {
        _K.TASK_STARTED: "carded",
        _K.TASK_RETRYING: "carded",
        _K.TASK_CANCELLED: "implied",
        _K.RUN_STOPPED: "implied",
        _K.SUBMISSION_OPENED: "implied",
        _K.APPROVAL_SIGNED: "carded",
        _K.STORE_INSTRUCTED: "carded",
        _K.LOGIN_CLAIMED: "administrative",
        _K.LOGIN_DROPPED: "administrative",
        _K.DEPUTY_NAMED: "administrative",
        _K.DEPUTY_ENDED: "administrative",
        **dict.fromkeys(planning_news.NEWS, "news"),
        _K.ABSENCE_SAVED: "administrative",
        _K.ABSENCE_REMOVED: "administrative",
        _K.ROOM_CLOSED: "implied",
        _K.ATTENTION_CHANGED: "administrative",
        _K.CALLBACK_RECEIVED: "internal",
        _K.MESSAGE_UNDELIVERED: "circular",
        _K.ACCESS_DENIED: "answered",
        _K.TOKEN_CREATED: "administrative",
        _K.TOKEN_REVOKED: "administrative",
        _K.CONFIGURATION_SAVED: "administrative",
        _K.CONFIGURATION_DELETED: "administrative",
        _K.CONNECTION_SAVED: "administrative",
        _K.CONNECTION_ASKED: "administrative",
        _K.CONNECTION_EDITED: "administrative",
        _K.CONNECTION_RENAMED: "administrative",
        _K.CONNECTION_REMOVED: "administrative",
        _K.CONNECTION_STATE_CHANGED: "administrative",
        _K.CONNECTION_EXPIRING: "alerted",
        _K.EVIDENCE_EXPORTED: "answered",
        _K.KEYS_ROTATED: "administrative",
        _K.WEBHOOK_SAVED: "administrative",
        _K.WEBHOOK_REMOVED: "administrative",
        _K.WEBHOOK_REDELIVERED: "administrative",
        _K.WEBHOOK_ROTATED: "administrative",
    }
)
"""Kinds that nobody is told of by message, each with one word why; all of them are in the audit log."""

HEARD: Mapping[EventKind, Bucket | None] = MappingProxyType(
    {kind: row.bucket for kind, row in NOTICES.items()}
)
"""Which kinds are told, and to which bucket's channels besides the release's thread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A notice; whether its reply is shown in the channel as well, whether it calls people who are left alone,

    and whether the thread has it in another message already.
    """

    rendered: Rendered
    broadcast: bool
    urgent: bool
    gathered: bool

    def shown(self, *, own: bool) -> Rendered:
        """As it is sent. The release's `own` thread names it already; the channel that shows a reply too does not."""
        if own and not self.broadcast and isinstance(self.rendered, Sentence):
            return Rendered(text=self.rendered.text, blocks=self.rendered.own)
        return self.rendered


def notice(event: Event, release: Release, *, now: datetime) -> Told | None:
    """The message about an event, from the release as it is now; None where there is nothing to say."""
    row = NOTICES.get(event.kind)
    rendered = row.view(event, release, now) if row is not None else None
    if row is None or rendered is None:
        return None
    return Told(
        rendered=rendered,
        broadcast=row.broadcast(event),
        urgent=row.bucket is Bucket.CRITICAL or row.urgent(event),
        gathered=row.gathered(event),
    )
