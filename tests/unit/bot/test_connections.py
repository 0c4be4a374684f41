"""Stored connections: opened with the key ring, bound to their place, and never a way for secrets to get out."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.connections import ConnectionBook, plain, state_of, tried, without_values
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Http
from integrations.registry import Check, Provider
from integrations.threads import Threads
from integrations.vault import Vault
from orchestration.store.integrations import IntegrationRow, IntegrationState, NoSuchIntegration
from orchestration.store.store import Store
from tests.support.databases import new_sqlite, open_store

TENANT, OTHER = "T0001", "T0002"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CANARY = "canary-4711"
RING = {"k1": b"1" * 32}
OK = Check(what="a", ok=True, says="")
BAD = Check(what="b", ok=False, says="")
AWAY = Check(what="c", ok=False, says="", later=True)


class FaxSettings(BaseModel):
    """What is not secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(default="1")


class FaxSecrets(BaseModel):
    """What is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pin: SecretStr = Field(min_length=4)
    spare: SecretStr | None = None


FAX = Provider(key="fax", title="Fax", settings=FaxSettings, secrets=FaxSecrets)


def provider(*checks: Check) -> Provider:
    """A fax that answers a try with these."""

    async def verify(settings: FaxSettings, secrets: FaxSecrets, _edge: Edge) -> Sequence[Check]:
        assert settings.number == "7"
        assert secrets.pin.get_secret_value() == CANARY
        return checks

    return replace(FAX, verify=verify)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty database."""
    opened = open_store(await new_sqlite(tmp_path))
    yield opened
    await opened.close()


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    """An edge that is not used."""
    egress = Egress()
    threads = Threads(size=1, egress=egress)
    yield Edge(tenant=TENANT, http=Http(egress=egress, breakers=Breakers(clock=lambda: 0.0)), threads=threads)
    await threads.close()


def book(store: Store, known: Provider = FAX, ring: dict[str, bytes] | None = None) -> ConnectionBook:
    """The connections of a store, as one process sees them."""
    return ConnectionBook(store=store, vault=Vault(ring or RING), providers={known.key: known})


async def connect(of: ConnectionBook, *, tenant: str = TENANT, name: str = "fax", pin: str = CANARY) -> None:
    """Store a fax."""
    await of.connect(
        tenant_id=tenant,
        integration_id=name,
        provider=FAX,
        settings=FaxSettings(number="7"),
        secrets=FaxSecrets(pin=SecretStr(pin)),
        now=NOW,
    )


async def test_a_connection_comes_back_as_it_was_saved(store: Store) -> None:
    """Settings and secrets are the vendor's own models again; what was left out stays out."""
    await connect(book(store))
    found = await book(store).find(TENANT, "fax")
    assert found is not None
    assert found.settings == FaxSettings(number="7")
    assert found.secrets == FaxSecrets(pin=SecretStr(CANARY))
    assert await book(store).find(OTHER, "fax") is None


async def test_a_row_that_was_moved_does_not_open(store: Store) -> None:
    """A copy under another name or in another workspace is not there for anybody."""
    await connect(book(store))
    row = await store.integrations.get(TENANT, "fax")
    await store.integrations.add(replace(row, tenant_id=OTHER))
    await store.integrations.add(replace(row, id="copy"))
    assert await book(store).of_tenant(OTHER) == ()
    assert [found.id for found in await book(store).of_tenant(TENANT)] == ["fax"]


@pytest.mark.parametrize(
    "changes",
    [
        {"provider": "pigeon"},
        {"key_id": "k9"},
        {"secrets": b"short"},
        {"secrets": b""},
        {"secrets": None},
        {"settings": {"number": "7", "letter": CANARY}},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_one_that_does_not_open_hinders_no_other(store: Store, changes: dict[str, object]) -> None:
    """It is left out and logged by its name; nothing of its inside is in the log."""
    await connect(book(store))
    row = await store.integrations.get(TENANT, "fax")
    await store.integrations.add(replace(row, id="odd", **changes))  # type: ignore[arg-type]  # fields by name
    with structlog.testing.capture_logs() as logs:
        opened = await book(store).of_tenant(TENANT)
    assert [found.id for found in opened] == ["fax"]
    (line,) = logs
    assert (line["connection"], line["action"]) == ("odd", "connection_unreadable")
    assert CANARY not in repr(logs)


async def test_secrets_that_no_longer_fit_their_model_are_not_shown(store: Store) -> None:
    """A stored secret that a newer version refuses is told by its field, not by its value."""
    await connect(book(store))
    strict = replace(FAX, secrets=type("Strict", (FaxSecrets,), {"__annotations__": {"code": str}}))
    with structlog.testing.capture_logs() as logs:
        assert await book(store, strict).of_tenant(TENANT) == ()
    assert "code: Field required" in logs[0]["reason"]
    assert CANARY not in repr(logs)


@pytest.mark.parametrize(
    ("checks", "state"),
    [
        ((OK,), IntegrationState.VERIFIED),
        ((OK, BAD), IntegrationState.FAILING),
        ((BAD, AWAY), IntegrationState.FAILING),
        ((OK, AWAY), None),
    ],
)
async def test_the_state_follows_from_the_checks(
    store: Store, edge: Edge, checks: tuple[Check, ...], state: IntegrationState | None
) -> None:
    """All hold: verified. Any is refused: failing. Only out of reach: as it was."""
    of = book(store, provider(*checks))
    await connect(of)
    row = await store.integrations.get(TENANT, "fax")
    await store.integrations.save(replace(row, state=IntegrationState.REVOKED))
    assert await of.verify(TENANT, "fax", edge, now=NOW) == checks
    assert (await store.integrations.get(TENANT, "fax")).state is (state or IntegrationState.REVOKED)
    assert state_of(checks) is state


async def test_a_connection_that_does_not_open_is_failing(store: Store, edge: Edge) -> None:
    """There is nothing to try it with."""
    await connect(book(store))
    (check,) = await book(store, ring={"k2": b"2" * 32}).verify(TENANT, "fax", edge, now=NOW)
    assert (check.ok, check.says) == (False, "The key k1 is not on the key ring")
    assert (await store.integrations.get(TENANT, "fax")).state is IntegrationState.FAILING


async def test_only_ones_own_connection_can_be_tried(store: Store, edge: Edge) -> None:
    """Another workspace's name is unknown here."""
    await connect(book(store, provider(OK)))
    with pytest.raises(NoSuchIntegration):
        await book(store, provider(OK)).verify(OTHER, "fax", edge, now=NOW)


async def test_a_provider_without_a_test_is_not_taken_on_trust(edge: Edge) -> None:
    """No check is no success, whether there is no test or it says nothing."""
    for known in (FAX, provider()):
        checks = await tried(known, FaxSettings(number="7"), FaxSecrets(pin=SecretStr(CANARY)), edge)
        assert state_of(checks) is IntegrationState.FAILING


async def test_a_secret_that_a_provider_repeats_is_taken_out(edge: Edge) -> None:
    """Some put the token into their error messages."""
    echo = Check(what="a", ok=False, says=f"the token {CANARY} is not known")
    secrets = FaxSecrets(pin=SecretStr(CANARY), spare=SecretStr(CANARY + "0"))
    (check,) = await tried(provider(echo), FaxSettings(number="7"), secrets, edge)
    assert check.says == "the token [hidden] is not known"


async def test_sealing_anew_keeps_everything_else(store: Store) -> None:
    """Only the seal and the revision change; rows without secrets are left alone; a second run does no harm."""
    await connect(book(store))
    await connect(book(store), tenant=OTHER)
    bare = IntegrationRow(id="bare", tenant_id=TENANT, provider="fax", name="Bare")
    await store.integrations.add(bare)
    before = await store.integrations.get(TENANT, "fax")
    ring = {"k2": b"2" * 32, **RING}
    assert await book(store, ring=ring).reseal() == (2, [])
    assert await book(store, ring=ring).reseal() == (2, [])
    after = await store.integrations.get(TENANT, "fax")
    assert after == replace(before, secrets=after.secrets, key_id="k2", revision=2)
    assert await store.integrations.get(TENANT, "bare") == bare
    found = await book(store, ring={"k2": b"2" * 32}).find(OTHER, "fax")
    assert found is not None
    assert found.secrets == FaxSecrets(pin=SecretStr(CANARY))


async def test_sealing_anew_does_not_undo_a_change(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who connects while keys are changed keeps the new secret: the row is read again, not written over."""
    of, rows = book(store, ring={"k2": b"2" * 32, **RING}), store.integrations
    await connect(of)
    listed, met = rows.list, asyncio.Event()

    async def slow(tenant_id: str) -> Sequence[IntegrationRow]:
        found = await listed(tenant_id)
        if not met.is_set():
            met.set()
            await connect(of, pin="newer")
        return found

    monkeypatch.setattr(rows, "list", slow)
    assert await of.reseal(TENANT) == (1, [])
    found = await of.find(TENANT, "fax")
    assert found is not None
    assert found.secrets == FaxSecrets(pin=SecretStr("newer"))


async def test_a_row_that_goes_meanwhile_is_no_trouble(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was removed since it was listed needs no seal."""
    await connect(book(store))
    listed = store.integrations.list

    async def gone(tenant_id: str) -> Sequence[IntegrationRow]:
        found = await listed(tenant_id)
        await store.integrations.remove(tenant_id, "fax")
        return found

    monkeypatch.setattr(store.integrations, "list", gone)
    assert await book(store).reseal(TENANT) == (0, [])


def test_plain_is_what_sealing_needs() -> None:
    """Texts by field; what is not set is left out."""
    assert plain(FaxSecrets(pin=SecretStr(CANARY))) == {"pin": CANARY}


def test_problems_are_told_without_values() -> None:
    """Place and rule, never the input."""
    with pytest.raises(ValueError, match="validation error") as caught:
        FaxSecrets.model_validate({"pin": "abc", "fax": CANARY})
    told = without_values(caught.value)  # type: ignore[arg-type]  # pydantic's is a ValueError
    assert sorted(line.partition(":")[0] for line in told) == ["fax", "pin"]
    assert "abc" not in repr(told)
    assert CANARY not in repr(told)
