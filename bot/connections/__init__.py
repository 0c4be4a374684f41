"""A tenant's connections: read and written, tried, lent, and what people are told of them."""

from bot.connections.addresses import moved, unreachable
from bot.connections.book import ConnectionBook
from bot.connections.opened import NAME_LENGTH, Listed, Unreadable, plain, without_values
from bot.connections.trying import state_of, tried
from bot.connections.usage import InUse, Taken, Usage

__all__ = [
    "NAME_LENGTH",
    "ConnectionBook",
    "InUse",
    "Listed",
    "Taken",
    "Unreadable",
    "Usage",
    "moved",
    "plain",
    "state_of",
    "tried",
    "unreachable",
    "without_values",
]
