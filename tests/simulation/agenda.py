"""What goes wrong and who does what in one schedule: values drawn from the seed, of which any can be left out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar

from tests.simulation.twins import TroubleKind

Word = TypeVar("Word")
PROVIDERS = ("scm", "cicd", "pm", "tests")
_STEPS = 3_600


class Fault(StrEnum):
    """What may happen to the world."""

    CRASH = "crash"
    PAUSE = "pause"
    TROUBLE = "trouble"
    SLACK = "slack"
    CLOCK = "clock jump"
    ACT = "act"


class Deed(StrEnum):
    """What people, programs and the repository do."""

    HOLD = "hold"
    RESUME = "resume"
    APPROVE = "approve"
    REJECT = "reject"
    FORCE = "force"
    CYCLE = "cycle"
    SLOT_ADD = "slot add"
    SLOT_REMOVE = "slot remove"
    TARGET = "edit target"
    PICK = "pick"
    COMMIT = "commit"
    RETRY = "retry"
    SKIP = "skip"
    ARCHIVE = "archive"
    CALLBACK = "callback"
    STRANGER = "stranger"
    CREDENTIALS = "credentials hold"
    FREEZE = "freeze"


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing that happens at a step of the schedule. `number` is a lot of its own: whom, how long, how often."""

    step: int
    fault: Fault
    what: str = ""
    number: int = 0

    def __str__(self) -> str:
        """For a trace."""
        return f"{self.fault} {self.what} #{self.number} at step {self.step}".replace("  ", " ")


_FAULTS = (
    (Fault.CRASH, 4),
    (Fault.PAUSE, 3),
    (Fault.TROUBLE, 6),
    (Fault.SLACK, 2),
    (Fault.CLOCK, 1),
    (Fault.ACT, 10),
)
_DEEDS = (
    (Deed.HOLD, 3),
    (Deed.RESUME, 3),
    (Deed.APPROVE, 6),
    (Deed.REJECT, 1),
    (Deed.FORCE, 1),
    (Deed.CYCLE, 2),
    (Deed.SLOT_ADD, 2),
    (Deed.SLOT_REMOVE, 1),
    (Deed.TARGET, 1),
    (Deed.PICK, 3),
    (Deed.COMMIT, 2),
    (Deed.RETRY, 3),
    (Deed.SKIP, 1),
    (Deed.ARCHIVE, 1),
    (Deed.CALLBACK, 4),
    (Deed.STRANGER, 2),
    (Deed.CREDENTIALS, 2),
    (Deed.FREEZE, 1),
)
_SLACK_TROUBLES = (TroubleKind.LATER, TroubleKind.WISH, TroubleKind.LOST, TroubleKind.GONE, TroubleKind.SLOW)


def draw(chance: Random, *, only: Collection[str] = ()) -> Sequence[Happening]:
    """The agenda of a seed, in order; `only` these faults and deeds where some are named, and many of them."""
    count = chance.randrange(4, 26) if not only else 24
    found = [_one(chance, only) for _ in range(count)]
    return sorted(found, key=lambda each: each.step)


def _one(chance: Random, only: Collection[str]) -> Happening:
    deeds = [each for each in _DEEDS if not only or each[0] in only]
    fault = _pick(chance, [each for each in _FAULTS if not only or each[0] in only])
    what = ""
    if fault is Fault.ACT:
        what = _pick(chance, deeds).value
    elif fault is Fault.TROUBLE:
        kinds = [kind for kind in TroubleKind if not set(TroubleKind) & set(only) or kind in only]
        what = f"{chance.choice(PROVIDERS)}: {chance.choice(kinds).value}"
    elif fault is Fault.SLACK:
        what = chance.choice(_SLACK_TROUBLES).value
    step = chance.randrange(60, _STEPS if not only else _STEPS // 2)
    return Happening(step=step, fault=fault, what=what, number=chance.randrange(1 << 30))


def _pick(chance: Random, weighted: Sequence[tuple[Word, int]]) -> Word:
    return chance.choices([word for word, _ in weighted], [weight for _, weight in weighted])[0]
