"""Who takes part in a schedule besides one release: most worlds are small, so that many of them can be played."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

_STORES, _ABROAD = 0.14, 0.05
_BESIDE = 0.14


class Beside(StrEnum):
    """What runs in the workspace beside the first release."""

    NOTHING = "nothing"
    RELEASE = "another release"
    HOTFIX = "a hotfix"
    TRAIN = "a train"


_OTHERS = ((Beside.RELEASE, 4), (Beside.HOTFIX, 3), (Beside.TRAIN, 3))


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """`stores`: releases go on to their last user. `abroad`: another workspace has a release of its own."""

    stores: bool = False
    beside: Beside = Beside.NOTHING
    abroad: bool = False

    def __str__(self) -> str:
        """For a trace and a count."""
        beside = self.beside.value if self.beside is not Beside.NOTHING else ""
        parts = ("stores" if self.stores else "", beside, "another workspace" if self.abroad else "")
        return ", ".join(part for part in parts if part) or "one release"

    @property
    def size(self) -> float:
        """How much there is to live through, in lives of one release."""
        others = (self.beside is not Beside.NOTHING) + self.abroad
        return (1.0 + 0.8 * others) * (1.5 if self.stores else 1.0)


def cast_of(seed: int) -> Cast:
    """The cast of a seed."""
    chance = Random(f"cast {seed}")
    stores, other, abroad = (chance.random() for _ in range(3))
    beside = Beside.NOTHING
    if other < _BESIDE:
        beside = chance.choices([each for each, _ in _OTHERS], [weight for _, weight in _OTHERS])[0]
    return Cast(stores=stores < _STORES, beside=beside, abroad=abroad < _ABROAD)
