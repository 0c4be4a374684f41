"""Calls of providers, as part of what caused them."""

from collections.abc import Iterator
from contextlib import contextmanager

from integrations.observed import CallWatch
from orchestration.ports.tracing import Tracer


class TracedCalls:
    """Follows each call, and lets another watch count it."""

    def __init__(self, watch: CallWatch, tracer: Tracer) -> None:
        self._watch = watch
        self._tracer = tracer

    @contextmanager
    def call(self, *, provider: str, port: str, verb: str) -> Iterator[None]:
        """A verb of a port."""
        facts = {"provider": provider, "port": port, "verb": verb}
        with (
            self._tracer.span(f"{provider} {verb}", facts=facts),
            self._watch.call(provider=provider, port=port, verb=verb),
        ):
            yield

    def request(self, *, provider: str, method: str, status: str) -> None:
        """An answer that came: a span of its own, as long as nothing, under the verb that asked."""
        facts = {"provider": provider, "http.request.method": method, "http.response.status_code": status}
        with self._tracer.span(f"{method} {provider}", facts=facts):
            self._watch.request(provider=provider, method=method, status=status)
