"""`stationmaster doctor`: looks at everything that the bot needs, changes nothing, and says what to do."""

from bot.doctor.command import add_commands

__all__ = ["add_commands"]
