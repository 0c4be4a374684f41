"""The table at the end of a run: how many troubles of each provider ended as they must."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

_PLACE = re.compile(r"tests/integrations/(?P<provider>\w+)/test_\w*faults\.py::")


def fault_table(passed: Iterable[Any], failed: Iterable[Any]) -> list[str]:
    """The lines of a table over all tests of the fault matrices; none where none ran."""
    good, bad = _counted(passed), _counted(failed)
    if not good + bad:
        return []
    lines = [f"{'provider':<14}{'as it must be':>14}{'not so':>8}"]
    lines += [f"{key:<14}{good[key]:>14}{bad[key]:>8}" for key in sorted(good + bad)]
    return [*lines, f"{'together':<14}{good.total():>14}{bad.total():>8}"]


def _counted(reports: Iterable[Any]) -> Counter[str]:
    places = (_PLACE.search(report.nodeid) for report in reports)
    return Counter(place["provider"] for place in places if place is not None)
