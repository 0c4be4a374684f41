"""What every use case is given: the database, the time, chance, the tenants' ports and who hears what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from orchestration.domain.events import EventKind
from orchestration.domain.snapshot import Bucket
from orchestration.ports.attention import Faces
from orchestration.ports.people import Membership
from orchestration.ports.planning import Holidays, NoHolidays, UserGroups
from orchestration.ports.rehearsal import Rehearsals
from orchestration.ports.rooms import Rooms
from orchestration.ports.runtime import Chance, Clock, LoadIntegrations, UnitsOfWork
from orchestration.ports.tracing import UNTRACED, Tracer
from orchestration.ports.witness import UNWATCHED, Witness

CONFIGURATIONS = "configurations"
"""The name under which a tenant's configurations are changed, and releases started with them, one at a time."""
CONNECTIONS_TOLD = "webhooks"
"""The same for webhooks, so that there are never more than may be."""
ROLES = "roles"
"""The name under which a tenant's roles are changed, so that two owners can't take the role from each other at once."""
PLANNING = "planning"
"""The same for trains, freezes and rotations; who needs both names takes CONFIGURATIONS first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """`work` opens a transaction that may write, `look` one that only reads and holds up nobody.

    `patience` is how old an intent may be when it is acted upon: less than a lease, and by the same time as leases,
    which is `lease_clock` where the time of the releases is another one.
    `heard` lists the events that people are told of, each with the bucket whose channels hear it too.
    `groups` None: there is no chat whose user groups could be kept; `membership` None: none that knows its people.
    `faces` None: none that tells their zones; `rooms` None: none that has channels.
    `rehearsals` None: nothing here can play a release. `web_url` None: no address leads to a release.
    """

    work: UnitsOfWork
    look: UnitsOfWork
    clock: Clock
    chance: Chance
    integrations: LoadIntegrations
    heard: Mapping[EventKind, Bucket | None]
    patience: timedelta = timedelta(seconds=15)
    holidays: Holidays = field(default_factory=NoHolidays)
    groups: UserGroups | None = None
    faces: Faces | None = None
    rooms: Rooms | None = None
    membership: Membership | None = None
    rehearsals: Rehearsals | None = None
    lease_clock: Clock | None = None
    witness: Witness = UNWATCHED
    tracer: Tracer = UNTRACED
    web_url: str | None = None

    @property
    def pulse(self) -> Clock:
        """The clock that leases and patience go by."""
        return self.lease_clock or self.clock
