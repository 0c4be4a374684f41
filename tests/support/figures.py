"""Figures that tests record, for the end of a run."""

from collections.abc import Iterable
from typing import Any

import pytest


def figures(passed: Iterable[pytest.TestReport]) -> list[str]:
    """What was recorded under `figure`, in order."""
    return [str(value) for value in told(passed, "figure")]


def told(passed: Iterable[pytest.TestReport], name: str) -> list[Any]:
    """What was recorded under a name, in order."""
    return [value for report in passed for key, value in report.user_properties if key == name]
