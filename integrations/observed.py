"""Every verb of every port passes here once, so that calls to providers can be counted and timed in one place."""

import functools
import inspect
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol


class CallWatch(Protocol):
    """Who counts calls. It sees how each ended by the error that leaves the block, and swallows none."""

    def call(self, *, provider: str, port: str, verb: str) -> AbstractContextManager[None]:
        """Around one call of a verb."""

    def request(self, *, provider: str, method: str, status: str) -> None:
        """One HTTP request was answered with a status, or `none` where no answer came."""


class Unwatched:
    """Nobody counts."""

    @contextmanager
    def call(self, *, provider: str, port: str, verb: str) -> Iterator[None]:
        """Just the call."""
        del provider, port, verb
        yield

    def request(self, *, provider: str, method: str, status: str) -> None:
        """Nobody counts it."""


UNWATCHED: CallWatch = Unwatched()


class Observed:
    """A port whose verbs are counted. It is the port in everything else."""

    def __init__(self, port: object, watch: CallWatch, *, provider: str, name: str) -> None:
        self._port = port
        self._watch = watch
        self._provider = provider
        self._name = name

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        """What the port has of this name; a verb comes with the count."""
        found = getattr(self._port, name)
        if not inspect.iscoroutinefunction(found):
            return found

        @functools.wraps(found)
        async def verb(*args: object, **kwargs: object) -> object:
            with self._watch.call(provider=self._provider, port=self._name, verb=name):
                return await found(*args, **kwargs)

        return verb
