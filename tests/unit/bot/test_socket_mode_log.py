"""What is logged while Slack is away: a line that tells, now and then, and no traceback each few seconds."""

import logging
import sys

import pytest
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from bot.slack.socket_mode import Terse, socket_logger


def _record(error: Exception | None, *, at: float = 1000.0) -> logging.LogRecord:
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    record = logging.LogRecord("stationmaster", logging.ERROR, __file__, 1, "Failed to connect", (), info)
    record.created = at
    return record


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError("Network is unreachable"), "Network is unreachable"),
        (SlackApiError("Refused", {"ok": False, "error": "invalid_auth"}), "invalid_auth"),  # type: ignore[no-untyped-call]  # the SDK leaves it bare
    ],
)
def test_it_is_told_in_a_line_every_five_minutes(error: Exception, why: str) -> None:
    """Sixty tries in five minutes are one line, which says why; then it is said once more."""
    terse = Terse()
    with capture_logs() as told:
        shown = [terse.filter(_record(error, at=1000.0 + 5 * n)) for n in range(61)]
    assert not any(shown)
    assert [(each["action"], each["why"]) for each in told] == [("slack_away", why)] * 2


def test_other_faults_are_shown_whole() -> None:
    """A fault of ours in the library's loop keeps its traceback; what is no fault passes."""
    with capture_logs() as told:
        assert Terse().filter(_record(KeyError("ours")))
        assert Terse().filter(_record(None))
    assert not told


def test_a_second_bot_in_a_process_filters_once() -> None:
    """The library's logger is one for all; what it says is looked at once."""
    filters = [each for each in (socket_logger(), socket_logger())[1].filters if isinstance(each, Terse)]
    assert len(filters) == 1
