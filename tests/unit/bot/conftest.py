"""What the tests of the command line are given."""

from tests.unit.bot.cli_rig import server, settings, typed

__all__ = ["server", "settings", "typed"]
