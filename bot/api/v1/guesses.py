"""Wrong tokens: how many of them a stranger may try, before it costs us a look into the database.

A token has too many bits to be guessed, so this bounds what trying costs. Who comes through the same proxy as an
attacker is not shut out by them: a token that was good lately is always looked at.
"""

import hashlib
import ipaddress
from collections import OrderedDict
from collections.abc import Callable

from bot.api.v1.pace import Pace

PER_MINUTE = 60
_MOST = 10_000
_NETWORK = 64
"""Bits of the network of an IPv6 address: a subscriber has all addresses behind them."""


class Guesses:
    """Counts wrong tokens by where they come from. `clock` is monotonic, in seconds."""

    def __init__(self, *, per_minute: int = PER_MINUTE, clock: Callable[[], float]) -> None:
        self._pace = Pace(per_minute=per_minute, clock=clock)
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def wait(self, text: str, peer: str | None) -> float:
        """Seconds until this token may be tried from there; 0 where it may now."""
        if _digest(text) in self._known:
            return 0.0
        return self._pace.look(_place(peer))

    def right(self, text: str) -> None:
        """It was good."""
        self._known[_digest(text)] = None
        self._known.move_to_end(_digest(text))
        while len(self._known) > _MOST:
            self._known.popitem(last=False)

    def wrong(self, text: str, peer: str | None) -> None:
        """It was not, or is not any more."""
        self._known.pop(_digest(text), None)
        self._pace.take(_place(peer))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="surrogateescape")).digest()


def _place(peer: str | None) -> str:
    """Where it comes from: an address, or its network where everybody there has many."""
    try:
        address = ipaddress.ip_address(peer or "")
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _NETWORK), strict=False))
