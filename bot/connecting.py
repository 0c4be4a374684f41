"""What an operator does with connections on the command line: try and save them, list them, try again, change keys.

Secrets come as `bot.prompting` reads them. They are never an argument, which others on the machine could read, and
never printed.
"""

import argparse
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from bot import webhooks
from bot.administration import CLI, record
from bot.connections import (
    NAME_LENGTH,
    ConnectionBook,
    InUse,
    Taken,
    state_of,
    tried,
    unreachable,
    without_values,
)
from bot.opening import open_edges, open_store, open_vault
from bot.prompting import read_secrets
from bot.settings import Settings
from bot.surroundings import SystemClock
from bot.words import Fills
from integrations import PROVIDERS
from integrations.egress import Egress
from integrations.registry import Check, Provider
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.store.integrations import IntegrationState, NoSuchIntegration

OK, BROKEN, WRONG = 0, 1, 2


def _connect_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("provider", choices=sorted(PROVIDERS))
    word.add_argument("--tenant", required=True, help="the Slack workspace, T…")
    word.add_argument("--id", required=True, help="the name by which configurations call it")
    word.add_argument("--settings", type=json_object, default={}, help="the settings as JSON")
    word.add_argument("--name", help="what people read, the provider's name without it")
    word.add_argument("--secrets-of", help="take the secrets of this connection, of the same provider")
    word.set_defaults(command=run_connect)


def _connections_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("--tenant", required=True)
    word.set_defaults(command=run_connections)


def _verify_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("id", nargs="?", help="one connection; all without it")
    word.add_argument("--tenant", required=True)
    word.set_defaults(command=run_verify)


def _rename_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("id")
    word.add_argument("name")
    word.add_argument("--tenant", required=True)
    word.set_defaults(command=run_rename)


def _disconnect_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("id")
    word.add_argument("--tenant", required=True)
    word.set_defaults(command=run_disconnect)


def _rotate_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("--tenant", help="of one workspace; of all without it")
    word.set_defaults(command=run_rotate_keys)


WORDS: Fills = {
    "connect": _connect_words,
    "connections": _connections_words,
    "verify": _verify_words,
    "rename": _rename_words,
    "disconnect": _disconnect_words,
    "rotate-keys": _rotate_words,
}


def json_object(text: str) -> dict[str, Any]:
    """An argument that is a JSON object. What was given instead is not repeated: it may hold a secret."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("is no JSON object")
    return found


@asynccontextmanager
async def open_book(settings: Settings) -> AsyncIterator[ConnectionBook]:
    """The connections, on a store that is closed at the end."""
    store = await open_store(settings, owner="cli")
    try:
        yield ConnectionBook(store=store, vault=open_vault(settings), providers=PROVIDERS)
    finally:
        await store.close()


async def run_connect(arguments: argparse.Namespace, settings: Settings) -> int:
    """Try it, show each check, and save only where all hold."""
    provider, tenant = PROVIDERS[arguments.provider], arguments.tenant
    try:
        name = None if arguments.name is None else _name(arguments.name)
        wanted = provider.settings.model_validate(arguments.settings)
        _check_addresses(provider, wanted, settings)
        secrets = await _secrets(arguments, wanted, settings)
    except ValidationError as error:
        return complain(*without_values(error))
    except NotNow as error:
        return complain(error.reason)
    async with open_edges(settings) as edge:
        checks = await tried(provider, wanted, secrets, edge(tenant))
    _show(checks)
    if state_of(checks) is not IntegrationState.VERIFIED:
        print(f"{provider.title} was not connected: nothing is saved.", file=sys.stderr)
        return BROKEN
    try:
        async with open_book(settings) as book:
            await book.connect(
                tenant_id=tenant,
                integration_id=arguments.id,
                provider=provider,
                settings=wanted,
                secrets=secrets,
                name=name,
                checks=checks,
                actor=CLI,
                now=SystemClock().now(),
            )
    except Taken as error:
        return complain(error.reason)
    print(f"{provider.title} is connected as {arguments.id}.")
    return OK


def _name(given: str) -> str:
    """A name for people; NotNow where it is none."""
    name = " ".join(given.split())
    if not 0 < len(name) <= NAME_LENGTH or not name.isprintable():
        raise NotNow(f"A name has 1 to {NAME_LENGTH} characters")
    return name


def _check_addresses(provider: Provider, wanted: BaseModel, settings: Settings) -> None:
    """NotNow where one is not to be connected to: before any secret is asked for."""
    found = unreachable(provider.settings, wanted, Egress(settings.egress_allow))
    if found:
        raise NotNow("\n".join(f"{name}: {says}" for name, says in found.items()))


async def _secrets(arguments: argparse.Namespace, wanted: BaseModel, settings: Settings) -> BaseModel:
    """Those that were given, or those of another connection. ValidationError, NotNow."""
    provider = PROVIDERS[arguments.provider]
    if arguments.secrets_of is None:
        return provider.secrets.model_validate(read_secrets(provider))
    async with open_book(settings) as book:
        return await book.lent(arguments.tenant, arguments.secrets_of, provider, wanted)


async def run_connections(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line for each: its id, provider, state, when it was tried last, until when it is good, and its name."""
    async with open_book(settings) as book:
        rows = await book.listed(arguments.tenant)
    table = [("CONNECTION", "PROVIDER", "STATE", "LAST VERIFIED", "GOOD UNTIL", "NAME")]
    for row in rows:
        verified, until = _moment(row.verified_at, "never"), _moment(row.expires_at, "not told")
        table.append((row.id, row.provider, row.state.value, verified, until, row.name))
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return OK


def _moment(at: datetime | None, otherwise: str) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at is not None else otherwise


async def run_verify(arguments: argparse.Namespace, settings: Settings) -> int:
    """Try one or all. 1 where any does not hold, a provider that can't be reached among them."""
    tenant, fine = arguments.tenant, True
    async with open_book(settings) as book, open_edges(settings) as edge:
        wanted = [arguments.id] if arguments.id else [row.id for row in await book.listed(tenant)]
        if not wanted:
            print(f"Nothing is connected in {tenant}.")
        for integration_id in wanted:
            try:
                checks = await book.verify(
                    tenant, integration_id, edge(tenant), now=SystemClock().now(), actor=CLI
                )
            except NoSuchIntegration:
                return _unknown(arguments)
            state = (await book.get(tenant, integration_id)).state if state_of(checks) else None
            print(f"{integration_id}: {state.value if state else 'could not be tried now'}")
            _show(checks, indent="  ")
            fine = fine and state is IntegrationState.VERIFIED
    return OK if fine else BROKEN


async def run_rename(arguments: argparse.Namespace, settings: Settings) -> int:
    """Another name for people. The id, by which configurations call it, stays."""
    try:
        name = _name(arguments.name)
    except NotNow as error:
        return complain(error.reason)
    async with open_book(settings) as book:
        try:
            await book.rename(arguments.tenant, arguments.id, name, now=SystemClock().now(), actor=CLI)
        except NoSuchIntegration:
            return _unknown(arguments)
    print(f"{arguments.id} is called {name}.")
    return OK


async def run_disconnect(arguments: argparse.Namespace, settings: Settings) -> int:
    """Forget one with its secrets; 1 while a running release needs it."""
    async with open_book(settings) as book:
        try:
            usage = await book.remove(arguments.tenant, arguments.id, now=SystemClock().now(), actor=CLI)
        except NoSuchIntegration:
            return _unknown(arguments)
        except InUse as error:
            print(error.reason, file=sys.stderr)
            return BROKEN
    print(f"{arguments.id} is disconnected, and its secrets are deleted.")
    if usage.configurations:
        print(f"These configurations still name it: {', '.join(usage.configurations)}.")
    return OK


def _unknown(arguments: argparse.Namespace) -> int:
    return complain(f"There is no connection {arguments.id} in {arguments.tenant}")


async def run_rotate_keys(arguments: argparse.Namespace, settings: Settings) -> int:
    """Afterwards the other keys may leave the ring, unless a secret did not open."""
    vault = open_vault(settings)
    store = await open_store(settings, owner="cli")
    try:
        book = ConnectionBook(store=store, vault=vault, providers=PROVIDERS)
        done = 0
        left: list[str] = []
        everywhere = await store.integrations.of_all_tenants() if arguments.tenant is None else ()
        for tenant in sorted({row.tenant_id for row in everywhere}) or [arguments.tenant]:
            sealed, closed = await book.reseal(tenant)
            done, left = done + sealed, [*left, *closed]
            if sealed:
                await record(
                    store, tenant, EventKind.KEYS_ROTATED, key=vault.sealing, connections=str(sealed)
                )
        hooks, closed = await webhooks.reseal(store.work, vault, arguments.tenant)
        left += closed
    finally:
        await store.close()
    print(f"Connections sealed with the key {vault.sealing}: {done}.")
    if hooks:
        print(f"Webhooks sealed with it: {hooks}.")
    for line in left:
        print(line, file=sys.stderr)
    return BROKEN if left else OK


def complain(*lines: str) -> int:
    """Say what was used wrongly."""
    print("\n".join(lines), file=sys.stderr)
    return WRONG


def _show(checks: Sequence[Check], *, indent: str = "") -> None:
    for check in checks:
        mark = "ok  " if check.ok else "FAIL"
        print(f"{indent}{mark} {check.what}: {check.says}")
