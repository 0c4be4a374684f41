"""In whose name a person signs: their own, or that of somebody who named them deputy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestration.domain.decisions import areas_for
from orchestration.domain.gates import Gate


@dataclass(frozen=True, kw_only=True, slots=True)
class Deputy:
    """`person` lets `deputy` sign in their place until a moment."""

    person: str
    deputy: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Me:
    """What is known of a person: their logins, who stands in for them, and for whom they stand in."""

    logins: tuple[str, ...]
    deputy: Deputy | None
    stands_for: tuple[Deputy, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What a person may sign, by roles as they are now."""

    person: str
    areas: frozenset[str]
    may_approve: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """The areas that somebody signs for, and in whose place; in one's own where that is None."""

    areas: tuple[str, ...]
    instead_of: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What one person may do about a question: say yes, say no, override what is missing, change the release.

    `who` says who decides it.
    """

    sign: bool
    decline: bool
    force: bool
    edit: bool
    who: str


def seat(gate: Gate, me: Standing, others: Sequence[Standing] = ()) -> Seat:
    """Where a person sits: at their own areas first, else at those of somebody whose deputy they are.

    A deputy gives one yes, in the place of one person; who has signed already is not replaced. No areas: nowhere.
    """
    own = areas_for(gate, me.person, me.areas, may_approve=me.may_approve)
    if not own and not others:
        return Seat(areas=())
    missing = {wanted.area for wanted in gate.missing()}
    if set(own) & missing:
        return Seat(areas=own)
    signed = {who for s in gate.signatures for who in (s.by, s.instead_of)}
    for other in others:
        lent = areas_for(gate, other.person, other.areas, may_approve=other.may_approve)
        if other.person not in signed and set(lent) & missing:
            return Seat(areas=lent, instead_of=other.person)
    return Seat(areas=own)
