"""Figures that tests record, for the end of a run."""

from collections.abc import Iterable

import pytest


def figures(passed: Iterable[pytest.TestReport]) -> list[str]:
    """What was recorded under `figure`, in order."""
    return [str(value) for report in passed for name, value in report.user_properties if name == "figure"]
