"""The command line: every word has its function, and a wrong use is told without what was given."""

import argparse
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.cli import main, parser
from bot.opening import open_store
from bot.settings import Settings
from sandbox.free_port import free_port
from tests.unit.bot.cli_rig import CANARY, TENANT, Typed, with_github


@pytest.mark.parametrize("ring", ["c2VjcmV0LWtleS1tYXRlcmlhbA==", "k1:c2VjcmV0LWtleS1tYXRlcmlhbA=="])
def test_a_bad_ring_is_told_without_the_key(
    ring: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ring that can't be read is a wrong use, and its text is not shown."""
    monkeypatch.setattr("bot.carrying_out.configure_logs", lambda **_: None)
    monkeypatch.setenv("STATIONMASTER_DATA", str(tmp_path))
    monkeypatch.setenv("STATIONMASTER_KEY", ring)
    assert main(["rotate-keys"]) == 2
    told = capsys.readouterr()
    assert "Key 1 of the ring" in told.err
    assert "c2VjcmV0" not in told.out + told.err


def test_it_says_which_release_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """`stationmaster --version` needs neither a word nor a setting; it is the number in the metrics and traces."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"stationmaster {version('stationmaster')}\n"


def test_wrong_settings_are_told_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each wrong variable has a line; no value is repeated."""
    monkeypatch.setenv("STATIONMASTER_HTTP_PORT", CANARY)
    monkeypatch.setenv("STATIONMASTER_LOG_LEVEL", CANARY)
    assert main(["settings"]) == 2
    told = capsys.readouterr().err
    assert "STATIONMASTER_HTTP_PORT" in told
    assert "STATIONMASTER_LOG_LEVEL" in told
    assert CANARY not in told


def test_a_database_that_does_not_answer_is_told_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What to look at is said, and not the password; the exit status says that something failed."""
    monkeypatch.setattr("bot.carrying_out.configure_logs", lambda **_: None)
    monkeypatch.setenv("STATIONMASTER_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"postgresql://bot:{CANARY}@127.0.0.1:{free_port()}/bot")
    assert main(["migrate"]) == 1
    told = capsys.readouterr().err
    assert "DATABASE_URL" in told
    assert CANARY not in told
    assert "Traceback" not in told


async def test_a_configuration_is_stored_from_a_file(
    settings: Settings, typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each problem has a line and nothing is stored; without problems it is there for this workspace."""
    path = tmp_path / "pixel.yml"
    path.write_text("id: pixel\nname: Pixel\napp: Pixel\npairs: [IOS-PLAY_STORE]\nscm: github\n")
    assert await typed("configure", str(path), "--tenant", TENANT) == 2
    told = capsys.readouterr().err.splitlines()
    assert sorted(line.partition(":")[0] for line in told) == ["base_branch", "home", "pairs.0"]
    assert await configured(settings) == []
    path.write_text(path.read_text().replace("PLAY", "APP") + "base_branch: main\nhome: C1\n")
    assert await typed("configure", str(path), "--tenant", TENANT) == 2
    assert "scm: There is no connection github" in capsys.readouterr().err
    await with_github(settings)
    for _again in range(2):
        assert await typed("configure", str(path), "--tenant", TENANT) == 0
    assert await configured(settings) == ["pixel"]
    assert await typed("audit", "verify", "--tenant", TENANT) == 0


async def configured(settings: Settings) -> list[str]:
    """The configurations of the workspace."""
    store = await open_store(settings, owner="test")
    try:
        async with store.look() as work:
            return [each.id for each in await work.directory.configurations(TENANT)]
    finally:
        await store.close()


async def test_settings_are_shown(typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """As lines for a terminal, or as the page of the documentation."""
    assert await typed("settings") == 0
    assert "DATABASE_URL: " in capsys.readouterr().out
    assert await typed("settings", "--markdown") == 0
    assert capsys.readouterr().out.startswith("# Settings\n")


async def test_roles_are_granted_and_taken_back(settings: Settings, typed: Typed) -> None:
    """A role that is none is a wrong use."""
    assert await typed("grant", "U1", "captain", "--tenant", TENANT) == 2
    assert await typed("grant", "U1", "editor", "--tenant", TENANT) == 0
    assert await roles(settings) == {"editor"}
    assert await typed("grant", "U1", "editor", "--tenant", TENANT, "--revoke") == 0
    assert await roles(settings) == set()


async def roles(settings: Settings) -> set[str]:
    """Those of U1."""
    store = await open_store(settings, owner="test")
    try:
        async with store.look() as work:
            return set(await work.directory.roles(TENANT, "U1"))
    finally:
        await store.close()


async def test_an_empty_chain_is_whole(typed: Typed) -> None:
    """There is nothing that could have been changed."""
    assert await typed("audit", "verify", "--tenant", TENANT) == 0


@pytest.mark.parametrize(
    ("tokens", "says"),
    [({}, "SLACK_BOT_TOKEN"), ({"slack_bot_token": "xoxb-1"}, "SLACK_APP_TOKEN")],
)
async def test_a_bot_without_slack_does_not_start(
    typed: Typed,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    tokens: dict[str, str],
    says: str,
) -> None:
    """It says which variable is missing."""
    changed = Settings(data=settings.data, **tokens)  # type: ignore[arg-type]  # texts become secrets
    assert await typed("run", changed=changed) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["fly"], ["connect", "fax"], ["grant", "U1"]])
def test_unknown_words_are_a_wrong_use(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2 and the usage."""
    with pytest.raises(SystemExit) as left:
        parser().parse_args(words)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_every_word_has_its_function_and_its_help() -> None:
    """Nothing is parsed that nobody does, also where a word has words of its own."""
    open_ones = [parser(whole=True)]
    seen = 0
    while open_ones:
        word = open_ones.pop()
        inner = [a for a in word._actions if isinstance(a, argparse._SubParsersAction)]
        assert inner or callable(word.get_default("command"))
        for words in inner:
            assert {choice.dest for choice in words._choices_actions if choice.help} == set(words.choices)
            open_ones += words.choices.values()
            seen += len(words.choices)
    assert seen > 10


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"slack_bot_token": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"slack_bot_token": "xoxb-1", "slack_signing_secret": "s"}, "STATIONMASTER_HTTP_PORT"),
    ],
)
async def test_a_bot_that_could_not_hear_does_not_run(
    given: dict[str, str],
    missing: str,
    typed: Typed,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without a way in from Slack the command names what is missing, and does not say that it runs."""
    changed = Settings.model_validate({"data": tmp_path, **given})
    assert await typed("run", changed=changed) == 2
    told = capsys.readouterr()
    assert missing in told.err
    assert told.out == ""
