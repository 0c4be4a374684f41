"""Looking at what was just made: trouble with the look says nothing against the making."""

from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.ports.errors import TryLater


@contextmanager
def afterwards() -> Iterator[None]:
    """Around the look that follows an effect: a TryLater from it says that the effect may be there."""
    try:
        yield
    except TryLater as error:
        raise TryLater(error.reason, after=error.after, maybe_done=True, link=error.link) from error
