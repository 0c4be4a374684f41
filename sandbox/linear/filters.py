"""Linear's filters: comparators at the leaves, `and`, `or` and `null` between. What is not known is an error.

https://linear.app/developers/filtering
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.linear.errors import internal

COMPARATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "neq": lambda value, wanted: value != wanted,
    "in": lambda value, wanted: value in wanted,
    "nin": lambda value, wanted: value not in wanted,
    "null": lambda value, wanted: (value is None) == wanted,
    "eqIgnoreCase": lambda value, wanted: str(value).casefold() == wanted.casefold(),
    "contains": lambda value, wanted: wanted in str(value or ""),
    "containsIgnoreCase": lambda value, wanted: wanted.casefold() in str(value or "").casefold(),
    "startsWith": lambda value, wanted: str(value or "").startswith(wanted),
}


def matches(row: object, wanted: Mapping[str, Any]) -> bool:
    """Whether a row fits all of a filter."""
    return all(_fits(row, name, part) for name, part in wanted.items())


def _fits(row: object, name: str, part: Any) -> bool:
    if name == "and":
        return all(matches(row, each) for each in part)
    if name == "or":
        return any(matches(row, each) for each in part)
    if name == "null":
        return (row is None) == bool(part)
    if row is None:
        return False
    value = attribute(row, name)
    if hasattr(value, "kind") or (value is None and _nested(part)):
        return matches(value, part)
    unknown = set(part) - COMPARATORS.keys()
    if unknown:
        raise internal(f"not simulated: filter {name} by {', '.join(sorted(unknown))}")
    return all(COMPARATORS[how](value, what) for how, what in part.items())


def _nested(part: Mapping[str, Any]) -> bool:
    return "null" in part or any(isinstance(value, Mapping) for value in part.values())


def attribute(row: object, name: str) -> Any:
    """A field of a row, by its name in the schema."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    if not hasattr(row, snake):
        raise internal(f"not simulated: {type(row).__name__}.{name}")
    return getattr(row, snake)
