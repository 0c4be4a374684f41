"""What an operator enters on the command line: at a terminal and piped, judged before anything is tried."""

import builtins
import getpass
import json
from pathlib import Path

import pytest

from bot import carrying_out, cli
from bot.prompting import read_secrets
from bot.settings import Settings
from integrations import PROVIDERS
from orchestration.store.integrations import IntegrationRow
from sandbox.checkmate import CheckmateSimulator
from tests.unit.bot.cli_rig import CANARY, TENANT, Terminal, Typed, connect, put, rows, secrets

KEY = f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n"
GITHUB = ("connect", "github", "--tenant", TENANT, "--id", "g", "--settings")


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is answered to each prompt that begins so; everything else is left empty."""
    answers: dict[str, str] = {}

    def answer(prompt: str) -> str:
        return next((text for begin, text in answers.items() if prompt.startswith(begin)), "")

    monkeypatch.setattr(getpass, "getpass", answer)
    monkeypatch.setattr(builtins, "input", answer)
    return answers


def test_a_key_of_several_lines_is_asked_for_by_its_file(
    tmp_path: Path, at_a_terminal: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prompt takes one line: of a key that is pasted there, the rest would run as commands of the shell."""
    monkeypatch.setattr("sys.stdin", Terminal())
    (tmp_path / "key.pem").write_text(KEY)
    at_a_terminal["Private key of the GitHub App, the path of its file"] = f" {tmp_path / 'key.pem'} "
    assert read_secrets(PROVIDERS["github"]) == {"private_key": KEY}


@pytest.mark.parametrize("path", ["{folder}/gone", "{folder}", "{folder}/odd", "a\0b"])
async def test_a_file_that_is_no_key_is_told(
    tmp_path: Path,
    typed: Typed,
    at_a_terminal: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    path: str,
) -> None:
    """Not there, a folder, no text or no name at all: one line that says so, and nothing is saved."""
    (tmp_path / "odd").write_bytes(b"\xff\xfe")
    at_a_terminal["Private key"] = path.format(folder=tmp_path)
    words = (*GITHUB, json.dumps({"owner": "acme", "repository": "pixel", "app_id": "1"}))
    assert await typed(*words, stdin=None) == 2
    assert capsys.readouterr().err.startswith("Private key of the GitHub App: ")


async def test_an_input_that_ends_is_no_fault(
    server: CheckmateSimulator,
    typed: Typed,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Ctrl-D at a prompt is answered in words."""

    def ended(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", ended)
    assert await typed(*connect(server), stdin=None) == 2
    assert "nothing is saved" in capsys.readouterr().err


def test_an_interrupt_is_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ctrl-C ends with the status that shells know, and no trace."""

    async def interrupted(*_given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(carrying_out, "carry_out", interrupted)
    monkeypatch.setattr(
        carrying_out, "configure_logs", lambda **_how: None
    )  # logs of the tests stay as they are
    assert cli.main(["settings"]) == 130


@pytest.mark.parametrize("name", ["x" * 61, " ", "a\x1b[2Jb"])
async def test_a_name_is_judged_before_anything_is_tried(
    server: CheckmateSimulator, settings: Settings, typed: Typed, name: str
) -> None:
    """Slack's forms hold 60 characters: a longer one could not be shown there any more."""
    assert await typed(*connect(server), "--name", name, stdin=secrets()) == 2
    assert await rows(settings) == []
    assert server.record == []


async def test_an_address_is_judged_before_a_secret_is_asked_for(
    typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """What we don't connect to is told at its field, with nothing of the secrets read."""
    words = (*GITHUB, json.dumps({"owner": "a", "repository": "b", "base_url": "https://169.254.169.254"}))
    assert await typed(*words, stdin="no JSON") == 2
    assert capsys.readouterr().err.startswith("base_url: 169.254.169.254 is not a public address")


async def test_a_connection_stays_one_of_its_provider(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Releases call it by its id: another provider does not take its place."""
    await put(settings, IntegrationRow(id="checkmate", tenant_id=TENANT, provider="jira", name="Jira"))
    assert await typed(*connect(server), stdin=secrets()) == 2
    assert "There is a connection checkmate already" in capsys.readouterr().err
    assert [row.provider for row in await rows(settings)] == ["jira"]
