"""An answer that begins and does not end: whatever the provider and its library, it is given up in time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web

from integrations import PROVIDERS
from integrations.breaker import Breakers
from integrations.edge import Edge
from integrations.egress import Egress
from integrations.http import Bounds, Http
from integrations.jira import client as jira
from integrations.threads import Threads
from tests.security.test_inside import secrets_of, settings_of, with_address

SOON = 0.4
"""Seconds that an answer may take."""
_BOUNDED = 20.0
"""Seconds for all that one look at a connection asks; a single answer that is waited for takes longer."""


@pytest.fixture
async def dripping() -> AsyncIterator[str]:
    """A server that says at once that all is well, and then a byte now and then, for as long as somebody listens."""

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(SOON / 8)

    app = web.Application()
    app.router.add_route("*", "/{anything:.*}", drip)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize("key", with_address())
async def test_no_provider_waits_for_a_body_that_drips(
    key: str, dripping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that keep coming do not lengthen the time: PyGithub, python-gitlab, jira and our own client."""
    hasty = replace(jira.Times(), read=SOON, total=SOON)
    monkeypatch.setattr(jira, "Times", lambda: hasty)
    provider = PROVIDERS[key]
    assert provider.verify is not None
    egress, breakers = Egress(["127.0.0.0/8"]), Breakers(clock=asyncio.get_running_loop().time)
    http = Http(egress=egress, breakers=breakers, bounds=Bounds(total=SOON))
    threads = Threads(egress=egress, breakers=breakers)
    settings = settings_of(provider.settings, dripping)
    if "timeout" in provider.settings.model_fields:
        settings = settings.model_copy(update={"timeout": SOON / 2})
    async with asyncio.timeout(_BOUNDED):
        checks = await provider.verify(
            settings, secrets_of(provider.secrets), Edge(tenant="t", http=http, threads=threads)
        )
    assert not any(check.ok for check in checks)
    assert any(check.later for check in checks)
    await http.close()
    await threads.close()
