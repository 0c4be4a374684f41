"""A nudge: somebody asked another one to see to a matter, at most once in a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PAUSE = timedelta(hours=4)
"""Nobody is nudged again about the same matter before this has passed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Nudge:
    """`by` asked `person` to see to `matter`."""

    matter: str
    person: str
    by: str
    at: datetime
