"""Effects at providers: intent first, then the call, then the record (docs/adr/0003)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EffectState(StrEnum):
    """SENT: the call was to be made and nobody knows how it ended. DROPPED: it surely did not happen."""

    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    DROPPED = "DROPPED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One effect, by its natural key. `plan` holds what was decided before the call (a commit, a name)."""

    id: str
    task_id: str
    state: EffectState
    sent_at: datetime
    plan: Mapping[str, str] = field(default_factory=dict)
    result: Mapping[str, str] = field(default_factory=dict)
