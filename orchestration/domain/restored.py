"""When a release came back with a backup."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Restored:
    """When it was put back, and to which time: what was done between the two is not known here."""

    since: datetime
    at: datetime
