"""What the chat knows of people, for tests of REST: one group, one person who left, and a zone that may change."""

from dataclasses import dataclass

from orchestration.ports.attention import Face
from orchestration.ports.errors import Refused, TryLater

GROUP, UNREADABLE, GONE = "S0TEAM01", "S0SECRET1", "U000GONE1"


@dataclass
class Chat:
    """Knows who is there, who is in a group and by which clock they live."""

    inside: frozenset[str] = frozenset()
    zone_: str = "Europe/Berlin"
    silent: bool = False

    async def members(self, _tenant: str, group: str) -> frozenset[str]:
        """Those of the one group."""
        if group == UNREADABLE:
            raise Refused("The group is not ours to look into")
        return self.inside if group == GROUP else frozenset()

    async def is_active(self, _tenant: str, person: str) -> bool:
        """All but the one who left, while the chat answers."""
        if self.silent:
            raise TryLater("Slack could not be reached")
        return person != GONE

    async def is_outside(self, _tenant: str, _person: str) -> bool:
        """All are of the company."""
        return False

    async def zone(self, _tenant: str, _person: str) -> str:
        """The clock of all."""
        return self.zone_

    async def face(self, _tenant: str, person: str) -> Face:
        """A name and the clock."""
        return Face(name=person, zone=self.zone_)
