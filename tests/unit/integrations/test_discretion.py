"""Discretion: what a provider repeats of a connection's secrets reaches nobody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from integrations.discretion import Discreet, Discretion
from integrations.redaction import HIDDEN
from integrations.registry import Connection, Provider, Registry
from orchestration.ports.errors import AlreadyDifferent, PortError, TryLater

CANARY = "canary-4711"
LINE = "MIGTAgEAMBMGByqGSM49AgEG"


class Keys(BaseModel):
    """Secrets of every kind."""

    token: SecretStr = SecretStr(CANARY)
    longer: SecretStr = SecretStr(f"{CANARY}-and-more")
    key: SecretStr = SecretStr(f"-----BEGIN PRIVATE KEY-----\n{LINE}\n-----END PRIVATE KEY-----")
    short: SecretStr = SecretStr("ci")
    none: SecretStr | None = None


class Parrot:
    """A port that fails with what it is told."""

    lag = timedelta(seconds=1)

    def keys_in(self, text: str) -> list[str]:
        """No I/O."""
        return [text]

    async def say(self, error: PortError) -> None:
        """Fail."""
        raise error

    async def name(self) -> str:
        """Succeed."""
        return "parrot"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"bad {CANARY}", f"bad {HIDDEN}"),
        (f"bad {CANARY}-and-more", f"bad {HIDDEN}"),
        (f"near {LINE}", f"near {HIDDEN}"),
        ("no BEGIN PRIVATE KEY", "no BEGIN PRIVATE KEY"),
        ("specific", "specific"),
    ],
)
def test_secrets_are_taken_out(text: str, kept: str) -> None:
    """Whole, the longest first, and lines of a key; what is shorter than a word would be told by its place."""
    assert Discretion(Keys()).kept(text) == kept


@pytest.mark.parametrize(
    "error",
    [
        TryLater(f"later {CANARY}", after=timedelta(seconds=3), maybe_done=True, link=f"https://x/{CANARY}"),
        AlreadyDifferent(f"a {CANARY}", expected=f"b {CANARY}", found=f"c {CANARY}"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_errors_of_a_port_hold_none(error: PortError) -> None:
    """In no text of them; the kind stays, and what to do next."""
    port = Discreet(Parrot(), Keys())
    with pytest.raises(type(error)) as caught:
        await port.say(error)
    assert CANARY not in f"{caught.value!r} {vars(caught.value)}"
    if isinstance(caught.value, TryLater):
        assert (caught.value.after, caught.value.maybe_done) == (timedelta(seconds=3), True)


async def test_every_port_that_a_tenant_gets_is_discreet() -> None:
    """What a task, a gate or a card is told comes through the registry."""

    def opened(*_given: object) -> Any:
        return Parrot()

    parrot = Provider(key="parrot", title="Parrot", settings=Keys, secrets=Keys, pm=opened)

    async def connections(tenant: str) -> list[Connection]:
        given = {"provider": parrot, "settings": Keys(), "secrets": Keys()}
        return [Connection(id="p", tenant_id=tenant, revision=0, **given)]  # type: ignore[arg-type]  # fields by name

    registry = Registry(connections=connections, edge=opened)
    port: Any = (await registry.load_integrations_for_tenant("T1")).pm["p"]
    with pytest.raises(TryLater, match=re.escape(f"bad {HIDDEN}")):
        await port.say(TryLater(f"bad {CANARY}"))


async def test_a_discreet_port_is_the_port() -> None:
    """Its answers and all else that it has are its own; what it lacks is lacking."""
    port = Discreet(Parrot(), Keys())
    assert (await port.name(), port.lag, port.keys_in("a")) == ("parrot", timedelta(seconds=1), ["a"])
    with pytest.raises(AttributeError):
        _ = port.wings
