"""The contract of an app store, as far as Stages 1 to 3 ask: is the build there, and can testers have it?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class StoreBuildState(StrEnum):
    """What the store makes of an uploaded build. REJECTED: it will never be usable, another must be uploaded."""

    PROCESSING = "PROCESSING"
    READY = "READY"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreBuild:
    """A build that the store knows.

    `id` is the store's own, `number` its build number or version code, as text. `url` is the page for our people,
    `testers_url` where testers get it, None where the store gives no such address. `detail` a few words for people.
    """

    id: str
    version: str
    number: str
    state: StoreBuildState
    url: str
    testers_url: str | None = None
    uploaded_at: datetime | None = None
    detail: str | None = None


class AppStore(Protocol):
    """One app in one store. Raises the errors of `orchestration.ports.errors` and nothing else."""

    @property
    def processing_lag(self) -> timedelta:
        """How long an uploaded build may stay unknown to `find_build`."""

    async def find_build(
        self, *, version: str, number: str | None, not_before: datetime | None
    ) -> StoreBuild | None:
        """The build of this version and number, None while the store does not show it. Reads only.

        Without a number: the newest build of the version that was uploaded at or after `not_before`. A store that
        tells no upload time gives the greatest number of the version.
        """

    async def share_with_testers(self, build: StoreBuild, *, group: str) -> StoreBuild:
        """Give a READY build to a group of testers (App Store: a beta group; Google Play: a testing track).

        Idempotent by build and group: a build that the group has already is left as it is, and nobody is told
        twice. Refused where the group does not exist or the build is not READY.
        """
