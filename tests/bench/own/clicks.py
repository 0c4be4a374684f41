"""From a click on Approve to the card that shows the decision, which is stored before: the bot and Slack's simulator.

`python -m tests.bench.own.clicks '{"samples": 5}'`
"""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.settings import Settings
from orchestration.domain.events import EventKind
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message
from tests.bench.measure import latencies
from tests.bench.own.subject import main
from tests.support import prepared
from tests.support.office import Office, office

# As a bot has it that nobody set otherwise; an office of the tests looks around ten times as often.
_TICK_SECONDS: float = Settings.model_fields["tick_seconds"].default


def _many(count: int) -> None:
    """A database in which so many releases wait for an approval."""
    versions = tuple(f"3.{number}.0" for number in range(count))
    prepared._RECIPES["bench"] = replace(prepared._RECIPES["asking"], versions=versions)


def _asking(at: Office) -> list[Message]:
    return [m for m in at.keyed("gate:") if "gate.approve" in str(m.blocks)]


async def measure(given: Mapping[str, Any]) -> Mapping[str, float]:
    """Milliseconds, one click after the other; each decision is looked for in the database at the end."""
    _many(given["samples"])
    clock = asyncio.get_running_loop().time
    took = []
    with tempfile.TemporaryDirectory(prefix="bench-clicks-") as name:
        async with office(Path(name), "bench", card_seconds=0.0, tick_seconds=_TICK_SECONDS) as at:
            await at.until(lambda: len(_asking(at)) == given["samples"] or None, within=60)
            for card in _asking(at):
                begun = clock()
                await at.bo.clicks(card, "gate.approve", confirm=True)
                await at.until(lambda: "is approved" in text_on(_now(at, card)) or None)  # noqa: B023 - asked at once
                took.append(clock() - begun)
            async with at.store.look() as work:
                running = await work.releases.active(at.team)
            granted = [await at.events(EventKind.APPROVAL_GRANTED, each.id) for each in running]
            assert [len(each) for each in granted] == [1] * given["samples"]
    return latencies(took)


def _now(at: Office, card: Message) -> Message:
    """The card as it is now."""
    return at.slack.world.messages[card.channel][card.ts]


if __name__ == "__main__":
    main(measure)
