"""What a request costs, and the five limits: complexity and calls a minute, calls a day, at once, and by address.

https://developer.monday.com/api-reference/docs/rate-limits
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FieldNode, IntValueNode, OperationDefinitionNode, SelectionSetNode

from sandbox.monday.errors import Json, limit

MOST_COMPLEX = 5_000_000
POINTS = 10


@dataclass(kw_only=True)
class Window:
    """An allowance for each stretch of `seconds` of the clock."""

    allowed: int
    seconds: int
    used: int = 0
    number: int = -1

    def take(self, amount: int, now: float) -> int | None:
        """Spend, and give None; the seconds until the next window, and spend nothing, where too little is left."""
        number = int(now // self.seconds)
        if number != self.number:
            self.number, self.used = number, 0
        if self.used + amount > self.allowed:
            return self.seconds - int(now % self.seconds)
        self.used += amount
        return None


class Limits:
    """The limits of one account. `at_once` counts requests that are under way."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.complexity = Window(allowed=10_000_000, seconds=60)
        self.minute = Window(allowed=1_000, seconds=60)
        self.day = Window(allowed=10_000, seconds=86_400)
        self.address = Window(allowed=5_000, seconds=10)
        self.at_once = 40
        self.under_way = 0
        self._clock = clock

    def check(self, cost: int) -> Json | None:
        """Spend what a request costs. The error, where a limit is used up."""
        now = self._clock()
        if self.under_way > self.at_once:
            return limit("maxConcurrencyExceeded", "Max concurrency exceeded")
        if (wait := self.address.take(1, now)) is not None:
            return limit("IP_RATE_LIMIT_EXCEEDED", "IP rate limit exceeded", wait)
        if (wait := self.minute.take(1, now)) is not None:
            return limit("RATE_LIMIT_EXCEEDED", "Rate limit exceeded", wait)
        if self.day.take(1, now) is not None:
            return limit("DAILY_LIMIT_EXCEEDED", "Daily limit exceeded")
        if (wait := self.complexity.take(cost, now)) is not None:
            told = {"complexity": cost, "complexity_budget_limit": self.complexity.allowed}
            return limit("COMPLEXITY_BUDGET_EXHAUSTED", "Complexity budget exhausted", wait, **told)
        return None


def complexity(document: DocumentNode, variables: Mapping[str, Any]) -> int:
    """Some points for each field, and as often as the page that it is in may hold entries. Fragments count whole."""

    def cost(selections: SelectionSetNode | None) -> int:
        total = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                total += POINTS + _size(node, variables) * cost(node.selection_set)
            else:
                total += cost(getattr(node, "selection_set", None))
        return total

    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return sum(cost(operation.selection_set) for operation in operations)


def _size(node: FieldNode, variables: Mapping[str, Any]) -> int:
    given = next((a.value for a in node.arguments or () if a.name.value == "limit"), None)
    if isinstance(given, IntValueNode):
        return int(given.value)
    name = getattr(getattr(given, "name", None), "value", "")
    return int(variables.get(name) or 1)
