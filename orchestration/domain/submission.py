"""A submission: one version of one pair on its way through its store, and the rows of its legal moves.

The states are the store's own words (`store_states`), and the signal of a move is the state that the store tells.
Looks at a store may repeat and skip steps: a state only moves along its table, and its share of users only grows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from orchestration.domain.health import HealthWatch
from orchestration.domain.pairs import Pair, Target
from orchestration.domain.store_states import Rollout, StoreState

_S = StoreState
_REVIEW = (_S.SUBMITTED, _S.IN_REVIEW, _S.APPROVED)

PAUSE_BUDGET = timedelta(days=30)
"""How long a phased release may be paused in all."""


def _rows(moving: StoreState, stopped: StoreState) -> Mapping[tuple[StoreState, StoreState], StoreState]:
    """The table of a store: forward from each state, whatever was missed in between."""
    out = (moving, stopped, _S.COMPLETE)
    forward = {
        # Turned back is no word about what was not sent: it is what became of the submission before.
        _S.PENDING: (*_REVIEW, *out),
        _S.SUBMITTED: (*_REVIEW[1:], _S.REJECTED, _S.CANCELLED, *out),
        _S.IN_REVIEW: (*_REVIEW[2:], _S.REJECTED, _S.CANCELLED, *out),
        _S.APPROVED: (_S.REJECTED, _S.CANCELLED, *out),
        moving: (stopped, _S.COMPLETE),
        stopped: (moving, _S.COMPLETE),
    }
    rows = {(state, told): told for state, every in forward.items() for told in every}
    # What was sent and is not sent any more was taken back, by whomever.
    return MappingProxyType({**rows, **{(state, _S.PENDING): _S.CANCELLED for state in _REVIEW}})


SUBMISSION_MOVES: Mapping[Rollout, Mapping[tuple[StoreState, StoreState], StoreState]] = MappingProxyType(
    {
        Rollout.PHASED: _rows(_S.LIVE, _S.PAUSED),
        Rollout.STAGED: _rows(_S.IN_PROGRESS, _S.HALTED),
    }
)
"""(state, what the store tells) → state, by how the store lets out."""

UNDER_REVIEW = frozenset({_S.SUBMITTED, _S.IN_REVIEW})
REVIEWED = frozenset(_REVIEW)
"""It was sent, and nobody has it yet."""
MOVING = frozenset({_S.LIVE, _S.IN_PROGRESS})
STOPPED = frozenset({_S.PAUSED, _S.HALTED})
OUT = MOVING | STOPPED | {_S.COMPLETE}
"""Users have it."""
TURNED_BACK = frozenset({_S.REJECTED, _S.CANCELLED})
"""Nobody has it, and only a new submission goes on from here."""


class Verb(StrEnum):
    """What a store can be told about a version that was submitted."""

    WITHDRAW = "WITHDRAW"
    RELEASE = "RELEASE"
    RAISE = "RAISE"
    PAUSE = "PAUSE"
    HALT = "HALT"
    RESUME = "RESUME"
    COMPLETE = "COMPLETE"


SAFE = frozenset({Verb.WITHDRAW, Verb.PAUSE, Verb.HALT})
"""They only keep a version from more users: nothing ever gates them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruction:
    """What the store is to be told, until it was. `number` tells the instructions of a submission apart.

    `sent_at` is when it was tried first: from then on it may have worked. `trouble` is why it has not yet.
    """

    number: int
    verb: Verb
    by: str
    at: datetime
    percent: float | None = None
    reason: str | None = None
    sent_at: datetime | None = None
    tries: int = 0
    retry_at: datetime | None = None
    trouble: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What a store told of a version when it was asked at `asked_at`."""

    state: StoreState
    asked_at: datetime
    url: str
    number: str | None = None
    percent: float = 0.0
    phased: bool = False
    day: int | None = None
    pause_left: timedelta | None = None
    live_since: datetime | None = None
    detail: str | None = None
    todo: str | None = None
    replaced: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """Why a store could not be asked or told; `after` is its wish, `maybe_done`: it may have worked all the same."""

    reason: str
    after: timedelta | None = None
    maybe_done: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """One submission of a pair; a rejected or cancelled one is followed by another with the next `number`.

    `build` is the store's own number of the build, None while none is known.
    `notes` are texts that an earlier version kept here; what is new stands with the release, see `texts_for`.
    The dates are when the store told it first. `seen_at` is when the store was asked last, `check_at` when it is
    asked next. `send_for_review` is what somebody chose for this one, None where the configuration says it.
    `paused_for` is how long it was paused before `paused_at`. `raised_at` is when its share grew last,
    `step_at` when the next step is taken by itself. `outside`: it was sent by somebody in the store's console.
    """

    id: str
    pair: Pair
    number: int
    version: str
    integration: str
    build: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    send_for_review: bool | None = None
    state: StoreState = StoreState.PENDING
    percent: float = 0.0
    phased: bool = False
    day: int | None = None
    opened_at: datetime
    submitted_at: datetime | None = None
    in_review_at: datetime | None = None
    approved_at: datetime | None = None
    live_at: datetime | None = None
    completed_at: datetime | None = None
    turned_back_at: datetime | None = None
    replaced_at: datetime | None = None
    paused_at: datetime | None = None
    paused_for: timedelta = timedelta(0)
    raised_at: datetime | None = None
    step_at: datetime | None = None
    seen_at: datetime | None = None
    check_at: datetime | None = None
    silent_at: datetime | None = None
    url: str | None = None
    detail: str | None = None
    todo: str | None = None
    outside: bool = False
    looks: int = 0
    trouble: str | None = None
    instructions: int = 0
    instruction: Instruction | None = None
    health: HealthWatch = field(default_factory=HealthWatch)

    @property
    def rollout(self) -> Rollout:
        """How its store lets it out."""
        return rollout_of(self.pair)

    @property
    def over(self) -> bool:
        """Whether its store is done with it: everybody is offered it, or a newer version took its place."""
        return self.state is StoreState.COMPLETE or self.replaced_at is not None

    @property
    def turned_back(self) -> bool:
        """Whether it was rejected or cancelled."""
        return self.state in TURNED_BACK

    @property
    def out(self) -> bool:
        """Whether users have it."""
        return self.state in OUT

    def pause_left(self, now: datetime) -> timedelta | None:
        """What is left of the days for which it may be paused, None where there is no such limit."""
        if self.rollout is not Rollout.PHASED or not self.phased:
            return None
        running = now - self.paused_at if self.paused_at is not None else timedelta(0)
        return max(PAUSE_BUDGET - self.paused_for - running, timedelta(0))


def rollout_of(pair: Pair) -> Rollout:
    """How the store of a pair lets out."""
    return Rollout.PHASED if pair.target is Target.APP_STORE else Rollout.STAGED


def stop_verb(pair: Pair) -> Verb:
    """The word by which the pair's own store stops a rollout."""
    return Verb.PAUSE if rollout_of(pair) is Rollout.PHASED else Verb.HALT


def current(submissions: Iterable[Submission]) -> tuple[Submission, ...]:
    """The newest submission of each pair, in the order of the pairs."""
    return tuple({each.pair: each for each in submissions}.values())


def facts_of(submission: Submission) -> dict[str, str | None]:
    """What is told with every fact about a submission."""
    return {
        "submission": submission.id,
        "pair": submission.pair.key,
        "version": submission.version,
        "build": submission.build,
        "percent": f"{submission.percent:g}",
        "link": submission.url,
    }
