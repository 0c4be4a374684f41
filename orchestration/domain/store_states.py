"""The words of app stores: how far a version is, how it is let out in steps, and by whom."""

from enum import StrEnum


class StoreState(StrEnum):
    """How far a version is in its store.

    PENDING        the store has it, and nothing happens to it before somebody sends it for review
    SUBMITTED      it waits for the store's review
    IN_REVIEW      the store looks at it
    APPROVED       it passed, and nobody has it yet: it waits for its time, for `release`, or for a person
    REJECTED       the store will not have it so; `detail` says what the store told
    CANCELLED      it was taken back before anybody had it
    LIVE           PHASED: the store gives it to more users day by day
    PAUSED         PHASED: no further users are given it by themselves, for a limited time
    IN_PROGRESS    STAGED: `percent` of the users are offered it
    HALTED         STAGED: nobody is offered it any more; who has it keeps it
    COMPLETE       everybody is offered it; there is no way back

    A store that tells no difference between SUBMITTED and IN_REVIEW tells SUBMITTED.
    """

    PENDING = "PENDING"
    SUBMITTED = "SUBMITTED"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    LIVE = "LIVE"
    PAUSED = "PAUSED"
    IN_PROGRESS = "IN_PROGRESS"
    HALTED = "HALTED"
    COMPLETE = "COMPLETE"


class Rollout(StrEnum):
    """How a store lets a version out in steps.

    PHASED: by days of its own (App Store: 1, 2, 5, 10, 20, 50, 100 %), which can be paused, resumed and cut short.
    STAGED: to as many percent as it is told (Google Play), which only grow, can be halted, resumed and completed.
    """

    PHASED = "PHASED"
    STAGED = "STAGED"


class GoLive(StrEnum):
    """Who lets an approved version out: the store at once, a person through `release`, or the store at a time."""

    AUTOMATIC = "AUTOMATIC"
    MANUAL = "MANUAL"
    SCHEDULED = "SCHEDULED"
