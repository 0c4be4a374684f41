"""What every part of the store stands on."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from orchestration.ports.runtime import Clock
from orchestration.ports.witness import UNWATCHED, Witness
from orchestration.store.database import Database
from orchestration.store.kept import KeptReleases
from orchestration.store.times import LeaseTime, past_ms
from orchestration.store.wake import Others, Wake, Wakes


@dataclass(frozen=True, kw_only=True, slots=True)
class Backing:
    """The database, the time that is due and that of leases, who claims, whom to wake here and elsewhere, who counts,
    and what was read last.

    `post` is the clock of the queues to and from people and providers: what goes over a wire keeps real time, even
    where the time of the releases is a sandbox's.
    """

    database: Database
    clock: Clock
    post: Clock
    time: LeaseTime
    owner: str
    wakes: Wakes
    others: Others
    witness: Witness = UNWATCHED
    kept: KeptReleases = field(default_factory=KeptReleases)

    def now_ms(self) -> int:
        """The present, in whole milliseconds."""
        return past_ms(self.clock.now())

    def post_ms(self) -> int:
        """The present of the queues, in whole milliseconds."""
        return past_ms(self.post.now())

    def wake(self, kinds: Iterable[Wake]) -> None:
        """After a commit: there is something to look at, for those here and in other replicas."""
        self.wakes.set(kinds)
        self.others.tell(kinds)
