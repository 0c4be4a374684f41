"""How people write a moment, a person and the flags of a cycle after a word."""

import re
from datetime import UTC, datetime

from orchestration.domain.errors import NotNow
from orchestration.domain.stages import CycleFlags

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ]+(?P<time>\d{2}:\d{2})(?!\S*:)\s*(?P<zone>Z\b|UTC\b|[+-]\d{2}:?\d{2}\b)?)?"
    r"(?=\s|$)\s*(?P<rest>.*)",
    re.DOTALL,
)
# With `should_escape` Slack writes a person as <@U123|name>; a bare id is taken too.
_PERSON = re.compile(
    r"(?:<@(?P<id>[UW][A-Z0-9]+)(?:\|[^<>]*)?>|(?P<bare>[UW][A-Z0-9]{5,}))(?=\s|$)\s*(?P<rest>.*)", re.DOTALL
)
AUTOMATION, NO_BUILDS = "automation", "no-builds"


def parse_moment(text: str, old: datetime | None, example: str) -> tuple[datetime, str]:
    """(the moment, the rest) of `2026-12-04 18:00 Why`, by UTC unless it carries an offset such as +02:00.

    Without a time the day alone changes: the time of `old` stays, and without one it must be given. NotNow.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None or (found["time"] is None and old is None):
        raise NotNow(f"Please write the date as in `{example}`; the time is UTC unless you add an offset.")
    time = found["time"] or (f"{old.astimezone(UTC):%H:%M}" if old is not None else "")
    zone = "+00:00" if found["zone"] in {None, "Z", "UTC"} else found["zone"]
    try:
        at = datetime.fromisoformat(f"{found['day']}T{time}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotNow(f"There is no such date or time. Write it as in `{example}`.") from None
    return at, found["rest"].strip()


def parse_person(text: str) -> tuple[str, str]:
    """(the id of the person who is named first, the rest); no id where nobody is."""
    found = _PERSON.fullmatch(text.strip())
    if found is None:
        return "", text.strip()
    return found["id"] or found["bare"], found["rest"].strip()


def parse_flags(text: str, example: str) -> CycleFlags | None:
    """What a cycle does, of `automation` and `no-builds`; None where nothing was said. NotNow for other words."""
    words = text.lower().split()
    wrong = [word for word in words if word not in {AUTOMATION, NO_BUILDS}]
    if wrong:
        raise NotNow(f"`{wrong[0][:40]}` is not understood here. Write it as in `{example}`.")
    if not words:
        return None
    return CycleFlags(regression_builds=NO_BUILDS not in words, automation=AUTOMATION in words)
