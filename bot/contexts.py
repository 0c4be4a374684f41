"""What lines of the log say of the work that they belong to: whose it is, and what caused it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from structlog.contextvars import bound_contextvars

from orchestration.ports.tracing import NO_FACTS, Tracer, carried

# Version 00, and ids that are not all zeros.
_FORM = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def trace_id(traceparent: str | None) -> str | None:
    """The id that everything of one cause has in common; None where it is no context."""
    found = _FORM.fullmatch(traceparent or "")
    return found[1] if found else None


@contextmanager
def known_by(
    tracer: Tracer, name: str, *, under: str | None = None, facts: Mapping[str, str] = NO_FACTS
) -> Iterator[None]:
    """Within the block logs carry the facts and the id of the trace, and what is handed over is caused by it."""
    with bound_contextvars(**facts), tracer.span(name, under=under, facts=facts):
        trace = trace_id(carried())
        with bound_contextvars(**({"trace": trace} if trace is not None else {})):
            yield
