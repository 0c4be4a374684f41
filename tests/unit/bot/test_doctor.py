"""What the doctor finds on a machine, in a database and in connections; it changes nothing."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr
from sqlalchemy import text

from bot.doctor.finding import Finding, Verdict, clock
from bot.doctor.machine import examine_folder, examine_key, examine_settings
from bot.doctor.stored import examine_database
from bot.settings import Settings
from integrations.slack.verify import OPTIONAL_SCOPES, SCOPES
from orchestration.store.store import Store
from sandbox.checkmate import TOKEN, CheckmateSimulator
from sandbox.slack.simulator import SlackSimulator
from tests.store.samples import NOW
from tests.support.databases import SetClock, new_sqlite, open_store
from tests.support.office import installed
from tests.unit.bot.cli_rig import TENANT, Typed, server, settings, typed

__all__ = ["server", "settings", "typed"]


def _verdicts(findings: object) -> dict[str, Verdict]:
    assert isinstance(findings, list)
    return {finding.what: finding.verdict for finding in findings}


def test_scopes_are_those_of_the_manifest() -> None:
    """What the manifest asks for is what is looked for."""
    manifest = yaml.safe_load((Path(__file__).parents[3] / "manifest.yml").read_text())
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == SCOPES
    assert set(scopes["bot_optional"]) == OPTIONAL_SCOPES


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(0, Verdict.FINE), (-5, Verdict.FINE), (6, Verdict.WORRY), (-61, Verdict.BROKEN)]
)
def test_a_clock_may_differ_by_seconds(seconds: int, verdict: Verdict) -> None:
    """A minute makes tokens and signatures invalid; who tells no time is not judged."""
    assert [f.verdict for f in clock("Clock", NOW + timedelta(seconds=seconds), now=NOW)] == [verdict]
    assert clock("Clock", None, now=NOW) == ()


def test_settings_that_are_missing_are_named(tmp_path: Path) -> None:
    """Each finding says which variable to set."""
    bare = list(examine_settings(Settings(data=tmp_path)))
    assert _verdicts(bare)["Bot token"] is Verdict.BROKEN
    assert all("_" in finding.do or "docs/" in finding.do for finding in bare if finding.do)
    token = SecretStr("xoxb-1")
    whole = Settings(
        data=tmp_path,
        slack_bot_token=token,
        slack_app_token=token,
        http_port=1,
        ping_url=SecretStr("https://ping.example/1"),
    )
    assert {f.verdict for f in examine_settings(whole)} == {Verdict.FINE}


def test_a_folder_that_others_may_read_is_a_worry(tmp_path: Path) -> None:
    """The key ring is for its owner only."""
    (tmp_path / "keys").write_text("k1:x")
    (tmp_path / "keys").chmod(0o644)
    found = list(examine_folder(Settings(data=tmp_path)))
    assert _verdicts(found)["Files"] is Verdict.WORRY
    (tmp_path / "keys").chmod(0o600)
    assert "Files" not in _verdicts(list(examine_folder(Settings(data=tmp_path))))


def test_no_key_ring_is_made_by_looking(tmp_path: Path) -> None:
    """A new one in the place of one that is only mounted elsewhere would hide the loss."""
    found = list(examine_key(Settings(data=tmp_path)))
    assert found[0].verdict is Verdict.WORRY
    assert not (tmp_path / "keys").exists()
    (tmp_path / "keys").write_text("nonsense")
    assert next(iter(examine_key(Settings(data=tmp_path)))).verdict is Verdict.BROKEN


async def _database(store: Store) -> list[Finding]:
    return [finding async for finding in examine_database(store, now=NOW)]


async def test_a_database_that_is_behind_or_gone_is_broken(tmp_path: Path) -> None:
    """And nothing is asked of it that it can't answer."""
    store = open_store(await new_sqlite(tmp_path, migrated=False), clock=SetClock(NOW))
    assert _verdicts(await _database(store))["Migrations"] is Verdict.BROKEN
    await store.close()
    away = open_store(f"sqlite:///{tmp_path}/nowhere/else.db")
    assert [f.verdict for f in await _database(away)] == [Verdict.BROKEN]
    await away.close()


async def test_what_is_stuck_is_named_with_its_runbook(tmp_path: Path) -> None:
    """A request that nobody serves: is there a bot at all?"""
    clock_ = SetClock(NOW)
    store = open_store(await new_sqlite(tmp_path), clock=clock_)
    async with store._database.writing() as connection:
        await connection.execute(
            text(
                "INSERT INTO inbox (tenant_id, key, kind, payload, received_ms, not_before_ms, fence, attempts)"
                " VALUES ('T1', 'k', 'command', '{}', 0, 0, 0, 0)"
            )
        )
    stuck = [f for f in await _database(store) if f.what == "Work"]
    assert [f.verdict for f in stuck] == [Verdict.WORRY]
    assert "loop-stuck" in stuck[0].do
    await store.close()


async def _connect(typed: Typed, server: CheckmateSimulator) -> None:
    wanted = json.dumps({"base_url": server.url})
    words = ("connect", "checkmate", "--tenant", TENANT, "--id", "checkmate", "--settings", wanted)
    assert await typed(*words, stdin=json.dumps({"token": TOKEN})) == 0


async def _report(
    typed: Typed, capsys: pytest.CaptureFixture[str], changed: Settings
) -> tuple[int, dict[str, dict[str, str]]]:
    capsys.readouterr()
    code = await typed("doctor", "--json", changed=changed)
    shown = capsys.readouterr().out
    said = json.loads(shown[shown.index('{\n  "fine"') :])  # a test logs to the same stream
    return code, {finding["what"]: finding for finding in said["findings"]}


@pytest.fixture
def with_slack(settings: Settings) -> Callable[[SlackSimulator], Settings]:
    """The settings with tokens of a workspace."""

    def changed(slack: SlackSimulator) -> Settings:
        app = slack.app_install
        tokens = {
            "slack_bot_token": SecretStr(app.bot_token),
            "slack_app_token": SecretStr(app.app_token),
            "slack_api_url": f"{slack.url}/api/",
        }
        return settings.model_copy(update=tokens)

    return changed


@pytest.mark.slow
async def test_a_whole_bot_is_fine_and_says_what_to_look_at(
    typed: Typed,
    server: CheckmateSimulator,
    with_slack: Callable[[SlackSimulator], Settings],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every part is tried for real: Slack, Socket Mode, scopes, clocks, the key, the database, each connection."""
    await _connect(typed, server)
    slack = SlackSimulator(app=installed(), rate_scale=0)
    await slack.start()
    code, found = await _report(typed, capsys, with_slack(slack))
    await slack.stop()
    assert code == 0, found
    named = ("Slack", "Socket Mode", "Migrations", "Key ring", "Disk", f"Connection checkmate of {TENANT}")
    assert {found[what]["verdict"] for what in named} == {"fine"}
    assert any(what.startswith("Clock of 127.0.0.1") for what in found)


async def test_sealed_secrets_without_a_ring_are_found_before_a_new_one_is_made(
    typed: Typed, server: CheckmateSimulator, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a restore the old ring has to be put back first; looking makes none."""
    await _connect(typed, server)
    (settings.data / "keys").unlink()
    code, found = await _report(typed, capsys, settings)
    assert code == 1
    assert found["Connections"]["verdict"] == "broken"
    assert "key ring" in found["Connections"]["do"]
    assert not (settings.data / "keys").exists()


@pytest.mark.slow
async def test_a_token_that_is_refused_is_found_and_never_shown(
    typed: Typed,
    server: CheckmateSimulator,
    with_slack: Callable[[SlackSimulator], Settings],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 1, the connection by name, what to do, and no secret in it."""
    await _connect(typed, server)
    server.world.users.pop(TOKEN)
    slack = SlackSimulator(app=installed(), rate_scale=0)
    await slack.start()
    wrong = with_slack(slack).model_copy(update={"slack_app_token": SecretStr("xapp-wrong")})
    code, found = await _report(typed, capsys, wrong)
    await slack.stop()
    assert code == 1
    connection = found[f"Connection checkmate of {TENANT}"]
    assert connection["verdict"] == found["Socket Mode"]["verdict"] == "broken"
    assert "/release connect" in connection["do"]
    said = json.dumps(found)
    assert TOKEN not in said
    assert "xapp-wrong" not in said
