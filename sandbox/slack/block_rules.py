"""How a rule of Block Kit is written down, and how a payload is held against it.

The tables (`block_objects`, `block_elements`, `block_layouts`) are data made of these rules. Every refusal
names its place as Slack does: `must be less than 76 characters [json-pointer:/blocks/0/text/text]`.
Nothing here is shared with the bot: the simulator must be able to disagree with the bot's own validator.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One broken rule; `at` is a JSON pointer into the payload."""

    at: str
    what: str

    def __str__(self) -> str:
        return f"{self.what} [json-pointer:{self.at}]"


class Rule(Protocol):
    """Anything that can judge one value."""

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with `value`, which stands at the JSON pointer `at`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Str:
    """A string; lengths are in characters."""

    most: int | None = None
    least: int = 0
    among: frozenset[str] | None = None
    pattern: str | None = None

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with the string at `at`."""
        if not isinstance(value, str):
            yield Problem(at=at, what="must provide a string")
        elif self.most is not None and len(value) > self.most:
            yield Problem(at=at, what=f"must be less than {self.most + 1} characters")
        elif len(value) < self.least:
            yield Problem(at=at, what=f"must be more than {self.least - 1} characters")
        elif self.among is not None and value not in self.among:
            yield Problem(at=at, what="must be a valid enum value")
        elif self.pattern is not None and re.fullmatch(self.pattern, value) is None:
            yield Problem(at=at, what="failed to match the expected format")


@dataclass(frozen=True, kw_only=True, slots=True)
class Num:
    """A number; `whole` asks for an integer."""

    least: float | None = None
    most: float | None = None
    whole: bool = True

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with the number at `at`."""
        kinds = int if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            yield Problem(at=at, what="must provide a number")
        elif self.least is not None and value < self.least:
            yield Problem(at=at, what=f"must be greater than or equal to {self.least}")
        elif self.most is not None and value > self.most:
            yield Problem(at=at, what=f"must be less than or equal to {self.most}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A boolean."""

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with the boolean at `at`."""
        if not isinstance(value, bool):
            yield Problem(at=at, what="must provide a boolean")


@dataclass(frozen=True, kw_only=True, slots=True)
class Many:
    """An array whose items all obey one rule."""

    of: Rule
    least: int = 0
    most: int | None = None

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with the array at `at` and with its items."""
        if not isinstance(value, list):
            yield Problem(at=at, what="must provide an array")
            return
        if self.most is not None and len(value) > self.most:
            yield Problem(at=at, what=f"no more than {self.most} items allowed")
        if len(value) < self.least:
            yield Problem(at=at, what=f"no fewer than {self.least} items allowed")
        for index, item in enumerate(value):
            yield from self.of.check(item, f"{at}/{index}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """An object: fields it may have, those it must have, and groups of which exactly one / some is there."""

    fields: Mapping[str, Rule]
    required: tuple[str, ...] = ()
    exactly_one: tuple[tuple[str, ...], ...] = ()
    at_least_one: tuple[tuple[str, ...], ...] = ()
    open_ended: bool = False

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with the object at `at` and with its fields."""
        if not isinstance(value, dict):
            yield Problem(at=at, what="must provide an object")
            return
        for name in self.required:
            if value.get(name) is None:
                yield Problem(at=at, what=f"missing required field: {name}")
        yield from self._groups(value, at)
        for name, item in value.items():
            rule = self.fields.get(name)
            if rule is None:
                if not self.open_ended:
                    yield Problem(at=at, what=f"invalid additional property: {name}")
            elif item is not None:
                yield from rule.check(item, f"{at}/{name}")

    def _groups(self, value: Mapping[str, Any], at: str) -> Iterator[Problem]:
        for names in self.exactly_one:
            if sum(value.get(name) is not None for name in names) != 1:
                yield Problem(at=at, what=f"must provide exactly one of: {', '.join(names)}")
        for names in self.at_least_one:
            if not any(value.get(name) is not None for name in names):
                yield Problem(at=at, what=f"missing required field: {names[0]}")


@dataclass(frozen=True, kw_only=True, slots=True)
class ByType:
    """An object that says by its `type` which rule it obeys; `table` may be filled after this is made."""

    table: Mapping[str, Rule]
    only: frozenset[str] | None = None

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with the typed object at `at`."""
        if not isinstance(value, dict):
            yield Problem(at=at, what="must provide an object")
            return
        kind = value.get("type")
        if kind is None:
            yield Problem(at=at, what="missing required field: type")
        elif not isinstance(kind, str) or kind not in self.table or not self._wanted(kind):
            yield Problem(at=f"{at}/type", what=f"unsupported type: {kind}")
        else:
            yield from self.table[kind].check(value, at)

    def _wanted(self, kind: str) -> bool:
        return self.only is None or kind in self.only


@dataclass(frozen=True, kw_only=True, slots=True)
class Both:
    """A rule and a further rule that is asked only when the first has nothing to say."""

    first: Rule
    then: Rule

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what the first rule finds, or else what the second finds."""
        found = list(self.first.check(value, at))
        yield from found or self.then.check(value, at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """Shorthand for an object of one `type`: the field `type` is allowed and fixed."""

    kind: str
    fields: Mapping[str, Rule] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    exactly_one: tuple[tuple[str, ...], ...] = ()
    at_least_one: tuple[tuple[str, ...], ...] = ()

    def check(self, value: Any, at: str) -> Iterator[Problem]:
        """Yield what is wrong with the object at `at`."""
        thing = Thing(
            fields={"type": Str(among=frozenset({self.kind})), **self.fields},
            required=("type", *self.required),
            exactly_one=self.exactly_one,
            at_least_one=self.at_least_one,
        )
        yield from thing.check(value, at)


def table_of(*rules: Typed) -> dict[str, Rule]:
    """Return the rules by the type each is for."""
    return {rule.kind: rule for rule in rules}
