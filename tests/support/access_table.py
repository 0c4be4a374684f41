"""The table at the end of a run: how many times somebody knocked at a door, and was let in or kept out as they must.

A test records its part as the property `access`: a name, and how many.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

PROPERTY = "access"


def access_table(passed: Iterable[Any]) -> list[str]:
    """The lines of a table over all tests that recorded some; none where no test did."""
    counted: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for report in passed:
        for name, value in report.user_properties:
            if name == PROPERTY:
                counted[value[0]] += value[1]
                tests[value[0]] += 1
    lines = [f"{key:<24}{tests[key]:>8}{counted[key]:>10}" for key in sorted(counted)]
    return [f"{'table':<24}{'rows':>8}{'tried':>10}", *lines] if lines else []
