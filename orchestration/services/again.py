"""For what may be done twice: begun anew where the database undid a transaction of it in favour of another one."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog

from orchestration.ports.runtime import GaveWay

_log = structlog.get_logger(__name__)
_TIMES, _BACK_SECONDS = 3, 0.1

P = ParamSpec("P")
T = TypeVar("T")


async def stand_back() -> None:
    """Before we begin anew: who comes back at once takes the locks again before the one for whom they were given up."""
    await asyncio.sleep(_BACK_SECONDS)


def again(act: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """`act`, up to three times: whoever we gave way to gets on meanwhile. The last GaveWay is raised."""

    @wraps(act)
    async def acted(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_TIMES - 1):
            try:
                return await act(*args, **kwargs)
            except GaveWay as error:
                _log.info(
                    "A transaction gave way, and its work is begun anew", action="gave_way", error=str(error)
                )
                await stand_back()
        return await act(*args, **kwargs)

    return acted
