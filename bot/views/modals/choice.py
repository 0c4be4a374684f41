"""A configuration to choose in a form."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Named(Protocol):
    """A release configuration, as far as a list of them tells."""

    @property
    def id(self) -> str:
        """What a choice stands for."""

    @property
    def name(self) -> str:
        """What people call it, which need not be it alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A release configuration to choose from."""

    id: str
    name: str


def choices_of(configurations: Iterable[Named]) -> tuple[Choice, ...]:
    """Each by its name; those of one name are told apart by their ids."""
    every = tuple(configurations)
    names = Counter(each.name.casefold() for each in every)
    return tuple(
        Choice(
            id=each.id,
            name=each.name if names[each.name.casefold()] == 1 else f"{each.name} ({each.id})",
        )
        for each in every
    )
