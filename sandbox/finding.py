"""A run of CI, found by the id that who asked for it gave along."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

R = TypeVar("R")


def the_run(runs: Iterable[R], given: Callable[[R], Mapping[str, str]], name: str, correlation: str) -> R:
    """The run that was given this id under this name. ValueError where there is none."""
    found = next((run for run in runs if given(run).get(name) == correlation), None)
    if found is None:
        raise ValueError("There is no such run")
    return found
