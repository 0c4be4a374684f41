"""What a provider does in the world that counts how its apps are used."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from sandbox.roles import Json, Member, Order


class Gauge(Member):
    """What counts the sessions and crashes of an app's versions. `package` and `project` are its names there."""

    package: ClassVar[str]
    project: ClassVar[str]

    @abstractmethod
    def use(self, version: str, build: str, *, sessions: int, crashed: int) -> None:
        """People use a build so many times now, and so many times it crashes."""

    @abstractmethod
    def used(self) -> Sequence[Mapping[str, str | int]]:
        """What was counted, by release: `release`, `sessions`, `crashed`."""

    def address(self) -> Json:
        """Also: the names of the app."""
        return {**super().address(), "package": self.package, "project": self.project}

    def holds(self) -> Json:
        """Also: what was counted."""
        return {**super().holds(), "used": [dict(row) for row in self.used()]}

    def orders(self) -> Mapping[str, Order]:
        """Also: to use a build, {"version", "build", "sessions", "crashed"}."""

        def use(order: Json) -> None:
            self.use(
                str(order["version"]),
                str(order["build"]),
                sessions=int(order["sessions"]),
                crashed=int(order.get("crashed", 0)),
            )

        return {**super().orders(), "sessions": use}
