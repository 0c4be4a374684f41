"""`stationmaster backup`, `restore` and `restored`: the database in a file, and back, without doing anything twice."""

from bot.backups.command import WORDS

__all__ = ["WORDS"]
