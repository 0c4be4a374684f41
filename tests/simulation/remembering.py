"""What is worked out once in a schedule although it is asked for often: values out of documents that are the same.

A release is read far more often than it is changed. Making its value out of its documents is a pure function of them,
and the value can't be changed, so who asks again for the same documents is given the same value.
"""

from collections.abc import Callable, Mapping
from typing import Any

from orchestration.domain.release import Release
from orchestration.store import loading
from orchestration.store.codec import release_value

Doc = dict[str, Any]
Make = Callable[[Doc, int, Mapping[str, list[Doc]]], Release]


class Remembered:
    """A function from documents to a release. Documents are told apart by being the same object, and are kept."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._made: dict[tuple[object, ...], tuple[Release, object]] = {}

    def __call__(self, doc: Doc, revision: int, parts: Mapping[str, list[Doc]]) -> Release:
        """As the function itself."""
        key = (id(doc), revision, *((field, *map(id, docs)) for field, docs in sorted(parts.items())))
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = (self._make(doc, revision, parts), (doc, parts))
        return known[0]

    def forget(self) -> None:
        """Another schedule begins."""
        self._made.clear()


def remember_releases() -> Remembered:
    """From now on in this process."""
    remembered = Remembered(release_value)
    loading.release_value = remembered  # type: ignore[attr-defined]  # as the module asks for it
    return remembered
