"""Half an hour without Slack in virtual time, with few messages, each time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storms.fleet import Size
from tests.storms.outage import storm

pytestmark = pytest.mark.slow


async def test_what_waited_for_slack_is_said_in_order_within_its_limits(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """R6: after 30 minutes without Slack and storms of 429 every message has arrived once, in the order of its thread;
    cards are edited a few times and not once for each change; Slack's own limits were never passed."""
    tale = await storm(tmp_path, Size(releases=2))
    record_property("storm", tale.lines("outage"))
    assert tale.wrong == []
