"""The table at the end of a run: how many exchanges of whole releases were held against the vendors' descriptions.

A test records them as its property `exchanges`, by provider: how many there were, and how many are described.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

PROPERTY = "exchanges"


def table(reports: Iterable[Any]) -> list[str]:
    """The lines of a table over all tests that recorded exchanges; none where no test did."""
    runs, asked, known = Counter[str](), Counter[str](), Counter[str]()
    for report in reports:
        for name, value in report.user_properties:
            for key, (all_of_them, described) in value.items() if name == PROPERTY else ():
                runs[key] += 1
                asked[key] += all_of_them
                known[key] += described
    if not runs:
        return []
    lines = [f"{'provider':<14}{'releases':>10}{'exchanges':>11}{'as described':>14}"]
    rows = [*sorted(runs), "together"]
    totals = {"together": (max(runs.values()), asked.total(), known.total())}
    for key in rows:
        of, there, right = totals.get(key, (runs[key], asked[key], known[key]))
        lines.append(f"{key:<14}{of:>10}{there:>11}{right:>14}")
    return lines
