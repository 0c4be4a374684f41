"""Ports for servers whose address is told before they listen, or that come back on the port that they had."""

import random
import socket

from aiohttp import web

# Below what Linux (32768) and others (49152) take for connections that go out: such a connection may otherwise take a
# port between the look at it and the server's start, or while a server that comes back is away.
_FROM, _TO = 12_000, 32_000
_TRIES = 100
# The system's chance: a seed that several processes share would have all of them ask for one port.
_CHANCE = random.SystemRandom()


def free_port() -> int:
    """The number of a port on loopback that nobody has, for somebody who listens there soon. OSError."""
    with _bound_socket() as taken:
        port: int = taken.getsockname()[1]
        return port


def site_at(runner: web.AppRunner, port: int) -> web.BaseSite:
    """Where an application on loopback will listen: at the port, or at a free one for 0. OSError where none is free."""
    if port:
        return web.TCPSite(runner, "127.0.0.1", port)
    taken = _bound_socket()
    taken.listen()
    # Only now, for two sockets that both say so before could be bound to one port. Its connections inherit it, so that
    # those that are still being forgotten keep no server from coming back.
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return web.SockSite(runner, taken)


def _bound_socket() -> socket.socket:
    for port in _CHANCE.sample(range(_FROM, _TO), _TRIES):
        taken = socket.socket()
        try:
            taken.bind(("127.0.0.1", port))
        except OSError:
            taken.close()
            continue
        return taken
    raise OSError("No port is free on loopback.")
