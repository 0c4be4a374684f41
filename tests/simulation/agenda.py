"""What goes wrong and who does what in one schedule: values drawn from the seed, of which any can be left out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar

from tests.simulation.cast import Cast
from tests.simulation.twins import TroubleKind

Word = TypeVar("Word")
PROVIDERS = ("scm", "cicd", "pm", "tests")
_STEPS = 3_600
ALONE = Cast()


class Fault(StrEnum):
    """What may happen to the world."""

    CRASH = "crash"
    PAUSE = "pause"
    TROUBLE = "trouble"
    SLACK = "slack"
    CLOCK = "clock jump"
    AWAY = "away"
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
    HALT = "halt"
    GO_ON = "rollout resume"
    STEP = "rollout step"
    WITHDRAW = "rollout withdraw"
    CONSOLE = "act in the console"


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
    (Fault.AWAY, 1),
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
_AT_STORES = (
    (Deed.HALT, 3),
    (Deed.GO_ON, 2),
    (Deed.STEP, 2),
    (Deed.WITHDRAW, 1),
    (Deed.CONSOLE, 2),
)
_SLACK_TROUBLES = (TroubleKind.LATER, TroubleKind.WISH, TroubleKind.LOST, TroubleKind.GONE, TroubleKind.SLOW)


def draw(chance: Random, *, only: Collection[str] = (), cast: Cast = ALONE) -> Sequence[Happening]:
    """The agenda of a seed, in order; `only` these faults and deeds where some are named, and many of them."""
    count = round(chance.randrange(4, 26) * cast.size**0.5) if not only else 24
    found = [_one(chance, only, cast) for _ in range(count)]
    return sorted(found, key=lambda each: each.step)


def _one(chance: Random, only: Collection[str], cast: Cast) -> Happening:
    every = _DEEDS + (_AT_STORES if cast.stores else ())
    ports = PROVIDERS + (("store",) if cast.stores else ())
    deeds = [each for each in every if not only or each[0] in only]
    fault = _pick(chance, [each for each in _FAULTS if not only or each[0] in only])
    what = ""
    if fault is Fault.ACT:
        what = _pick(chance, deeds).value
    elif fault is Fault.TROUBLE:
        kinds = [kind for kind in TroubleKind if not set(TroubleKind) & set(only) or kind in only]
        what = f"{chance.choice(ports)}: {chance.choice(kinds).value}"
    elif fault is Fault.SLACK:
        what = chance.choice(_SLACK_TROUBLES).value
    elif fault is Fault.AWAY:
        what = chance.choice((*ports, "slack", "slack"))
    step = chance.randrange(60, int(_STEPS * cast.size) if not only else _STEPS // 2)
    return Happening(step=step, fault=fault, what=what, number=chance.randrange(1 << 30))


def _pick(chance: Random, weighted: Sequence[tuple[Word, int]]) -> Word:
    return chance.choices([word for word, _ in weighted], [weight for _, weight in weighted])[0]
