"""What will happen to a release, and what is in its way: the parts of an explanation."""

from dataclasses import dataclass
from datetime import datetime

from orchestration.domain.tasks import WaitOwner

SYSTEM_OWNER = "Stationmaster"
OWNERS = {WaitOwner.CI: "CI", WaitOwner.STORE: "the store"}
"""Those who are waited for and are no person."""
CONDITION = "condition:"
"""How the matters of a gate's conditions begin."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """Something that will happen. `owner` is a user id, an area or a name; `at` None: when it is done."""

    what: str
    owner: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Obstacle:
    """Something in the way, and what removes it. `matter` names it for as long as it is the same; may be empty."""

    what: str
    owner: str
    since: datetime
    remedy: str
    link: str | None = None
    matter: str = ""
