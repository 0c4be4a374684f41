"""What the forms of a configuration must know of the workspace: its connections, and what each can show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.connections import Listed
from bot.views.configurations import Option
from integrations.registry import PORTS, Provider

_STATES = {"verified": "Verified", "failing": "Failing", "revoked": "Revoked"}
_SHOWN = 98


@dataclass(frozen=True, kw_only=True, slots=True)
class Connected:
    """A connection. `kinds` is what can be chosen from it."""

    id: str
    name: str
    title: str
    state: str
    ports: frozenset[str]
    kinds: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """`fresh`: the configuration was never stored, so its id can still be chosen."""

    connections: Mapping[str, Connected]
    fresh: bool

    def choices(self, port: str, current: str) -> Iterator[Option]:
        """The connections that have a port, and the one that is named now, whatever it is."""
        fitting = [each for each in self.connections.values() if port in each.ports]
        named = [each for each in fitting if each.id == current]
        others = [each for each in fitting if each.id != current]
        if current and not named:
            known = current in self.connections
            words = "doesn't fit here" if known else "is not connected"
            yield Option(value=current, label=current, detail=f"{current} {words}")
        for each in [*named, *others][:_SHOWN]:
            detail = f"{each.title} · {_STATES.get(each.state, each.state)} · {each.id}"
            yield Option(value=each.id, label=each.name, detail=detail)

    def kinds_of(self, connection: str, wanted: Sequence[str]) -> tuple[str, ...]:
        """Those of the wanted kinds that can be chosen from a connection."""
        found = self.connections.get(connection)
        return tuple(kind for kind in wanted if found is not None and kind in found.kinds)


def connected(listed: Sequence[Listed], providers: Mapping[str, Provider]) -> Mapping[str, Connected]:
    """The connections of a tenant, by id; of a provider that this version does not know nothing can be chosen."""
    return {each.id: _connected(each, providers.get(each.provider)) for each in listed}


def _connected(listed: Listed, provider: Provider | None) -> Connected:
    return Connected(
        id=listed.id,
        name=listed.name,
        title=provider.title if provider else listed.provider,
        state=str(listed.state.value),
        ports=frozenset(port for port in PORTS if provider and getattr(provider, port) is not None),
        kinds=frozenset(kind.value for kind in provider.choices) if provider else frozenset(),
    )
