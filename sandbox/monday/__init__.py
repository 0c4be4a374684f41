"""A simulated monday.com. It needs graphql-core and the text of monday.com's SDL, which only tests have."""

from sandbox.monday.simulator import TOKEN, VERSION, MondaySimulator

__all__ = ["TOKEN", "VERSION", "MondaySimulator"]
