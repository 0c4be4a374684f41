"""The health of an app's versions among its users, as a tool that counts crashes tells it. Reading only."""

from datetime import datetime
from typing import Protocol

from orchestration.domain.health import HealthReport, Vitals

__all__ = ["HealthReport", "ReleaseHealth", "Vitals"]


class ReleaseHealth(Protocol):
    """What was counted of an app."""

    async def read_health(
        self, *, project: str, app: str, version: str, build: str | None, since: datetime, until: datetime
    ) -> HealthReport:
        """Sessions and users of every version between two moments, with the new issues of one build.

        All versions, because a version is judged beside the one before; a build that nobody uses yet is not there.
        Times are widened to what the tool counts by. Refused where there is no such project.
        """
