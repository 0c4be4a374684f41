"""What an operator does with connections on the command line: try and save them, list them, try again, change keys.

Secrets come from standard input or by prompts without an echo. They are never an argument, which others on the
machine could read, and never printed.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from bot.administration import record
from bot.connections import ConnectionBook, state_of, tried, without_values
from bot.opening import open_edges, open_store, open_vault
from bot.settings import Settings
from bot.surroundings import SystemClock
from integrations import PROVIDERS
from integrations.registry import Check, Provider
from orchestration.domain.events import EventKind
from orchestration.store.integrations import IntegrationState, NoSuchIntegration

OK, BROKEN, WRONG = 0, 1, 2


def add_commands(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The words of this file, each with the function that does it as `command`."""
    connect = words.add_parser(
        "connect",
        help="try a provider and connect it; the secrets are read from standard input as JSON, or asked for",
    )
    connect.add_argument("provider", choices=sorted(PROVIDERS))
    connect.add_argument("--tenant", required=True, help="the Slack workspace, T…")
    connect.add_argument("--id", required=True, help="the name by which configurations call it")
    connect.add_argument("--settings", type=json_object, default={}, help="the settings as JSON")
    connect.set_defaults(command=run_connect)

    connections = words.add_parser("connections", help="list the connections of a workspace")
    connections.add_argument("--tenant", required=True)
    connections.set_defaults(command=run_connections)

    verify = words.add_parser("verify", help="try stored connections again")
    verify.add_argument("id", nargs="?", help="one connection; all without it")
    verify.add_argument("--tenant", required=True)
    verify.set_defaults(command=run_verify)

    rotate = words.add_parser("rotate-keys", help="seal every secret anew with the first key of the ring")
    rotate.add_argument("--tenant", help="of one workspace; of all without it")
    rotate.set_defaults(command=run_rotate_keys)


def json_object(text: str) -> dict[str, Any]:
    """An argument that is a JSON object. What was given instead is not repeated: it may hold a secret."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise argparse.ArgumentTypeError("is no JSON object")
    return found


async def run_connect(arguments: argparse.Namespace, settings: Settings) -> int:
    """Try it, show each check, and save only where all hold."""
    provider, tenant = PROVIDERS[arguments.provider], arguments.tenant
    try:
        wanted = provider.settings.model_validate(arguments.settings)
        secrets = provider.secrets.model_validate(_read_secrets(provider))
    except ValidationError as error:
        return complain(*without_values(error))
    except json.JSONDecodeError:
        return complain("The secrets on standard input are no JSON")
    async with open_edges(settings) as edge:
        checks = await tried(provider, wanted, secrets, edge(tenant))
    _show(checks)
    if state_of(checks) is not IntegrationState.VERIFIED:
        print(f"{provider.title} was not connected: nothing is saved.", file=sys.stderr)
        return BROKEN
    store = await open_store(settings, owner="cli")
    try:
        book = ConnectionBook(rows=store.integrations, vault=open_vault(settings), providers=PROVIDERS)
        await book.connect(
            tenant_id=tenant,
            integration_id=arguments.id,
            provider=provider,
            settings=wanted,
            secrets=secrets,
            now=SystemClock().now(),
        )
        await record(
            store, tenant, EventKind.CONNECTION_SAVED, connection=arguments.id, provider=provider.key
        )
    finally:
        await store.close()
    print(f"{provider.title} is connected as {arguments.id}.")
    return OK


async def run_connections(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line for each: name, provider, state, when it was verified last."""
    store = await open_store(settings, owner="cli")
    try:
        book = ConnectionBook(rows=store.integrations, vault=open_vault(settings), providers=PROVIDERS)
        rows = await book.listed(arguments.tenant)
    finally:
        await store.close()
    table = [("CONNECTION", "PROVIDER", "STATE", "LAST VERIFIED")]
    for row in rows:
        when = f"{row.verified_at:%Y-%m-%d %H:%M:%S} UTC" if row.verified_at else "never"
        table.append((row.id, row.provider, row.state.value, when))
    widths = [max(len(line[column]) for line in table) for column in range(len(table[0]))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return OK


async def run_verify(arguments: argparse.Namespace, settings: Settings) -> int:
    """Try one or all. 1 where any does not hold, a provider that can't be reached among them."""
    tenant, fine = arguments.tenant, True
    store = await open_store(settings, owner="cli")
    try:
        book = ConnectionBook(rows=store.integrations, vault=open_vault(settings), providers=PROVIDERS)
        before = {row.id: row.state for row in await book.listed(tenant)}
        wanted = [arguments.id] if arguments.id else list(before)
        async with open_edges(settings) as edge:
            for integration_id in wanted:
                try:
                    checks = await book.verify(tenant, integration_id, edge(tenant), now=SystemClock().now())
                except NoSuchIntegration:
                    return complain(f"There is no connection {integration_id} in {tenant}")
                state = state_of(checks)
                if state is not None and state is not before.get(integration_id):
                    change = {"connection": integration_id, "state": state.value}
                    await record(store, tenant, EventKind.CONNECTION_STATE_CHANGED, **change)
                print(f"{integration_id}: {state.value if state else 'could not be tried now'}")
                _show(checks, indent="  ")
                fine = fine and state is IntegrationState.VERIFIED
    finally:
        await store.close()
    return OK if fine else BROKEN


async def run_rotate_keys(arguments: argparse.Namespace, settings: Settings) -> int:
    """Afterwards the other keys may leave the ring, unless a secret did not open."""
    vault = open_vault(settings)
    store = await open_store(settings, owner="cli")
    try:
        book = ConnectionBook(rows=store.integrations, vault=vault, providers=PROVIDERS)
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
    finally:
        await store.close()
    print(f"Connections sealed with the key {vault.sealing}: {done}.")
    for line in left:
        print(line, file=sys.stderr)
    return BROKEN if left else OK


def complain(*lines: str) -> int:
    """Say what was used wrongly."""
    print("\n".join(lines), file=sys.stderr)
    return WRONG


def _read_secrets(provider: Provider) -> Any:  # noqa: ANN401 - JSON, checked by the provider's model
    """From standard input; asked for where that is a terminal. JSONDecodeError."""
    if not sys.stdin.isatty():
        return json.loads(sys.stdin.read())
    given = {}
    for name, about in provider.secrets.model_fields.items():
        note = "" if about.is_required() else " (empty: none)"
        value = getpass.getpass(f"{about.title or name}{note}: ")
        if value:
            given[name] = value
    return given


def _show(checks: Sequence[Check], *, indent: str = "") -> None:
    for check in checks:
        mark = "ok  " if check.ok else "FAIL"
        print(f"{indent}{mark} {check.what}: {check.says}")
