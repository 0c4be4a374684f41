"""The rule by which a version's health is judged while it is let out, as the configuration says it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class HealthAction(StrEnum):
    """What follows from poor health: people are told, or the store is stopped as well."""

    WARN = "warn"
    PAUSE = "pause"


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthPlan:
    """`project` and `app` are the names in the tool that counts crashes; `app` is the id of the package there.

    `crash_free` is the least share of sessions without a crash, in per cent, `drop` by how many points it may lie below
    that of the version before; None where that does not matter. Nothing is judged before `sessions` were counted
    within `window`.
    """

    integration: str
    project: str
    app: str
    crash_free: float | None = 99.0
    drop: float | None = 0.5
    sessions: int = 500
    window: timedelta = timedelta(days=1)
    action: HealthAction = HealthAction.WARN
