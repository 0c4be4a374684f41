"""The database is put back to a backup, and the bot goes on in a world that is further than it knows."""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sandbox.slack.screen import text_on
from sandbox.slack.values import ChannelKind
from tests.support.outcome import out_of_order, outcome, spoken
from tests.support.processes import BotProcess
from tests.support.town import Town, town
from tests.support.townsfolk import PATIENCE, Townsfolk, key_of

pytestmark = pytest.mark.slow

# What people find at the providers: nothing of it may be another one, or one more, for having been forgotten.
_AT_PROVIDERS = ("refs", "annotated", "releases", "builds", "tickets", "test runs", "store builds")


async def test_a_bot_that_was_put_back_makes_nothing_twice(tmp_path: Path) -> None:
    """R2: a backup is taken while the bot works, just after the branch was cut; then the release gets its tickets,
    test runs, builds, approvals, tag and notes, and all of that is forgotten. The bot finds every one of them, asks
    people again for what they decided, and ends where it was. No effect and no card is there twice."""
    async with town(tmp_path / "town", f"sqlite:///{tmp_path / 'bot.db'}") as place:
        bot, folk, backup = place.bot(), Townsfolk(place), tmp_path / "kept.zip"
        await bot.start()
        try:
            await folk.start()
            await _until_kept(place, backup)
            await _to_the_end(folk, time=1)
            before = _found(place)
            await _refused_while_it_lives(place, backup)
            assert await bot.end() == 0, bot.last_words()
            await _put_back(place, backup)
            assert await _tagged(place) == 0
            await bot.start()
            await folk.until("the news", lambda: folk.told("put back to a backup") == 1)
            await _to_the_end(folk, time=2)
            assert await _tagged(place) == 1
            _check(place, before, bot)
            assert await place.audit_broken_at() is None
        finally:
            await bot.kill()


async def _until_kept(place: Town, backup: Path) -> None:
    """The backup, of a moment at which there is the branch, and nothing else is known to be done."""
    branch = "SELECT 1 FROM tasks WHERE type = 'FORK_BRANCH' AND state = 'SUCCEEDED'"
    await place.until_row(branch, within=PATIENCE)
    status, told = await _command(place, "backup", str(backup))
    assert status == 0, told
    assert "KEYS ARE NOT IN IT" in told


async def _to_the_end(folk: Townsfolk, *, time: int) -> None:
    """Testers, developers and approvers do what they do; the second time, what they did counts still."""
    await folk.until("the request for approval", lambda: _asked(folk))
    folk.test()
    folk.finish_tickets()
    await folk._click(folk.bo, lambda: folk._signed("qa"))
    await folk._click(folk.cleo, lambda: folk.told("approved Stage 3") == time)
    await folk.until("the end", lambda: folk.told("ready for submission") == time)
    await folk.rest()


def _asked(folk: Townsfolk) -> bool:
    """Whether the approval card offers a decision: one that was settled, also before the restore, offers none."""
    return any(
        "Stage 3" in text_on(card) and "gate.reject" in str(card.blocks) for card in folk.keyed("gate:")
    )


def _found(place: Town) -> dict[str, Any]:
    everything = outcome(place)
    return {name: everything[name] for name in _AT_PROVIDERS}


async def _refused_while_it_lives(place: Town, backup: Path) -> None:
    status, told = await _command(place, "restore", str(backup), "--force")
    assert status == 2
    assert "stop it first" in told


async def _put_back(place: Town, backup: Path) -> None:
    # What this process has open of the file would be the old one.
    await place.database.dispose()
    status, told = await _command(place, "restore", str(backup))
    assert status == 2, told
    assert "--force" in told
    status, told = await _command(place, "restore", str(backup), "--force")
    assert status == 0, told
    assert "what was done since: 1" in told


async def _tagged(place: Town) -> int:
    return await place.count(
        "SELECT count(*) FROM tasks WHERE type = 'CREATE_RELEASE_TAG' AND state = 'SUCCEEDED'"
    )


def _check(place: Town, before: dict[str, Any], bot: BotProcess) -> None:
    after = _found(place)
    for name in _AT_PROVIDERS:
        assert after[name] == before[name], name
    assert outcome(place)["made twice"] == {}
    # Without the scope im:history, which the manifest does not ask for, nothing is found in direct messages.
    channels = {c.id for c in place.world.slack.world.channels.values() if c.kind is not ChannelKind.IM}
    shown = [m for m in spoken(place) if m.channel in channels and not key_of(m).startswith("notice:")]
    cards = Counter(map(key_of, shown))
    assert {key: n for key, n in cards.items() if n > 1} == {}
    assert any(key.startswith("gate:") for key in cards)
    assert sum(key.startswith("card:") for key in cards) == 1
    assert out_of_order(place) == []
    faults = [line for line in bot.said() if line.get("level") in {"error", "critical"}]
    assert faults == []


async def _command(place: Town, *words: str) -> tuple[int, str]:
    """Run `stationmaster …` as an operator of this town does; its status, and all that it said."""
    given = [f"{name}={value}" for name, value in place.environment.items()]
    process = await asyncio.create_subprocess_exec(
        "env",
        *given,
        sys.executable,
        "-m",
        "bot",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()
