"""The language in which Block Kit's rules are written down.

The rules themselves are data: `block_elements` (what stands inside blocks) and `block_shapes` (blocks, views,
whole payloads); `block_check` applies them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Json = Mapping[str, object]
Cross = Callable[[Json], Iterable[tuple[str, str]]]
"""A rule about several keys of one object: yields (pointer below the object, message) per violation."""

PLAIN = frozenset({"plain_text"})
EITHER = frozenset({"plain_text", "mrkdwn"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text object; `most` counts characters."""

    most: int = 3000
    least: int = 1
    kinds: frozenset[str] = EITHER


@dataclass(frozen=True, kw_only=True, slots=True)
class Str:
    """A string. `pattern` must match the whole of it; a `solid` one holds more than white space."""

    most: int | None = None
    least: int = 1
    solid: bool = False
    pattern: str | None = None
    choices: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number; `above` is an exclusive bound."""

    least: float | None = None
    most: float | None = None
    above: float | None = None
    whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Free:
    """Any object: Slack gives it back as it was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Many:
    """A list."""

    of: "Rule"
    least: int = 1
    most: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """An object: its keys and what holds between them.

    `one_of` are sets of which exactly one key must be given, `any_of` one of which at least one must be.
    """

    required: Mapping[str, "Rule"]
    optional: Mapping[str, "Rule"]
    one_of: tuple[frozenset[str], ...] = ()
    any_of: frozenset[str] = frozenset()
    cross: tuple[Cross, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """An object whose `type` says which shape it has; with `text`, a text object may stand there as well."""

    shapes: Mapping[str, Shape]
    text: Text | None = None


Rule = Text | Str | Number | Flag | Free | Many | Shape | Typed
Rules = Mapping[str, Rule]


def plain(most: int) -> Text:
    """A plain_text object of at most so many characters."""
    return Text(most=most, kinds=PLAIN)


def words(*choices: str) -> Str:
    """One of these words."""
    return Str(choices=frozenset(choices))
