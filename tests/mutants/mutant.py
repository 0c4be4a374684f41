"""What a planted bug is."""

from dataclasses import dataclass

SIMULATION = "simulation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """In `module`, `old` (which stands there once) becomes `new`."""

    name: str
    module: str
    old: str
    new: str
    caught_by: str = SIMULATION
    stir: tuple[str, ...] = ()
