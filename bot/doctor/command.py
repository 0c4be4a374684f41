"""The command: everything is examined, in the order in which it would be put right, and the exit code tells."""

import argparse
import json
from collections.abc import AsyncIterator
from dataclasses import asdict

from bot.connecting import BROKEN, OK
from bot.connections import ConnectionBook
from bot.doctor.accounts import examine_connections
from bot.doctor.chat import examine_slack
from bot.doctor.finding import Finding, Verdict, broken
from bot.doctor.machine import examine_folder, examine_key, examine_settings
from bot.doctor.stored import examine_database
from bot.opening import open_edges, open_vault, store_of
from bot.settings import Settings
from bot.surroundings import SystemClock
from bot.words import Fills
from integrations import PROVIDERS
from integrations.vault import VaultError
from orchestration.store.migrate import Standing
from orchestration.store.store import Store

_RING = "Put the key ring back before any other command or the bot is started: a new one opens nothing"
_MARKS = {Verdict.FINE: "ok  ", Verdict.WORRY: "look", Verdict.BROKEN: "FAIL"}


def _doctor_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("--json", action="store_true", help="as JSON, for programs")
    word.set_defaults(command=run_doctor)


WORDS: Fills = {"doctor": _doctor_words}


async def run_doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """1 where something is broken; what may wait does not count."""
    findings = []
    async for finding in examined(settings):
        findings.append(finding)
        if not arguments.json:
            print(f"{_MARKS[finding.verdict]} {finding.what}: {finding.says}", flush=True)
            if finding.do:
                print(f"       {finding.do}", flush=True)
    failed = any(finding.verdict is Verdict.BROKEN for finding in findings)
    if arguments.json:
        print(json.dumps({"fine": not failed, "findings": [asdict(each) for each in findings]}, indent=2))
    return BROKEN if failed else OK


async def examined(settings: Settings) -> AsyncIterator[Finding]:
    """Every finding as it comes."""
    clock = SystemClock()
    for finding in (*examine_settings(settings), *examine_folder(settings), *examine_key(settings)):
        yield finding
    channels: dict[str, set[str]] = {}
    if settings.database_url is None and not (settings.data / "stationmaster.db").exists():
        async for finding in examine_slack(settings, channels, now=clock.now()):
            yield finding
        return
    store = store_of(settings, owner="doctor")
    try:
        usable = True
        async for finding in examine_database(store, now=clock.now()):
            usable = usable and finding.verdict is not Verdict.BROKEN
            yield finding
        tenants = await _tenants(store) if usable else []
        for tenant in tenants:
            await _add_channels(store, tenant, channels)
        async for finding in examine_slack(settings, channels, now=clock.now()):
            yield finding
        async for finding in _connections(settings, store, tenants):
            yield finding
    finally:
        await store.close()


async def _tenants(store: Store) -> list[str]:
    if await store.standing() is Standing.BEHIND:
        return []
    return list(await store.tenants())


async def _add_channels(store: Store, tenant: str, channels: dict[str, set[str]]) -> None:
    async with store.look() as work:
        for configuration in await work.directory.configurations(tenant):
            snapshot = configuration.snapshot
            if configuration.active:
                for channel in {snapshot.home, *(c for named in snapshot.channels.values() for c in named)}:
                    channels.setdefault(channel, set()).add(configuration.name)
        for release in await work.releases.active(tenant):
            for channel in {release.home, *(closed.channel for closed in release.closed_channels)}:
                channels.setdefault(channel, set()).add(release.title)


async def _connections(settings: Settings, store: Store, tenants: list[str]) -> AsyncIterator[Finding]:
    if not tenants:
        return
    if settings.key is None and not (settings.data / "keys").exists():
        if await store.integrations.of_all_tenants():
            yield broken("Connections", "their secrets are sealed, and there is no key ring", _RING)
        return
    try:
        vault = open_vault(settings)
    except VaultError:
        return  # told already
    book = ConnectionBook(store=store, vault=vault, providers=PROVIDERS)
    async with open_edges(settings) as edge:
        async for finding in examine_connections(book, tenants, edge, now=SystemClock().now()):
            yield finding
