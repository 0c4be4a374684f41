"""What a request costs and what is left: a budget of requests and one of complexity, both told in headers.

https://linear.app/developers/rate-limiting
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

HOUR = 3600.0
PAGE = 50
MOST_COMPLEX = 10_000


@dataclass(kw_only=True)
class Budget:
    """An allowance per hour of the clock."""

    limit: int
    used: int = 0
    window: int = -1

    def take(self, amount: int, now: float) -> bool:
        """Spend. False, and nothing is spent, where there is too little left."""
        window = int(now // HOUR)
        if window != self.window:
            self.window, self.used = window, 0
        if self.used + amount > self.limit:
            return False
        self.used += amount
        return True

    def headers(self, name: str) -> dict[str, str]:
        """What is left, and when there is all of it again in unix milliseconds."""
        return {
            f"X-RateLimit-{name}-Limit": str(self.limit),
            f"X-RateLimit-{name}-Remaining": str(max(0, self.limit - self.used)),
            f"X-RateLimit-{name}-Reset": str(int((self.window + 1) * HOUR * 1000)),
        }


class Limits:
    """The budgets of one token."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self.requests = Budget(limit=2500)
        self.complexity = Budget(limit=3_000_000)
        self._clock = clock

    def take(self, complexity: int) -> bool:
        """Whether a request may pass."""
        now = self._clock()
        return self.requests.take(1, now) and self.complexity.take(complexity, now)

    def headers(self, complexity: int) -> dict[str, str]:
        """The headers of an answer."""
        return {
            "X-Complexity": str(complexity),
            **self.requests.headers("Requests"),
            **self.complexity.headers("Complexity"),
        }


def complexity(document: DocumentNode, variables: Mapping[str, Any]) -> int:
    """A property is 0.1, an object 1, and a connection multiplies what is in it by its page."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def cost(selections: SelectionSetNode) -> float:
        total = 0.0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                total += field(node)
            elif isinstance(node, FragmentSpreadNode):
                total += cost(fragments[node.name.value].selection_set)
            else:
                total += cost(node.selection_set)  # type: ignore[attr-defined] # an inline fragment
        return total

    def field(node: FieldNode) -> float:
        if node.selection_set is None:
            return 0.1
        names = {n.name.value for n in node.selection_set.selections if isinstance(n, FieldNode)}
        inside = cost(node.selection_set)
        return inside * _page(node, variables) if "nodes" in names else 1 + inside

    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    return math.ceil(sum(cost(operation.selection_set) for operation in operations))


def _page(node: FieldNode, variables: Mapping[str, Any]) -> int:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
            if isinstance(argument.value, VariableNode):
                return int(variables.get(argument.value.name.value) or PAGE)
    return PAGE
