"""The command line reads no more than the word that is used needs."""

import gc
import subprocess
import sys

import pytest

from bot.cli import ROOMS, main, parser, reading

# What takes long to read, and what a bot of a real workspace has no use for.
HEAVY = ("aiohttp", "alembic", "asyncio", "pydantic", "slack_bolt", "sqlalchemy")
NEVER_RUN = ("bot.demo", "matplotlib", "opentelemetry", "sandbox")


def read_by(code: str) -> set[str]:
    """The modules that a new process has read after this code."""
    told = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules, sep='\\n')"],
        check=True,
        capture_output=True,
        text=True,
    )
    return set(told.stdout.splitlines())


def test_help_reads_nothing_heavy() -> None:
    """All words are shown at once: none of what they need is read for it."""
    read = read_by("from bot.cli import parser\nparser().format_help()")
    assert "bot.cli" in read
    assert [name for name in HEAVY if name in read] == []


def test_a_running_bot_reads_neither_the_demo_nor_what_draws_and_traces() -> None:
    """The sandbox is no part of a bot, and what is used now and then is read then."""
    read = read_by("from bot.cli import parser\nparser().parse_args(['run'])")
    assert "bot.wiring" in read
    assert [name for name in NEVER_RUN if name in read] == []


def test_every_word_of_a_room_is_shown_and_every_word_shown_is_there() -> None:
    """The table of the command line and those of the rooms name the same words."""
    for room, words in ROOMS:
        assert list(room()) == list(words)


def test_a_word_shows_its_own_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    """Its help is whole although its arguments were not known before."""
    with pytest.raises(SystemExit) as left:
        main(["connect", "--help"])
    assert left.value.code == 0
    assert "--secrets-of" in capsys.readouterr().out


def test_a_word_learns_once() -> None:
    """A line that is parsed twice has no argument twice."""
    line = parser(whole=True)
    for _ in range(2):
        assert line.parse_args(["verify", "--tenant", "T1"]).tenant == "T1"


def _fail_to_read() -> None:
    assert not gc.isenabled()
    raise ModuleNotFoundError


def test_garbage_is_collected_again_after_reading() -> None:
    """Also where reading failed."""
    with pytest.raises(ModuleNotFoundError), reading():
        _fail_to_read()
    assert gc.isenabled()
    gc.unfreeze()
