"""`stationmaster release` against a server on loopback: words act over REST, say why not, end as shells expect."""

import io
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from structlog.testing import capture_logs

from bot.carrying_out import carry_out
from bot.cli import parser
from bot.settings import Settings
from tests.rest.rest_rig import TENANT
from tests.rest.test_rest_journey import Story, story
from tests.support.rehearsed import ANN, BO, finish_by_hand

__all__ = ["story"]

Typed = Callable[..., Awaitable[int]]


class Terminal(io.StringIO):
    """Standard input with a person in front of it."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture
async def typed(story: Story, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Typed]:
    """Runs words after `release`, with Ann's token unless another one is given."""
    ann = await story.rest.own(ANN.id, "read", "release:write")

    async def run(*words: str, token: str | None = None, stdin: str | None = None, **changes: Any) -> int:
        monkeypatch.setattr(sys, "stdin", Terminal(stdin) if stdin is not None else io.StringIO())
        given = {"url": story.rest.url, "tenant": TENANT, "token": SecretStr(token or ann)}
        arguments = parser().parse_args(["release", *words])
        return await carry_out(arguments, Settings(**{**given, **changes}))

    with capture_logs():
        yield run


def moments(story: Story) -> list[str]:
    """Words for a target and a slot that fit."""
    now = story.rest.clock.now()
    target, slot = now + timedelta(days=7), now + timedelta(minutes=20)
    return ["--target", target.isoformat(), "--slot", slot.isoformat(), "--automation"]


async def begun(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> str:
    """The id of a release that was started by words."""
    pairs = ["--version", "ANDROID-PLAY_STORE=2.14.0", "--version", "IOS-APP_STORE=2.14.0"]
    assert await typed("start", "pixel", *pairs, *moments(story), "--json") == 0
    return str(json.loads(capsys.readouterr().out)["id"])


async def test_a_release_by_words(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Start, hold, resume, retry, and an approval that shows its evidence first and asks."""
    release = await begun(story, typed, capsys)
    assert await typed("hold", "2.14.0", "The store is closed") == 0
    assert "on hold (user, U000ANN01): The store is closed" in capsys.readouterr().out
    assert await typed("resume", release) == 0
    await story.live(steps=3, minutes=1)
    assert await typed("why", "2.14.0") == 0
    assert "The project takes no tickets" in capsys.readouterr().out
    assert await typed("retry", release, "CREATE_PROJECT_MANAGEMENT_TICKET") == 1
    told = capsys.readouterr().err
    assert "kickoff.CREATE_PROJECT_MANAGEMENT_TICKET.IOS-APP_STORE" in told
    story.refusing[0] = False
    for pair in ("IOS-APP_STORE", "ANDROID-PLAY_STORE"):
        assert await typed("retry", release, f"kickoff.CREATE_PROJECT_MANAGEMENT_TICKET.{pair}") == 0
    await story.live(steps=12, minutes=3)
    finish_by_hand(story.company, await story.bench.release(release))
    await story.live(steps=2, minutes=1)
    capsys.readouterr()
    await approved(story, typed, release, capsys)
    await story.live(steps=5, minutes=1)
    assert await typed("show", release) == 0
    assert "AWAITING_SUBMISSION" in capsys.readouterr().out
    for word in ("plan", "timeline", "tasks", "activity", "list"):
        assert await typed(word, *([release] if word != "list" else [])) == 0
        assert len(capsys.readouterr().out.splitlines()) > 1


async def approved(story: Story, typed: Typed, release: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing without a look; another digest is refused; a program is; who types something else decides nothing."""
    bo = await story.rest.own(BO.id, "read", "release:write")
    assert await typed("approve", release, token=bo) == 2
    digest = capsys.readouterr().err.rpartition("--yes ")[2].strip()
    assert await typed("approve", release, token=bo, stdin="yes\n") == 1
    shown = capsys.readouterr()
    assert f"evidence {digest}" in shown.out
    assert "[ok]" in shown.out
    assert "Nothing was decided." in shown.err
    assert await typed("approve", release, "--yes", "0123456789ab", token=bo) == 1
    assert f"The evidence is {digest} now." in capsys.readouterr().err
    assert await typed("approve", release, "--yes", digest, token=story.rest.token) == 1
    assert "A person decides this" in capsys.readouterr().err
    assert await typed("approve", release, token=bo, stdin="approve\n") == 0
    assert "APPROVE_STAGE_3: APPROVED" in capsys.readouterr().out
    assert await typed("reject", release, "Too late", "--yes", digest, token=bo) == 1
    assert "Nothing waits for a decision." in capsys.readouterr().err


async def test_what_is_wrong_is_said_at_its_place(
    story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """2 where what was typed is wrong, 1 where it can't be done; as JSON the problem document itself."""
    at = story.rest.clock.now().isoformat()
    words = ["start", "pixel", "--version", "IOS-APP_STORE=two", "--target", at, "--slot", at]
    assert await typed(*words) == 2
    told = capsys.readouterr().err
    assert "  versions/IOS-APP_STORE: Write a version as three numbers" in told
    assert "  target_at: " in told
    assert await typed(*words, "--json") == 2
    assert json.loads(capsys.readouterr().out)["status"] == 422
    assert await typed("start", "pixel", "--version", "IOS-APP_STORE", *moments(story)) == 2
    assert await typed("show", "9.9.9") == 1
    assert "There is no release 9.9.9" in capsys.readouterr().err
    assert await typed("show", "REL-NEVER") == 1
    with pytest.raises(SystemExit):
        parser().parse_args(["release", "start", "pixel", "--target", "2026-12-04 18:00", "--slot", at])


async def test_a_preview_starts_nothing(
    story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole plan is printed; there is no release afterwards."""
    pairs = ["--version", "ANDROID-PLAY_STORE=2.14.0"]
    assert await typed("start", "pixel", *pairs, *moments(story), "--preview") == 0
    assert "Tag the release candidate" in capsys.readouterr().out
    assert await typed("list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


async def test_what_is_planned_is_changed_by_words(
    story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slot moves and goes; what is not there to be settled is said."""
    release = await begun(story, typed, capsys)
    at = story.rest.clock.now() + timedelta(hours=5)
    assert await typed("move-slot", release, "s1", at.isoformat()) == 0
    assert f"slot s1: {at:%Y-%m-%d %H:%M} UTC" in capsys.readouterr().out
    assert await typed("slot", release, (at + timedelta(hours=2)).isoformat()) == 0
    assert await typed("remove-slot", release, "s1") == 0
    assert "slot s1" not in (await story.ask("GET", f"/releases/{release}")).text
    assert await typed("abandon-cycle", release, "Too late") == 1
    assert "No regression cycle is under way." in capsys.readouterr().err
    for words in (["accept-pick", release, "p1"], ["decline-pick", release, "p1", "Too late"]):
        assert await typed(*words) == 1
    assert await typed("halt", release) == 1


async def test_a_ci_job_only_reports(story: Story, typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Its token opens one word; what waits for a run of CI is not believed about."""
    release = await begun(story, typed, capsys)
    ci = await story.rest.issue("build:report")
    assert await typed("show", release, token=ci) == 1
    assert "lacks the scope read" in capsys.readouterr().err
    words = ["build", release, "PRE_REGRESSION", "IOS-APP_STORE", "--number", "417"]
    assert await typed(*words, token=ci) == 1
    assert "Nothing in Pixel 2.14.0 waits for the pre-regression build of iOS now." in capsys.readouterr().err
    story.refusing[0] = False
    await story.live(steps=1, minutes=1)
    assert await typed(*words, token=ci) == 1
    assert "is made by a CI run" in capsys.readouterr().err


async def test_a_token_is_found_and_kept_to_oneself(
    story: Story, typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From a file of mode 0600; one that others can read is not used; what is missing is said."""
    file = tmp_path / "token"
    file.write_text(f"{story.rest.token}\n")
    file.chmod(0o644)
    assert await typed("list", url=None) == 2
    assert "STATIONMASTER_URL is missing" in capsys.readouterr().err
    unset: dict[str, Any] = {"url": story.rest.url, "tenant": TENANT, "token_file": file}
    arguments = parser().parse_args(["release", "list"])
    assert await carry_out(arguments, Settings(**unset)) == 2
    assert f"chmod 600 {file}" in capsys.readouterr().err
    file.chmod(0o600)
    assert await carry_out(arguments, Settings(**unset)) == 0
    assert await carry_out(arguments, Settings(**{**unset, "tenant": None})) == 2
    assert "STATIONMASTER_TENANT" in capsys.readouterr().err
    missing = {**unset, "token_file": tmp_path / "none"}
    assert await carry_out(arguments, Settings(**missing)) == 2
    assert await carry_out(arguments, Settings(**{**unset, "url": "http://127.0.0.1:9"})) == 1
    assert "can't be reached" in capsys.readouterr().err
    with pytest.raises(ValidationError, match="must be https"):
        Settings(url="http://bot.acme.example")
