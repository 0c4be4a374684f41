"""Health: alive while the process runs, ready while it can do its work."""

import json
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from tests.support.office import Office, office


async def _get(o: Office, path: str) -> tuple[int, dict[str, object], dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(f"{o.bot.url}{path}") as answer:
        return answer.status, json.loads(await answer.text()), dict(answer.headers)


async def _ready(o: Office) -> bool:
    return (await _get(o, "/readyz"))[0] == 200


async def _not_ready(o: Office) -> bool:
    return not await _ready(o)


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_bot_at_work_is_alive_and_ready(tmp_path: Path, transport: str) -> None:
    """Both answers are 200 and say what was looked at, and nothing else."""
    async with office(tmp_path, transport=transport) as o:
        assert (await _get(o, "/healthz"))[:2] == (200, {"status": "alive"})
        status, report, headers = await _get(o, "/readyz")
        assert (status, report) == (200, {"ready": True, "database": True, "ticks": True, "slack": True})
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


async def test_without_slack_the_bot_is_alive_but_not_ready(tmp_path: Path) -> None:
    """Slack breaks the socket and stays away: not ready, still alive; ready again when Slack is back."""
    async with office(tmp_path, transport="socket") as o:
        o.slack.go_down()
        await o.comes(lambda: _not_ready(o))
        status, report, _headers = await _get(o, "/readyz")
        assert (status, report["slack"], report["database"]) == (503, False, True)
        assert (await _get(o, "/healthz"))[0] == 200


@pytest.mark.slow
async def test_the_bot_comes_back_when_slack_does(tmp_path: Path) -> None:
    """After an outage the socket is opened again by itself, and commands work."""
    async with office(tmp_path, "asking", transport="socket") as o:
        o.slack.go_down()
        await o.comes(lambda: _not_ready(o))
        o.slack.go_down(down=False)
        await o.comes(lambda: _ready(o), within=60)
        assert "1 release is running" in await o.says(o.ann, "/release list")


async def test_without_a_database_the_bot_is_not_ready(tmp_path: Path) -> None:
    """The tables are gone: not ready, and the report says which part."""
    async with office(tmp_path) as o:
        async with o.store._database.writing() as connection:
            await connection.execute(text("ALTER TABLE releases RENAME TO releases_away"))
        status, report, _headers = await _get(o, "/readyz")
        assert (status, report["database"], report["slack"]) == (503, False, True)
        async with o.store._database.writing() as connection:
            await connection.execute(text("ALTER TABLE releases_away RENAME TO releases"))
        assert await _ready(o)


async def test_unknown_addresses_tell_nothing(tmp_path: Path) -> None:
    """Other paths are 404, other methods 405, and Slack's route takes no GET."""
    async with office(tmp_path) as o, aiohttp.ClientSession() as session:
        for path, status in (
            ("/", 404),
            ("/slack/events", 405),
            ("/hooks/T1", 404),
            ("/_sandbox/state", 404),
        ):
            async with session.get(f"{o.bot.url}{path}") as answer:
                assert answer.status == status
