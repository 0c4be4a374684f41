"""Ports of the sandbox: known before anybody listens, and there again for a server that comes back."""

import socket
from pathlib import Path

import pytest
from aiohttp import web

from sandbox.free_port import free_port, site_at


def test_no_connection_that_goes_out_takes_it() -> None:
    """It lies below the ports that this machine gives to those who only ask for any."""
    lowest = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if not lowest.exists():
        pytest.skip("Only Linux says so in a file.")
    assert all(1024 <= free_port() < int(lowest.read_text().split()[0]) for _ in range(200))


async def test_a_port_is_held_by_who_gets_it() -> None:
    """From the first moment on, and also against one who says as servers do that what is being forgotten is free."""
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = site_at(runner, 0)
    try:
        port = int(site.name.rpartition(":")[2])
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))
        await site.start()
    finally:
        await runner.cleanup()


async def test_a_server_comes_back_on_its_port() -> None:
    """Although connections of the one before, which it ended itself, are still being forgotten by the kernel."""
    port = 0
    for _ in range(2):
        runner = web.AppRunner(web.Application())
        await runner.setup()
        await site_at(runner, port).start()
        port = runner.addresses[0][1]
        client = socket.create_connection(("127.0.0.1", port))
        await runner.cleanup()
        client.close()
