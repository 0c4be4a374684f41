"""What a provider said of a connection, line by line."""

from collections.abc import Sequence

from bot.views.accounts import CheckLine
from bot.views.blocks import Json, section
from bot.views.rendered import paragraphs
from bot.views.text import Mrkdwn, bold, escape, say
from bot.views.words import brief

_MARKS = {True: ":white_check_mark: Yes", False: ":x: No"}
_LATER = ":hourglass_flowing_sand: Not known"
_WORDS = 400


def check_lines(checks: Sequence[CheckLine]) -> tuple[Json, ...]:
    """One line each: what, whether it is so, and what was said."""
    return tuple(section(text) for text in paragraphs([check_line(check) for check in checks]))


def check_line(check: CheckLine) -> Mrkdwn:
    """The word stands beside the mark: a mark alone says nothing to a screen reader."""
    mark = _LATER if check.later and not check.ok else _MARKS[check.ok]
    return say(
        "{mark} · {what}: {says}",
        mark=escape(mark),
        what=bold(brief(check.what, 100)),
        says=brief(check.says, _WORDS),
    )
