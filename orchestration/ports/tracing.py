"""Which piece of work caused which: a context of W3C that goes along in calls, and in rows where work is handed over.

https://www.w3.org/TR/trace-context/#traceparent-header
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Protocol

_carried: ContextVar[str | None] = ContextVar("traceparent", default=None)

NO_FACTS: Mapping[str, str] = MappingProxyType({})


class Tracer(Protocol):
    """Says what belongs together."""

    def span(
        self, name: str, *, under: str | None = None, facts: Mapping[str, str] = NO_FACTS
    ) -> AbstractContextManager[None]:
        """Around a piece of work, caused by what is carried here, or by `under`, which another process may have left.

        `facts` are names and ids, never what somebody wrote. It swallows no error, and tells only of which kind it is.
        """


class Untraced:
    """Nobody asks."""

    @contextmanager
    def span(
        self, name: str, *, under: str | None = None, facts: Mapping[str, str] = NO_FACTS
    ) -> Iterator[None]:
        """Just the work."""
        del name, under, facts
        yield


UNTRACED: Tracer = Untraced()


def carried() -> str | None:
    """The context of the piece that is worked on here, as it is stored in a row; None outside of any."""
    return _carried.get()


@contextmanager
def carrying(traceparent: str) -> Iterator[None]:
    """Within the block this is the context; for tracers."""
    before = _carried.set(traceparent)
    try:
        yield
    finally:
        _carried.reset(before)
