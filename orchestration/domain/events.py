"""Past-tense facts. Everything that happened, by people and by the system, is one of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestration.domain.people import Actor


class EventKind(StrEnum):
    """What can have happened."""

    RELEASE_CREATED = "RELEASE_CREATED"
    RELEASE_ARCHIVED = "RELEASE_ARCHIVED"
    STAGE_STARTED = "STAGE_STARTED"
    STAGE_COMPLETED = "STAGE_COMPLETED"
    STAGE_REOPENED = "STAGE_REOPENED"
    TARGET_MOVED = "TARGET_MOVED"
    SLOT_ADDED = "SLOT_ADDED"
    SLOT_EXPIRED = "SLOT_EXPIRED"
    CYCLE_STARTED = "CYCLE_STARTED"
    CYCLE_FINISHED = "CYCLE_FINISHED"
    TASK_STARTED = "TASK_STARTED"
    TASK_SUCCEEDED = "TASK_SUCCEEDED"
    TASK_WAITING = "TASK_WAITING"
    TASK_RETRYING = "TASK_RETRYING"
    TASK_FAILED = "TASK_FAILED"
    TASK_RETRIED = "TASK_RETRIED"
    TASK_SKIPPED = "TASK_SKIPPED"
    TASK_DONE_BY_HAND = "TASK_DONE_BY_HAND"
    TASK_CANCELLED = "TASK_CANCELLED"
    WAIT_REMINDED = "WAIT_REMINDED"
    BUILD_READY = "BUILD_READY"
    HOLD_PLACED = "HOLD_PLACED"
    HOLD_LIFTED = "HOLD_LIFTED"
    APPROVAL_REQUESTED = "APPROVAL_REQUESTED"
    APPROVAL_REMINDED = "APPROVAL_REMINDED"
    APPROVAL_SIGNED = "APPROVAL_SIGNED"
    APPROVAL_GRANTED = "APPROVAL_GRANTED"
    APPROVAL_REJECTED = "APPROVAL_REJECTED"
    APPROVAL_VOIDED = "APPROVAL_VOIDED"
    KICK_OFF_REMINDED = "KICK_OFF_REMINDED"
    RELEASE_OVERDUE = "RELEASE_OVERDUE"
    CALLBACK_RECEIVED = "CALLBACK_RECEIVED"
    MESSAGE_UNDELIVERED = "MESSAGE_UNDELIVERED"
    ACCESS_DENIED = "ACCESS_DENIED"
    ROLE_GRANTED = "ROLE_GRANTED"
    ROLE_REVOKED = "ROLE_REVOKED"
    CONFIGURATION_SAVED = "CONFIGURATION_SAVED"
    CONFIGURATION_DELETED = "CONFIGURATION_DELETED"
    CONNECTION_SAVED = "CONNECTION_SAVED"
    CONNECTION_STATE_CHANGED = "CONNECTION_STATE_CHANGED"
    KEYS_ROTATED = "KEYS_ROTATED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A fact about a release, or with no release about a tenant. `data` holds words and ids, no secrets."""

    kind: EventKind
    at: datetime
    actor: Actor
    release_id: str | None
    data: Mapping[str, str] = field(default_factory=dict)
