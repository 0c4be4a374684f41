"""How values become documents and back. Each is made when it is first needed: all take longer than a start may."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

Value = TypeVar("Value")

_MADE: dict[type[Any], TypeAdapter[Any]] = {}


def adapter_of(kind: type[Value]) -> TypeAdapter[Value]:
    """The adapter of a kind of value, the same each time."""
    if kind not in _MADE:
        _MADE[kind] = TypeAdapter(kind)
    return _MADE[kind]
