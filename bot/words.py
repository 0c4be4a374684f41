"""A word of the command line: what it is for is said at once, its arguments are added when it is used.

What a word needs takes seconds to read where it is much, and `--help` shows every word.
"""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

Fill = Callable[[argparse.ArgumentParser], None]
"""Adds the arguments of a word, and its function as `command`."""

Fills = Mapping[str, Fill]


class Word(argparse.ArgumentParser):
    """A word whose `fill`, where it has one, is called once, before the first arguments are looked at."""

    def __init__(self, *given: Any, fill: Fill | None = None, **more: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(*given, **more)
        self._fill = fill

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:  # noqa: ANN401 - argparse's own
        """As argparse does, with what was learned."""
        self.learn()
        return super().parse_known_args(args, namespace)

    def learn(self) -> None:
        """Add the arguments. Idempotent."""
        fill, self._fill = self._fill, None
        if fill is not None:
            fill(self)
