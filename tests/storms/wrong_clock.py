"""`python -m tests.storms.wrong_clock FILE run`: the bot on a machine whose clock is wrong by the seconds in FILE.

Everything that asks the machine for the time of day is told so; how long something takes is measured rightly, as on
a machine whose clock is put forward and back.
"""

import importlib
import sys
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

_ASKED = ("bot.surroundings", "apscheduler.schedulers.base", "apscheduler.triggers.interval")
_right = time.time


def set_wrong(file: Path, seconds: float) -> None:
    """Put the clock of the bot that reads this file forward or back. It sees the old content or the new one."""
    new = file.with_suffix(".new")
    new.write_text(str(seconds))
    new.replace(file)


def main() -> int:
    """Put the clock wrong, then be the bot."""
    file = Path(sys.argv.pop(1))

    def wrong() -> float:
        return float(file.read_text()) if file.exists() else 0.0

    class WrongTime(datetime):
        """What the machine believes."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(seconds=wrong())

    # Before anything is imported that keeps the function.
    time.time = lambda: _right() + wrong()
    for name in _ASKED:
        importlib.import_module(name).datetime = WrongTime  # type: ignore[attr-defined]  # as it is imported there
    return int(importlib.import_module("bot.cli").main() or 0)


if __name__ == "__main__":
    sys.exit(main())
