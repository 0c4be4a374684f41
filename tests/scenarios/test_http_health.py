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
        await o.comes(lambda: _ready(o))
        status, report, headers = await _get(o, "/readyz")
        whole = {"database": True, "migrations": True, "ticks": True, "loops": True, "slack": True}
        assert (status, report) == (200, {"ready": True, **whole})
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
        await o.comes(lambda: _ready(o), within=30)


async def test_a_database_that_is_behind_is_not_ready(tmp_path: Path) -> None:
    """The schema is an older one: not ready. A newer one, of a replica that was upgraded first, is no reason."""
    async with office(tmp_path) as o:
        for revision, ready in (("0001", False), ("9999", True)):
            async with o.store._database.writing() as connection:
                await connection.execute(
                    text("UPDATE alembic_version SET version_num = :new"), {"new": revision}
                )
            await o.comes(lambda ready=ready: _ready(o) if ready else _not_ready(o))  # type: ignore[misc]  # of a lambda's default
            assert (await _get(o, "/readyz"))[1]["migrations"] is ready


async def test_slack_must_answer_not_only_be_connected(tmp_path: Path) -> None:
    """Over HTTP nothing is open that could break; a question that Slack does not answer tells it all the same."""
    async with office(tmp_path, transport="http") as o:
        o.slack.go_down()
        await o.comes(lambda: _not_ready(o), within=30)
        assert (await _get(o, "/readyz"))[1]["slack"] is False
        o.slack.go_down(down=False)
        await o.comes(lambda: _ready(o), within=30)


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
