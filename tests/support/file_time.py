"""The time of the releases for a bot that reads it from a file."""

from datetime import datetime
from pathlib import Path

from bot.surroundings import SystemClock


class FileTime:
    """Give `path` to the bot as `clock_file`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "clock.json"
        self._count = 0

    def goes_on_from(self, shown: datetime) -> None:
        """It is this time, and goes on as everywhere."""
        self._count += 1
        real = SystemClock().now()
        fresh = self.path.with_suffix(f".{self._count}")
        fresh.write_text(f'{{"real": "{real.isoformat()}", "shown": "{shown.isoformat()}", "rate": 1}}')
        fresh.replace(self.path)
