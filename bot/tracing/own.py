"""Contexts without a collector: their ids join the lines of the log."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bot.contexts import trace_id
from orchestration.ports.tracing import NO_FACTS, carried, carrying

# Nobody collects them.
_NOT_SAMPLED = "00"


class OwnTracer:
    """Gives ids and keeps nothing."""

    @contextmanager
    def span(
        self, name: str, *, under: str | None = None, facts: Mapping[str, str] = NO_FACTS
    ) -> Iterator[None]:
        """A context under the one that caused it, or a new one."""
        del name, facts
        trace = trace_id(under) or trace_id(carried()) or secrets.token_hex(16)
        with carrying(f"00-{trace}-{secrets.token_hex(8)}-{_NOT_SAMPLED}"):
            yield
