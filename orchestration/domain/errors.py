"""What the rules answer besides yes.

DomainError
├── IllegalMove   a transition table has no row for this
├── NotNow        a person asked for something that can't be done in this state; says why
├── Unknown       the tenant has no such thing
├── NotAllowed    the person lacks the permission; says who has it
└── Invalid       input is wrong; all problems at once, each with its field
"""

from collections.abc import Sequence
from dataclasses import dataclass


class DomainError(Exception):
    """Base of all refusals by the rules; the text is a sentence for people."""


class IllegalMove(DomainError):
    """No row for (state, signal)."""

    def __init__(self, what: str, state: str, signal: str) -> None:
        super().__init__(f"{what} can't take {signal} while {state}")
        self.what = what
        self.state = state
        self.signal = signal


class NotNow(DomainError):
    """The act does not fit the state; `settled` is True when somebody else did it already."""

    def __init__(self, reason: str, *, settled: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.settled = settled


class Unknown(DomainError):
    """The tenant has nothing of this id."""


class NotAllowed(DomainError):
    """The person may not do this."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong with an input: the field's name and a sentence that says how to mend it.

    `place` are the parts of the field's name where one of them may hold a dot of its own.
    """

    field: str
    message: str
    place: tuple[str, ...] = ()


class Invalid(DomainError):
    """All problems of one input, never just the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = tuple(problems)
