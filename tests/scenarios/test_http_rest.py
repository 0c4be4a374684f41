"""REST on the bot as it is wired: behind the same port as Slack and the webhooks."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.administration import CLI
from bot.api.v1.openapi import description
from bot.surroundings import SystemChance, SystemClock
from orchestration.services import tokens
from orchestration.services.engine import Engine
from tests.support.office import Office, office


async def _token(o: Office) -> str:
    """An admin's, made beside the bot as the command line does."""

    async def none(_tenant: str) -> Any:
        raise AssertionError("no ports are needed")

    engine = Engine(
        work=o.store.work,
        look=o.store.look,
        clock=SystemClock(),
        chance=SystemChance(),
        integrations=none,
        heard={},
    )
    made = await tokens.create(
        engine, o.team, name="test", scopes=["admin"], life=timedelta(days=1), actor=CLI
    )
    return made.text


async def _ask(o: Office, method: str, path: str, token: str = "", body: Any = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, f"{o.bot.url}{path}", json=body) as answer,
    ):
        text = await answer.text()
        return answer.status, json.loads(text) if text else None


async def test_a_program_edits_what_people_start_with(tmp_path: Path) -> None:
    """A copy is made, switched on and made the default over REST; the form in Slack starts with it."""
    async with office(tmp_path, "empty") as o:
        token, base = await _token(o), f"/api/v1/tenants/{o.team}/release-configs"
        status, listed = await _ask(o, "GET", base, token)
        assert status == 200
        (first,) = listed["items"]
        order = {"id": "nightly", "name": "Nightly"}
        assert (await _ask(o, "POST", f"{base}/{first['id']}/copy", token, order))[0] == 201
        assert (await _ask(o, "POST", f"{base}/nightly/activate", token))[1]["active"] is True
        assert (await _ask(o, "POST", f"{base}/nightly/default", token))[1]["default"] is True
        async with o.store.look() as work:
            found = {c.id: c.default for c in await work.directory.configurations(o.team)}
        assert found == {first["id"]: False, "nightly": True}


async def test_the_door_is_the_bots_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a token nothing; the description is there; a secret in a request is in no log line."""
    async with office(tmp_path, "empty") as o:
        token = await _token(o)
        base = f"/api/v1/tenants/{o.team}"
        assert (await _ask(o, "GET", f"{base}/integrations"))[0] == 401
        assert await _ask(o, "GET", "/api/v1/openapi.json") == (200, description())
        body = {"id": "x", "provider": "jira", "secrets": {"token": "canary-4711"}}
        assert (await _ask(o, "POST", f"{base}/integrations", token, body))[0] == 422
        assert (await _ask(o, "GET", f"{base}/providers/github", token))[1]["title"] == "GitHub"
    told = "".join(capsys.readouterr())
    assert told.count("action='rest'") == 4
    assert "canary-4711" not in told
    assert token.rpartition("_")[2] not in told
