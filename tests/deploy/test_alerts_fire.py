"""Faults put into a bot at work make the alerts fire in a real Prometheus, and mended ones end them."""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import yaml
from sqlalchemy import text

from orchestration.ports.runtime import Outgoing, OutgoingKind
from sandbox.free_port import free_port
from tests.support.office import Office, office

PROMETHEUS = shutil.which("prometheus")
RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yaml"
WITHIN = 60.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROMETHEUS is None, reason="Prometheus is not here: apt-get install prometheus"),
]


def _impatient(folder: Path, target: str) -> Path:
    """The rules as they are, but for the times that they wait; asked every half second."""
    rules = yaml.safe_load(RULES.read_text())
    for group in rules["groups"]:
        group["interval"] = "500ms"
        for rule in group["rules"]:
            rule["for"] = "0s"
            rule["expr"] = rule["expr"].replace("> 300", "> 1")
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules))
    config = folder / "prometheus.yaml"
    scrape = {
        "job_name": "stationmaster",
        "scrape_interval": "500ms",
        "static_configs": [{"targets": [target]}],
    }
    config.write_text(yaml.safe_dump({"rule_files": ["rules.yaml"], "scrape_configs": [scrape]}))
    return config


@asynccontextmanager
async def _watching(folder: Path, o: Office) -> AsyncIterator[str]:
    """A Prometheus that scrapes the bot; its address."""
    assert PROMETHEUS is not None
    await asyncio.to_thread(folder.mkdir)
    config = _impatient(folder, o.bot.url.removeprefix("http://"))
    address = f"127.0.0.1:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        PROMETHEUS,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address={address}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield f"http://{address}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _firing(address: str) -> set[str] | None:
    """The alerts that fire; None while Prometheus is not there yet."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/api/v1/alerts") as answer:
            found = json.loads(await answer.text())["data"]["alerts"]
    except (aiohttp.ClientError, ValueError):
        return None
    return {alert["labels"]["alertname"] for alert in found if alert["state"] == "firing"}


async def _fires(o: Office, address: str, name: str) -> None:
    async def look() -> bool:
        return name in (await _firing(address) or set())

    await o.comes(look, within=WITHIN)


async def _ends(o: Office, address: str, name: str) -> None:
    async def look() -> bool:
        firing = await _firing(address)
        return firing is not None and name not in firing

    await o.comes(look, within=WITHIN)


async def test_slack_away_fires_and_ends(tmp_path: Path) -> None:
    """Slack goes: the alert; the message that waits for it ages: that alert too; Slack is back: both end."""
    async with office(tmp_path / "bot", "asking") as o, _watching(tmp_path / "prometheus", o) as address:
        await _ends(o, address, "StationmasterSlackAway")
        await _ends(o, address, "StationmasterDown")
        o.slack.go_down()
        await _fires(o, address, "StationmasterSlackAway")
        async with o.store.work() as work:
            news = Outgoing(
                kind=OutgoingKind.ALERT, lane="l", key="k", payload={"channel": o.home, "text": "News"}
            )
            await work.send(o.team, [news])
            await work.commit()
        await _fires(o, address, "StationmasterOutboxAgeing")
        o.slack.go_down(down=False)
        await _ends(o, address, "StationmasterSlackAway")
        await _ends(o, address, "StationmasterOutboxAgeing")


async def test_the_database_away_fires_and_ends(tmp_path: Path) -> None:
    """A table is gone: the bot shows that it can't count; it is back: so is the bot."""
    async with office(tmp_path / "bot") as o, _watching(tmp_path / "prometheus", o) as address:
        await _ends(o, address, "StationmasterDatabaseDown")
        await _rename(o, "duties", "duties_away")
        await _fires(o, address, "StationmasterDatabaseDown")
        await _rename(o, "duties_away", "duties")
        await _ends(o, address, "StationmasterDatabaseDown")


async def _rename(o: Office, one: str, other: str) -> None:
    async with o.store._database.writing() as connection:
        await connection.execute(text(f"ALTER TABLE {one} RENAME TO {other}"))


async def test_a_token_that_ends_and_one_that_is_refused_fire_and_end(tmp_path: Path) -> None:
    """What stands in the connections is what the alerts tell, until it is renewed."""
    async with office(tmp_path / "bot", "asking") as o, _watching(tmp_path / "prometheus", o) as address:
        await _ends(o, address, "StationmasterTokenExpiring")
        await _set_connections(o, expires_ms="1", state="REVOKED")
        await _fires(o, address, "StationmasterTokenExpiring")
        await _fires(o, address, "StationmasterConnectionRefused")
        await _set_connections(o, expires_ms="NULL", state="VERIFIED")
        await _ends(o, address, "StationmasterTokenExpiring")
        await _ends(o, address, "StationmasterConnectionRefused")


async def _set_connections(o: Office, *, expires_ms: str, state: str) -> None:
    async with o.store._database.writing() as connection:
        await connection.execute(
            text(f"UPDATE integrations SET expires_ms = {expires_ms}, state = '{state}'")  # noqa: S608 - words of the test
        )


async def test_a_bot_that_ends_is_missed(tmp_path: Path) -> None:
    """Killed without a word: its metrics go stale, and the alert fires; a new one ends it."""
    port = free_port()
    async with (
        office(tmp_path / "bot", http_port=port) as o,
        _watching(tmp_path / "prometheus", o) as address,
    ):
        await _ends(o, address, "StationmasterDown")
        await o.kill()
        await _fires(o, address, "StationmasterDown")
        await o.open()
        await _ends(o, address, "StationmasterDown")
