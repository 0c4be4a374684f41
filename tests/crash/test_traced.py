"""A real bot with a collector: one trace leads from the click in Slack to the request at a provider."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from sandbox.free_port import free_port
from tests.support.processes import living
from tests.support.town import Town, town
from tests.support.townsfolk import Townsfolk

pytestmark = pytest.mark.slow

# From the form that starts a release to the branch and the message: each is caused by the one before.
_WAY = ("slack view", "request view", "change", "work task", "github fork_out_branch")


class Collector:
    """Takes spans over OTLP/HTTP, as they come."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def take(self, request: web.Request) -> web.Response:
        """https://opentelemetry.io/docs/specs/otlp/#otlphttp-request"""
        assert request.headers["Content-Type"] == "application/x-protobuf"
        self.bodies.append(await request.read())
        return web.Response(body=b"", content_type="application/x-protobuf")

    def spans(self) -> Iterator[Span]:
        """All that came."""
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    yield from scope.spans


@asynccontextmanager
async def collecting() -> AsyncIterator[tuple[Collector, str]]:
    """A collector on loopback, and its address."""
    collector, app, port = Collector(), web.Application(), free_port()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield collector, f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def test_a_trace_leads_from_the_click_to_the_provider(tmp_path: Path) -> None:
    """Through three rows and as many loops. No secret is in what the collector gets."""
    async with (
        town(tmp_path / "town", f"sqlite:///{tmp_path / 'bot.db'}") as place,
        collecting() as (collector, address),
    ):
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        async with living(place.bot(**given)) as bot:
            folk = Townsfolk(place)
            await folk.start()
            branch = "SELECT 1 FROM tasks WHERE type = 'FORK_BRANCH' AND state = 'SUCCEEDED'"
            await place.until_row(branch, within=120)
            assert await bot.end() == 0, bot.last_words()
        traces: dict[bytes, set[str]] = defaultdict(set)
        for span in collector.spans():
            traces[span.trace_id].add(span.name)
        assert any(set(_WAY) <= names for names in traces.values()), dict(traces)
        assert any("message card" in names and "slack view" in names for names in traces.values())
        everything = b"".join(collector.bodies)
        for secret in _secrets(place):
            assert secret.encode() not in everything


def _secrets(place: Town) -> list[str]:
    found = [
        value
        for name, value in place.environment.items()
        if any(word in name for word in ("TOKEN", "SECRET", "KEY"))
    ]
    assert found
    return found
