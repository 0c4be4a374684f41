"""Which vendors exist and what each can do: one typed field per port, None where the vendor has none."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from integrations.choices import Kind, Reader
from integrations.discretion import Discreet
from integrations.edge import Edge
from integrations.observed import UNWATCHED, CallWatch, Observed
from orchestration.ports.app_store import AppStore
from orchestration.ports.cicd import CICD
from orchestration.ports.errors import NeedsCredentials, PortError, TryLater
from orchestration.ports.notification import Notification
from orchestration.ports.pm import ProjectManagement
from orchestration.ports.release_health import ReleaseHealth
from orchestration.ports.runtime import Integrations
from orchestration.ports.scm import SourceControl
from orchestration.ports.test_platform import TestPlatform


class About(StrEnum):
    """What news are about: a CI run, or a release in a store."""

    RUN = "run"
    STORE = "store"


@dataclass(frozen=True, kw_only=True, slots=True)
class Callback:
    """News of a CI run that a vendor sent: the run's id, and texts in which our correlation id may stand.

    News of a store have the store's own id of the release as `run_id`, and are a hint to look at what is under way.
    `delivery` is the vendor's id of this delivery, the same when it is sent again.
    """

    delivery: str
    run_id: str
    texts: tuple[str, ...] = ()
    about: About = About.RUN


Hook = Callable[[Any, Any, Mapping[str, str], bytes], Callback | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that a connection needs, and whether it has it. `says` is for people and holds no secret.

    `later`: the provider could not be asked just now, which says nothing of the credentials.
    `credentials`: it failed because the provider does not take them.
    `expires`: until when the credentials are good, where the provider tells.
    """

    what: str
    ok: bool
    says: str
    later: bool = False
    credentials: bool = False
    expires: datetime | None = None


def unmet(what: str, error: PortError) -> Check:
    """The check of what could not be read, because of this error."""
    return Check(
        what=what,
        ok=False,
        says=error.reason,
        later=isinstance(error, TryLater),
        credentials=isinstance(error, NeedsCredentials),
    )


Verify = Callable[[Any, Any, Edge], Awaitable[Sequence[Check]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """A vendor. `settings` and `secrets` are the models of what a connection needs.

    Each opener takes (settings, secrets, edge) and returns the port; it does no I/O. `verify` takes the same and
    tries the connection by reading only: identity, reach, and each permission as far as the vendor tells. It
    raises nothing that a provider may cause: what can't be read is a check that is not ok, and the last one.
    `choices` read what people choose from, see `integrations.choices`.
    """

    key: str
    title: str
    settings: type[BaseModel]
    secrets: type[BaseModel]
    verify: Verify | None = None
    scm: Callable[[Any, Any, Edge], SourceControl] | None = None
    cicd: Callable[[Any, Any, Edge], CICD] | None = None
    pm: Callable[[Any, Any, Edge], ProjectManagement] | None = None
    test_platform: Callable[[Any, Any, Edge], TestPlatform] | None = None
    notification: Callable[[Any, Any, Edge], Notification] | None = None
    app_store: Callable[[Any, Any, Edge], AppStore] | None = None
    release_health: Callable[[Any, Any, Edge], ReleaseHealth] | None = None
    hook: Hook | None = None
    choices: Mapping[Kind, Reader] = field(default_factory=dict)


PORTS = ("scm", "cicd", "pm", "test_platform", "notification", "app_store", "release_health")


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """A tenant's connected account, opened: its settings and secrets as the vendor's own models."""

    id: str
    tenant_id: str
    provider: Provider
    settings: BaseModel
    secrets: BaseModel
    revision: int


Connections = Callable[[str], Awaitable[Sequence[Connection]]]


class Registry:
    """Gives each tenant its ports. A port is opened once per connection and again when the connection changed."""

    def __init__(
        self, *, connections: Connections, edge: Callable[[str], Edge], watch: CallWatch = UNWATCHED
    ) -> None:
        self._connections = connections
        self._edge = edge
        self._watch = watch
        self._opened: dict[tuple[str, str, int, str], object] = {}

    async def load_integrations_for_tenant(self, tenant_id: str) -> Integrations:
        """The ports of {scm, cicd, pm, test_platform, notification, app_stores, release_health} that the tenant has."""
        found: dict[str, dict[str, Any]] = {port: {} for port in PORTS}
        for connection in await self._connections(tenant_id):
            for port in PORTS:
                opener = getattr(connection.provider, port)
                if opener is not None:
                    found[port][connection.id] = self._open(connection, port, opener)
        return Integrations(
            scm=found["scm"],
            cicd=found["cicd"],
            pm=found["pm"],
            test_platform=found["test_platform"],
            notification=found["notification"],
            app_stores=found["app_store"],
            release_health=found["release_health"],
        )

    def _open(self, connection: Connection, port: str, opener: Callable[[Any, Any, Edge], object]) -> object:
        key = (connection.tenant_id, connection.id, connection.revision, port)
        if key not in self._opened:
            edge = self._edge(connection.tenant_id)
            port_of_it = opener(connection.settings, connection.secrets, edge)
            observed = Observed(port_of_it, self._watch, provider=connection.provider.key, name=port)
            self._opened[key] = Discreet(observed, connection.secrets)
        return self._opened[key]
