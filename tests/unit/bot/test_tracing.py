"""What belongs together: in the log always, and at a collector where one is set."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bot.contexts import trace_id
from bot.settings import Settings
from bot.tracing import OwnTracer, TracedCalls, followed, open_tracer
from bot.tracing.exporting import ExportingTracer
from bot.tracing.following import piece_of
from integrations.observed import UNWATCHED, Observed
from orchestration.domain.due import WorkKind
from orchestration.ports.errors import Refused
from orchestration.ports.planning import Duty, DutyKind
from orchestration.ports.runtime import Claim, Incoming, Letter, Outgoing, OutgoingKind, Request
from orchestration.ports.tracing import UNTRACED, carried
from orchestration.ports.webhooks import Errand
from orchestration.services.pump import Pump
from orchestration.store.watch import Watched

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PARENT = f"00-{'a' * 32}-{'1' * 16}-01"
CANARY = "canary-4711-token"
CLAIM = Claim(
    id="TASK:REL-1/fork",
    tenant_id="T1",
    release_id="REL-1",
    kind=WorkKind.TASK,
    subject="REL-1/fork",
    fence=1,
    trace=PARENT,
)
REQUEST = Request(
    incoming=Incoming(key="k", tenant_id="T1", kind="command", payload={"text": CANARY}), fence=1, attempts=1
)
LETTER = Letter(
    id=1,
    tenant_id="T1",
    outgoing=Outgoing(kind=OutgoingKind.CARD, lane="l", key="k", release_id="REL-1", payload={"a": CANARY}),
    version=1,
    fence=1,
    attempts=1,
    uncertain=False,
    since=0.0,
    taken_at=NOW,
    trace=PARENT,
)
DUTY = Duty(id="d", tenant_id="T1", kind=DutyKind.PURGE, subject="s", fence=1)


def collected() -> tuple[ExportingTracer, InMemorySpanExporter]:
    """A tracer whose spans can be read here."""
    provider, spans = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return ExportingTracer(provider), spans


def by_name(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    """What was ended."""
    return {span.name: span for span in spans.get_finished_spans()}


async def pumped(item: Claim, handle: Callable[[Claim], Awaitable[None]], **given: Any) -> None:
    """One piece through a loop."""
    left, wake = [item], asyncio.Event()

    async def claim(_limit: int) -> list[Claim]:
        return [left.pop()] if left else []

    async def last(taken: Claim) -> None:
        try:
            await handle(taken)
        finally:
            pump.stop()

    pump: Pump[Claim] = Pump("work", claim=claim, handle=last, wake=wake, **given)
    await pump.run()


async def test_every_line_of_a_piece_says_whose_it_is() -> None:
    """Tenant, release, task and trace, also in the line of a fault; after the piece they are gone."""
    lines: list[dict[str, Any]] = []

    def keep(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        lines.append(dict(event))
        raise structlog.DropEvent

    async def handle(_claim: Claim) -> None:
        structlog.wrap_logger(None, [structlog.contextvars.merge_contextvars, keep]).info("Working")
        raise RuntimeError("a fault")

    await pumped(CLAIM, handle, around=lambda item: followed(OwnTracer(), item))
    (line,) = lines
    about = {"tenant": "T1", "release": "REL-1", "task": "REL-1/fork", "trace": "a" * 32}
    assert about.items() <= line.items()
    assert structlog.contextvars.get_contextvars() == {}
    assert carried() is None


def test_own_contexts_go_on_and_begin() -> None:
    """Under what was stored, else under what is carried, else a new one; what is no context is passed over."""
    tracer = OwnTracer()
    with tracer.span("a", under=PARENT):
        first = carried()
        with tracer.span("b"):
            assert trace_id(carried()) == trace_id(first) == "a" * 32
            assert carried() != first
        assert carried() == first
    with tracer.span("c", under="no context"):
        new = trace_id(carried())
        assert new is not None
        assert new != "a" * 32
    assert carried() is None
    assert trace_id(f"00-{'0' * 32}-{'1' * 16}-01") is None


@pytest.mark.parametrize("item", [CLAIM, REQUEST, LETTER, DUTY], ids=lambda item: type(item).__name__)
def test_a_piece_tells_ids_and_nothing_that_somebody_wrote(item: object) -> None:
    """Facts go to logs and to a collector; bodies do not."""
    piece = piece_of(item)
    assert piece.facts["tenant"] == "T1"
    assert CANARY not in str(piece)
    assert piece.trace == getattr(item, "trace", None)


def test_what_nobody_claims_is_no_piece() -> None:
    """A new kind of work must say what it is called; every loop's kind has."""
    assert set(piece_of.registry) == {object, Claim, Request, Letter, Duty, Watched, Errand}
    with pytest.raises(TypeError):
        piece_of("something")


def test_work_of_a_gate_is_no_task() -> None:
    """Only a task is called one."""
    assert piece_of(replace(CLAIM, kind=WorkKind.GATE)).facts == {
        "tenant": "T1",
        "release": "REL-1",
        "subject": "REL-1/fork",
    }


async def test_a_call_of_a_provider_is_under_the_piece_that_made_it() -> None:
    """From the row's context over the piece to the verb and the request, in one trace."""
    tracer, spans = collected()
    calls = TracedCalls(UNWATCHED, tracer)

    class Port:
        async def fork(self) -> str:
            calls.request(provider="github", method="POST", status="201")
            return "made"

    port = Observed(Port(), calls, provider="github", name="scm")

    async def handle(_claim: Claim) -> None:
        assert await port.fork() == "made"

    await pumped(CLAIM, handle, around=lambda item: followed(tracer, item))
    found = by_name(spans)
    chain = [found[name] for name in ("POST github", "github fork", "work task")]
    assert {span.context.trace_id for span in chain if span.context} == {int("a" * 32, 16)}
    parents = [span.parent.span_id for span in chain if span.parent]
    assert parents == [
        *(span.context.span_id for span in chain[1:] if span.context),
        int("1" * 16, 16),
    ]
    assert (chain[0].attributes or {})["http.response.status_code"] == "201"
    assert (chain[2].attributes or {})["stationmaster.task"] == "REL-1/fork"


async def test_an_error_is_told_by_its_kind_alone() -> None:
    """Its words may repeat what a provider or a stranger wrote."""
    tracer, spans = collected()
    with pytest.raises(Refused), tracer.span("work", facts={"tenant": "T1"}):
        raise Refused(f"The token {CANARY} is no good")
    (span,) = spans.get_finished_spans()
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "Refused"
    assert CANARY not in span.to_json()
    assert list(span.events) == []


def test_without_a_collector_nothing_is_exported() -> None:
    """The ids of the log, and no library for it."""
    tracer, close = open_tracer(Settings())
    assert isinstance(tracer, OwnTracer)
    close()


def test_a_collector_without_the_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot works on; the log says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "bot.tracing.exporting", None)
    settings = Settings(traces="http://127.0.0.1:1")
    with structlog.testing.capture_logs() as lines:
        tracer, _close = open_tracer(settings)
    assert isinstance(tracer, OwnTracer)
    assert [line["action"] for line in lines] == ["traces_missing"]


def test_addresses_of_a_collector() -> None:
    """As OpenTelemetry has them: the general one gets a path, the one for traces is taken as it is."""
    assert Settings().traces_to is None
    assert Settings(traces="http://c:4318/").traces_to == "http://c:4318/v1/traces"
    both = SimpleNamespace(traces="http://c:4318", only_traces="http://t/in")
    assert Settings(**vars(both)).traces_to == "http://t/in"


def test_who_follows_nothing_carries_nothing() -> None:
    """Tests and commands have no trace."""
    with UNTRACED.span("a", under=PARENT):
        assert carried() is None
