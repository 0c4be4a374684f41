"""Spans for a collector, by OpenTelemetry over OTLP/HTTP; its own variables OTEL_… say how.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from orchestration.ports.tracing import NO_FACTS, carrying

_FORM = TraceContextTextMapPropagator()


class ExportingTracer:
    """Spans of a provider of ours; the library's global one is left alone."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("stationmaster", version("stationmaster"))

    @contextmanager
    def span(
        self, name: str, *, under: str | None = None, facts: Mapping[str, str] = NO_FACTS
    ) -> Iterator[None]:
        """A span; an error is told by its kind alone, because its words may repeat what a stranger wrote."""
        context = _FORM.extract({"traceparent": under}) if under is not None else None
        with self._tracer.start_as_current_span(
            name,
            context=context,
            kind=SpanKind.INTERNAL,
            attributes={f"stationmaster.{key}" if "." not in key else key: facts[key] for key in facts},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                with carrying(_context_of(span)):
                    yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def close(self) -> None:
        """Send what was not sent yet, and end the thread that sends. Blocking."""
        self._provider.shutdown()


def _context_of(span: trace.Span) -> str:
    carrier: dict[str, str] = {}
    _FORM.inject(carrier, context=trace.set_span_in_context(span))
    return carrier["traceparent"]


def exporting_tracer(address: str) -> ExportingTracer:
    """A tracer that sends in batches, from a thread of its own."""
    name = Resource.create({"service.name": "stationmaster", "service.version": version("stationmaster")})
    named = name.merge(Resource.create())
    # Where nobody gave a name, the library calls every program the same.
    provider = TracerProvider(resource=name if _unnamed(named) else named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
    return ExportingTracer(provider)


def _unnamed(resource: Resource) -> bool:
    return str(resource.attributes.get("service.name", "")).startswith("unknown_service")
