"""The contract of an app store, as far as the engine asks before distribution: is the build there?"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreBuild:
    """A build that the store has processed; `number` is the store's build number or version code."""

    version: str
    number: str
    url: str


class AppStore(Protocol):
    """A store. Reading is idempotent by nature."""

    async def find_build(self, *, version: str, number: str) -> StoreBuild | None:
        """The processed build, or None while the store does not show it yet."""
