"""`stationmaster doctor`: looks at everything that the bot needs, changes nothing, and says what to do."""

from bot.doctor.command import WORDS

__all__ = ["WORDS"]
