"""A public name that leads inside: whatever the provider and its library, nobody is connected to."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from bot.connections.addresses import is_address
from integrations import PROVIDERS
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.threads import Threads

NAME = "provider.example"
PLACES = [
    "169.254.169.254",
    "127.0.0.1",
    "::ffff:10.0.0.1",
    "fe80::1%1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
]


_KEYS = frozenset({"app_store", "google_play"})
"""They sign with a key before they ask, by our own client; their own tests have keys."""


def with_address() -> list[str]:
    """The providers whose address is typed in."""
    return sorted(
        key
        for key, provider in PROVIDERS.items()
        if any(is_address(name, field) for name, field in provider.settings.model_fields.items())
        and provider.verify is not None
        and key not in _KEYS
    )


def settings_of(model: type[BaseModel], address: str = f"https://{NAME}") -> BaseModel:
    """Settings with this wherever an address stands; other texts are filled as they come."""
    given: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if is_address(name, field):
            given[name] = address
        elif field.is_required():
            given[name] = "x"
        else:
            given[name] = field.get_default(call_default_factory=True)
    return model.model_construct(None, **given)


def secrets_of(model: type[BaseModel]) -> BaseModel:
    """Something wherever a secret must stand."""
    given = {name: SecretStr("s" * 20) for name, field in model.model_fields.items() if field.is_required()}
    others = {name: None for name in model.model_fields if name not in given}
    if "token" in others:
        given["token"] = SecretStr("s" * 20)
        del others["token"]
    return model.model_construct(None, **given, **others)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Makes the name lead to an address; gives the names that were looked up. Connecting fails the test."""
    names: list[str] = []

    def lead(address: str) -> list[str]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET

        def found(host: Any, port: Any, *_args: Any, **_more: Any) -> list[Any]:
            names.append(host if isinstance(host, str) else host.decode())
            return [(family, socket.SOCK_STREAM, 6, "", (address, int(port or 0)))]

        def connected(_socket: Any, place: Any) -> None:
            raise AssertionError(f"connected to {place}")

        monkeypatch.setattr(socket, "getaddrinfo", found)
        monkeypatch.setattr(socket.socket, "connect", connected)
        monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", connected)
        return names

    return lead


@pytest.mark.parametrize("key", with_address())
async def test_no_provider_goes_where_a_name_leads_inside(
    key: str, asked: Callable[[str], list[str]]
) -> None:
    """PyGithub, python-gitlab, jira and our own client: the name is looked up, judged and left."""
    provider = PROVIDERS[key]
    assert provider.verify is not None
    egress, breakers = Egress(), Breakers(clock=asyncio.get_running_loop().time)
    http, threads = Http(egress=egress, breakers=breakers), Threads(egress=egress, breakers=breakers)
    for address in PLACES:
        names = asked(address)
        checks = await provider.verify(
            settings_of(provider.settings),
            secrets_of(provider.secrets),
            Edge(tenant="t", http=http, threads=threads),
        )
        assert names == [] or set(names) == {NAME}
        assert checks
        assert not any(check.ok for check in checks)
        assert "does not stand on a public address" in str(checks), address
    await http.close()
    await threads.close()


def test_the_libraries_are_among_them() -> None:
    """Those that make their requests themselves are tried above."""
    assert {"github", "gitlab", "jira"} <= set(with_address())
