"""The command line with something typed into it, a Checkmate to connect, and a database to look into."""

import io
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.administration import CLI
from bot.carrying_out import carry_out
from bot.cli import parser
from bot.connections import ConnectionBook
from bot.opening import open_store, open_vault
from bot.settings import Settings
from bot.surroundings import SystemClock
from integrations import PROVIDERS
from orchestration.store.integrations import IntegrationRow
from sandbox.checkmate import TOKEN, CheckmateSimulator
from tests.support.databases import new_sqlite

TENANT = "T0001"
CANARY = "canary-4711-token"
Typed = Callable[..., Awaitable[int]]


class Terminal(io.StringIO):
    """Standard input with a person in front of it."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture
async def server() -> AsyncIterator[CheckmateSimulator]:
    """A Checkmate that also knows the canary."""
    simulator = CheckmateSimulator()
    simulator.world.users[CANARY] = simulator.world.users[TOKEN]
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Settings of an own data folder, with loopback open."""
    url = await new_sqlite(tmp_path)
    return Settings(data=tmp_path, database_url=url, egress_allow=("127.0.0.1",))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[..., Awaitable[int]]:
    """Runs a command line with something on standard input."""

    async def run(*words: str, stdin: str | None = "", changed: Settings | None = None) -> int:
        monkeypatch.setattr(sys, "stdin", Terminal() if stdin is None else io.StringIO(stdin))
        arguments = parser().parse_args(words)
        return await carry_out(arguments, changed or settings)

    return run


def connect(server: CheckmateSimulator, **changes: str) -> tuple[str, ...]:
    """The words that connect Checkmate."""
    url = changes.get("url", server.url)
    name = changes.get("id", "checkmate")
    given = f'{{"base_url": "{url}"}}'
    return ("connect", "checkmate", "--tenant", TENANT, "--id", name, "--settings", given)


def secrets(token: str = CANARY) -> str:
    """Standard input."""
    return f'{{"token": "{token}"}}'


async def rows(settings: Settings, tenant: str = TENANT) -> list[IntegrationRow]:
    """What is stored."""
    store = await open_store(settings, owner="test")
    try:
        return list(await store.integrations.list(tenant))
    finally:
        await store.close()


async def put(settings: Settings, row: IntegrationRow) -> None:
    """Store a row behind the command line's back."""
    store = await open_store(settings, owner="test")
    try:
        await store.integrations.add(row)
    finally:
        await store.close()


async def with_github(settings: Settings) -> None:
    """A repository to configure."""
    provider = PROVIDERS["github"]
    store = await open_store(settings, owner="test")
    try:
        await ConnectionBook(store=store, vault=open_vault(settings), providers=PROVIDERS).connect(
            tenant_id=TENANT,
            integration_id="github",
            provider=provider,
            settings=provider.settings.model_validate({"owner": "acme", "repository": "pixel"}),
            secrets=provider.secrets.model_validate({"token": CANARY}),
            now=SystemClock().now(),
            actor=CLI,
        )
    finally:
        await store.close()
