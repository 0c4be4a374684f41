"""Gates: conditions judged from facts, and people's decisions bound to the evidence that they saw."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from orchestration.domain.offers import Offer, offer_changes
from orchestration.domain.stages import take


class GateKind(StrEnum):
    """What a gate opens the way to."""

    START_STAGE_2 = "START_STAGE_2"
    APPROVE_STAGE_3 = "APPROVE_STAGE_3"
    SUBMISSION = "SUBMISSION"


GATE_TITLES: Mapping[GateKind, str] = MappingProxyType(
    {
        GateKind.START_STAGE_2: "Start regression",
        GateKind.APPROVE_STAGE_3: "Approve Stage 3",
        GateKind.SUBMISSION: "Approve the submission",
    }
)


class GateState(StrEnum):
    """VOID: what was to be approved changed so much that the question is no longer asked."""

    OPEN = "OPEN"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    VOID = "VOID"


class GateSignal(StrEnum):
    """What can happen to a gate."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"
    WITHDRAW = "WITHDRAW"


GATE_MOVES: Mapping[tuple[GateState, GateSignal], GateState] = MappingProxyType(
    {
        (GateState.OPEN, GateSignal.APPROVE): GateState.APPROVED,
        (GateState.OPEN, GateSignal.REJECT): GateState.REJECTED,
        (GateState.OPEN, GateSignal.WITHDRAW): GateState.VOID,
        (GateState.REJECTED, GateSignal.WITHDRAW): GateState.VOID,
        (GateState.REJECTED, GateSignal.APPROVE): GateState.APPROVED,
        (GateState.APPROVED, GateSignal.WITHDRAW): GateState.VOID,
    }
)


class Condition(StrEnum):
    """What a gate can ask for; each can be switched off in the configuration."""

    NO_ACTIVE_CYCLE = "no_active_cycle"
    NO_SLOTS_LEFT = "no_slots_left"
    HEAD_IS_TESTED = "head_is_tested"
    AUTOMATION_GREEN = "automation_green"
    TESTS_PASSED = "tests_passed"
    TICKETS_DONE = "tickets_done"
    AUTHORS_KNOWN = "authors_known"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """The judgement of one condition. `met` is False unless facts show otherwise; `says` is for people.

    `key` names what was found where another one would be other evidence (the commit that was not tested), and
    `lines` tell it one by one.
    """

    condition: Condition
    met: bool
    says: str
    owner: str | None = None
    link: str | None = None
    key: str | None = None
    lines: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What of it belongs to the name of the evidence."""
        if self.key is None:
            return "" if self.met else self.condition
        return f"{'accepted' if self.met else 'unmet'} {self.condition} {self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What a person sees when deciding: the tested commit, its builds, test runs and the findings.

    `authors` are the people who wrote what is to be approved, `unknown` the authors that are nobody's yet.
    `offer` is what goes to a store, where that is the question.
    """

    commit: str | None
    tag: str | None
    builds: tuple[str, ...]
    suites: tuple[str, ...]
    findings: tuple[Finding, ...]
    read_at: datetime
    authors: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    offer: Offer | None = None

    @property
    def unmet(self) -> tuple[Finding, ...]:
        """The conditions that stand in the way."""
        return tuple(f for f in self.findings if not f.met)

    @property
    def digest(self) -> str:
        """Names this evidence: changes where the commit, the builds, the runs or the unmet conditions change.

        Figures that move while everything stays true (one more passed test) do not change it.
        """
        parts = (
            self.commit or "",
            self.tag or "",
            *sorted(self.builds),
            "|",
            *sorted(self.suites),
            "|",
            *sorted({f.mark for f in self.findings} - {""}),
            *(("|", *self.offer.parts) if self.offer is not None else ()),
        )
        return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()[:12]


def changes(before: Evidence, after: Evidence) -> tuple[str, ...]:
    """What changed between two evidences, in words; empty where, and only where, the digest is the same."""
    if before.digest == after.digest:
        return ()
    said = []
    if before.commit != after.commit:
        said.append(f"the tested commit is now {(after.commit or 'unknown')[:10]}")
    if before.tag != after.tag:
        said.append(f"the release candidate is now {after.tag or 'unknown'}")
    if sorted(before.builds) != sorted(after.builds):
        said.append("the builds are others")
    if sorted(before.suites) != sorted(after.suites):
        said.append("the test runs are others")
    said += offer_changes(before.offer, after.offer)
    was = {f.condition: f for f in before.findings if f.mark}
    now = {f.condition: f for f in after.findings if f.mark}
    said += [f.says for key, f in now.items() if key not in was or was[key].mark != f.mark]
    said += [
        next((f.says for f in after.findings if f.condition == key), str(key))
        for key in was
        if key not in now
    ]
    return tuple(said)


@dataclass(frozen=True, kw_only=True, slots=True)
class SignOff:
    """How many people of an area must approve, and who may (ids of the chat system): nobody named, its role."""

    area: str
    needed: int
    people: tuple[str, ...] = ()


ANY_APPROVER = SignOff(area="release", needed=1, people=())
"""What a gate asks for where the configuration asks for nobody in particular."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """One person's yes, for the areas that the person signs for, bound to the evidence that was shown.

    `instead_of` is the one whose deputy gave it.
    """

    by: str
    areas: tuple[str, ...]
    at: datetime
    digest: str
    instead_of: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """How a gate was settled. `forced` with the conditions that were overridden."""

    by: str
    at: datetime
    reason: str | None = None
    forced: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """A question to people, open until it is settled once.

    `since` is the evidence that was last approved and is void; `asked_at` when everything was fit for approval first;
    `drift` the untested head that people were told of. `subject` is the submission that it asks about, and `about`
    the name of its pair.
    """

    id: str
    kind: GateKind
    opened_at: datetime
    sign_offs: tuple[SignOff, ...]
    state: GateState = GateState.OPEN
    evidence: Evidence | None = None
    check_at: datetime | None = None
    remind_at: datetime | None = None
    signatures: tuple[Signature, ...] = ()
    decision: Decision | None = None
    since: Evidence | None = None
    asked_at: datetime | None = None
    drift: str | None = None
    subject: str | None = None
    about: str | None = None

    @property
    def question(self) -> str:
        """`Approve Stage 3`, `Approve the submission (iOS)`."""
        title = GATE_TITLES[self.kind]
        return f"{title} ({self.about})" if self.about else title

    def missing(self) -> tuple[SignOff, ...]:
        """The sign-offs still to come, with the number still needed and the people who have not said yes."""
        missing = []
        gone = {who for s in self.signatures for who in (s.by, s.instead_of)}
        for wanted in self.sign_offs:
            given = sum(1 for s in self.signatures if wanted.area in s.areas)
            if given < wanted.needed:
                left = tuple(who for who in wanted.people if who not in gone) or wanted.people
                missing.append(SignOff(area=wanted.area, needed=wanted.needed - given, people=left))
        return tuple(missing)


def settled(gate: Gate, signal: GateSignal) -> GateState:
    """The gate's next state; IllegalMove where it is settled already."""
    return take(f"The gate {gate.id}", GATE_MOVES, gate.state, signal)
