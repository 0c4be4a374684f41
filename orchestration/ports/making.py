"""Until when something may be made: a worker that stood still must not make what another took over meanwhile.

A process that was stopped (SIGSTOP, a suspended machine, a very long pause) goes on where it stood, perhaps between
its look for a thing and the request that makes it, while another worker has taken the work over and made the thing.
Our own writes have a fence; a provider knows none. So the engine says how long the work is surely ours, and whoever
sends a request that makes something asks just before it leaves. Contexts are copied into the threads of blocking
clients, so it holds there too.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from orchestration.ports.errors import TryLater

StillOurs = Callable[[], bool]

_still_ours: ContextVar[StillOurs | None] = ContextVar("still_ours", default=None)


class TooLate(TryLater):
    """The request was not sent, because the work may be another worker's by now. No fault of the provider."""


@contextmanager
def making_while(still_ours: StillOurs) -> Iterator[None]:
    """Within the block, requests that make something leave only while `still_ours()`."""
    before = _still_ours.set(still_ours)
    try:
        yield
    finally:
        _still_ours.reset(before)


def check_before_making() -> None:
    """To be called right before a request that makes something is sent; TooLate where it must not be any more."""
    still_ours = _still_ours.get()
    if still_ours is not None and not still_ours():
        raise TooLate(
            "This took longer than the work was reserved for; looking again before anything is made"
        )
