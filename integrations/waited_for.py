"""Whether anybody still waits for a blocking call. A thread cannot be stopped, but what runs in it can stop asking."""

import contextvars
import math
import time
from collections.abc import Callable
from typing import TypeVar

import requests

T = TypeVar("T")

_until: contextvars.ContextVar[float] = contextvars.ContextVar("until", default=math.inf)


def waited_for(call: Callable[[], T], *, seconds: float) -> Callable[[], T]:
    """The call with the context of now, in which nobody waits any more when these seconds are over."""
    context = contextvars.copy_context()
    context.run(_until.set, time.monotonic() + seconds)
    return lambda: context.run(call)


def check_waited_for(request: requests.PreparedRequest) -> None:
    """To be called right before a request is sent; Timeout where nobody would hear of its answer."""
    if time.monotonic() > _until.get():
        raise requests.exceptions.Timeout("nobody waits for the answer any more", request=request)
