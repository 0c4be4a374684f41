"""News from CI: signed, stored, and only ever a reason to look at the run oneself."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.surroundings import SystemClock
from integrations import PROVIDERS
from orchestration.domain.events import EventKind
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.cicd import RunState
from tests.support.office import Office, office
from tests.support.office_bot import Listening, OfficeBot

SECRET = "hook-secret"
HOOK = "/hooks/T0000SANDBOX/github"


async def _connect(o: Office, integration_id: str = "github") -> None:
    """Give a GitHub connection its settings and its secret."""
    provider = PROVIDERS["github"]
    await o.bot._book.connect(
        tenant_id=o.team,
        integration_id=integration_id,
        provider=provider,
        settings=provider.settings.model_validate({"owner": "acme", "repository": "pixel"}),
        secrets=provider.secrets.model_validate(
            {"token": SecretStr("t"), "webhook_secret": SecretStr(SECRET)}
        ),
        now=SystemClock().now(),
    )


def _news(run: str, *, title: str = "build", conclusion: str = "success") -> bytes:
    row = {
        "id": int(run),
        "html_url": f"https://github.com/acme/pixel/actions/runs/{run}",
        "display_title": title,
        "status": "completed",
        "conclusion": conclusion,
        "head_sha": "9" * 40,
        "run_number": int(run),
    }
    return json.dumps(
        {"action": "completed", "workflow_run": row, "repository": {"full_name": "acme/pixel"}}
    ).encode()


async def _post(
    o: Office, body: bytes, *, path: str = HOOK, delivery: str = "d-1", secret: str = SECRET, **headers: str
) -> tuple[int, Any]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "workflow_run",
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={digest}",
        **headers,
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{o.bot.url}{path}", data=body, headers=given) as answer,
    ):
        words = await answer.text()
        return answer.status, json.loads(words) if words else None


async def _state(o: Office) -> TaskState:
    release = await o.release()
    return next(t.state for t in release.tasks if t.type is TaskType.TRIGGER_PRE_REGRESSION_BUILDS)


async def _settled(o: Office) -> bool:
    async with o.store._database.reading() as connection:
        found = await connection.execute(text("SELECT count(*) FROM inbox WHERE not_before_ms IS NOT NULL"))
        return not found.scalar_one()


def _looks(o: Office) -> int:
    assert o.company is not None
    return sum(kept.looks for kept in o.company.cicd.kept.values())


async def _done(o: Office) -> bool:
    return await _state(o) is TaskState.SUCCEEDED


async def test_news_makes_the_waiting_task_look_at_once(tmp_path: Path) -> None:
    """The next look is an hour away: a signed delivery brings it forward, and the run's own state counts."""
    async with office(tmp_path, "building") as o:
        assert o.company is not None
        await _connect(o)
        o.company.cicd.finish("1", RunState.SUCCEEDED)
        assert await _post(o, _news("1")) == (202, {"status": "accepted"})
        await o.comes(lambda: _done(o))
        assert len(o.company.cicd.kept) == 1


async def test_a_body_is_never_believed(tmp_path: Path) -> None:
    """The delivery says success, the run itself is still at work: the task looks, and goes on waiting."""
    async with office(tmp_path, "building") as o:
        await _connect(o)
        before = _looks(o)
        assert (await _post(o, _news("1")))[0] == 202
        await o.comes(lambda: _looked(o, before))
        await o.comes(lambda: _settled(o))
        assert await _state(o) is TaskState.WAITING


async def _looked(o: Office, before: int) -> bool:
    return _looks(o) > before


async def test_a_delivery_that_comes_twice_is_worked_on_once(tmp_path: Path) -> None:
    """GitHub's button sends the same delivery again: accepted, and stored once."""
    async with office(tmp_path, "building") as o:
        assert o.company is not None
        await _connect(o)
        o.company.cicd.finish("1", RunState.SUCCEEDED)
        for _ in range(3):
            assert (await _post(o, _news("1")))[0] == 202
        await o.comes(lambda: _done(o))
        assert (await _post(o, _news("1"), delivery="d-2"))[0] == 202
        await o.comes(lambda: _settled(o))
        assert len(await o.events(EventKind.BUILD_READY)) == 1
        async with o.store._database.reading() as connection:
            rows = await connection.execute(text("SELECT key FROM inbox ORDER BY id"))
            assert [row.key.rpartition(":")[2] for row in rows] == ["d-1", "d-2"]


async def test_deliveries_of_two_connections_are_two(tmp_path: Path) -> None:
    """Each vendor counts for itself: what one connection was told under a name says nothing of another's."""
    async with office(tmp_path, "building") as o:
        await _connect(o)
        await _connect(o, "github-2")
        for path in (HOOK, f"{HOOK}-2"):
            assert (await _post(o, _news("1"), path=path))[0] == 202
        async with o.store._database.reading() as connection:
            rows = await connection.execute(text("SELECT key FROM inbox WHERE kind = 'callback' ORDER BY id"))
            named = [row.key.removeprefix(f"callback:{o.team}:") for row in rows]
        assert named == ["github:d-1", "github-2:d-1"]


async def test_news_of_a_run_whose_number_we_do_not_know_yet(tmp_path: Path) -> None:
    """B-44: the delivery overtook the answer to our own request: it is known by our id in the run's title."""
    async with office(tmp_path, "building") as o:
        assert o.company is not None
        await _connect(o)
        build = (await o.release()).builds[0]
        o.company.cicd.finish("1", RunState.SUCCEEDED)
        assert (await _post(o, _news("777", title=f"pre-regression ANDROID {build.id}")))[0] == 202
        await o.comes(lambda: _done(o))


async def test_news_that_comes_late_changes_nothing(tmp_path: Path) -> None:
    """B-21: the task is done, or the release archived: the delivery is taken, and nothing is looked at again."""
    async with office(tmp_path, "building") as o:
        await _connect(o)
        assert o.company is not None
        o.company.cicd.finish("1", RunState.SUCCEEDED)
        await _post(o, _news("1"))
        await o.comes(lambda: _done(o))
        for delivery in ("d-2", "d-3"):
            before, kinds = _looks(o), [e.kind for e in await o.events()]
            status, _ = await _post(o, _news("1", conclusion="failure"), delivery=delivery)
            assert status == 202
            await o.comes(lambda: _settled(o))
            assert _looks(o) == before
            assert [e.kind for e in await o.events()] == kinds
            assert await _state(o) is TaskState.SUCCEEDED
            await o.says(o.dan, "/release archive Superseded")


@pytest.mark.parametrize("run", ["999999", "2"])
async def test_news_of_a_run_that_is_not_ours_changes_nothing(tmp_path: Path, run: str) -> None:
    """Somebody else's run in the same repository: accepted, and nobody looks."""
    async with office(tmp_path, "building") as o:
        await _connect(o)
        before = _looks(o)
        assert (await _post(o, _news(run)))[0] == 202
        await o.comes(lambda: _settled(o))
        assert _looks(o) == before
        assert await _state(o) is TaskState.WAITING


async def test_other_events_are_taken_and_forgotten(tmp_path: Path) -> None:
    """GitHub's `ping` and whatever else is switched on: 204, nothing stored."""
    async with office(tmp_path, "building") as o:
        await _connect(o)
        for event in ("ping", "push", "check_suite"):
            assert await _post(o, b"{}", **{"X-GitHub-Event": event}) == (204, None)
        assert await _settled(o)


async def test_every_refusal_looks_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """B-05, B-06: wrong or no signature, unknown workspace or connection, no webhooks: nothing can be found out.

    The log tells the operator which connection it was, and why.
    """
    async with office(tmp_path, "building") as o:
        refused = (401, {"error": "invalid signature"})
        assert await _post(o, _news("1")) == refused
        await _connect(o)
        before = _looks(o)
        assert await _post(o, _news("1"), secret="guess") == refused
        assert await _post(o, _news("1"), **{"X-Hub-Signature-256": ""}) == refused
        assert await _post(o, _news("1"), **{"X-Hub-Signature-256": "sha256=zz"}) == refused
        assert await _post(o, _news("1"), path="/hooks/T0000STRANGE/github") == refused
        assert await _post(o, _news("1"), path="/hooks/T0000SANDBOX/other") == refused
        assert await _post(o, _news("1"), path="/hooks/T0000SANDBOX/actions") == refused
        assert await _post(o, b"not json") == refused
        assert await _post(o, _news("1"), **{"X-GitHub-Delivery": "no such\tid"}) == refused
        assert _looks(o) == before
        assert await _settled(o)
    told = capsys.readouterr().out
    for why in ("The signature is missing or wrong", "The body is not a workflow_run event"):
        assert f"integration='github' why='{why}'" in told


async def test_a_connection_without_a_secret_takes_no_news(tmp_path: Path) -> None:
    """An empty secret signs nothing: a delivery that is signed with it is refused."""
    async with office(tmp_path, "building") as o:
        provider = PROVIDERS["github"]
        await o.bot._book.connect(
            tenant_id=o.team,
            integration_id="github",
            provider=provider,
            settings=provider.settings.model_validate({"owner": "acme", "repository": "pixel"}),
            secrets=provider.secrets.model_validate({"token": SecretStr("t")}),
            now=SystemClock().now(),
        )
        assert (await _post(o, _news("1"), secret=""))[0] == 401


async def test_an_accepted_delivery_survives_the_process(tmp_path: Path) -> None:
    """202 means stored: the process dies before it works on it, and the next one looks at the run."""
    async with office(tmp_path, "building", make_bot=Listening) as o:
        assert o.company is not None
        await _connect(o)
        o.company.cicd.finish("1", RunState.SUCCEEDED)
        assert (await _post(o, _news("1")))[0] == 202
        assert not await _settled(o)
        await o.kill()
        o.make_bot = OfficeBot
        await o.open()
        await o.comes(lambda: _done(o))
        assert len(await o.events(EventKind.BUILD_READY)) == 1
