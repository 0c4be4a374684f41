"""`/release edit`: change what was ordered, while it is still ahead."""

import re
from datetime import UTC, datetime

from bot.commands.naming import named_release, required_reason, split_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from orchestration.domain.errors import NotNow
from orchestration.services import edit_release

EXAMPLE = "/release edit 2.14.0 target 2026-12-04 18:00 The store is closed until then"
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ]+(?P<time>\d{2}:\d{2})(?!\S*:)\s*(?P<zone>Z\b|UTC\b|[+-]\d{2}:?\d{2}\b)?)?"
    r"(?=\s|$)\s*(?P<rest>.*)",
    re.DOTALL,
)


def parse_target(text: str, old: datetime) -> tuple[datetime, str]:
    """(the moment, the rest) of `2026-12-04 18:00 Why`, by UTC unless it carries an offset such as +02:00.

    Without a time the day alone changes: the time of `old` stays. NotNow where there is no such moment.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise NotNow(f"Please write the date as in `{EXAMPLE}`; the time is UTC unless you add an offset.")
    time = found["time"] or f"{old.astimezone(UTC):%H:%M}"
    zone = "+00:00" if found["zone"] in {None, "Z", "UTC"} else found["zone"]
    try:
        at = datetime.fromisoformat(f"{found['day']}T{time}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotNow(f"There is no such date or time. Write it as in `{EXAMPLE}`.") from None
    return at, found["rest"].strip()


async def run(call: Call) -> None:
    """The one thing that can be edited so far is the target date."""
    words, rest = split_release(call.intent.text)
    what, _, rest = rest.partition(" ")
    release = await named_release(call, words)
    if what.lower() != "target":
        raise NotNow(f"What is to be edited? The target date can be, for example `{EXAMPLE}`.")
    at, reason = parse_target(rest, release.target_at)
    reason = required_reason(reason, EXAMPLE)
    await edit_release.move_target(
        call.engine,
        release.tenant_id,
        release.id,
        at,
        reason,
        actor=call.intent.actor,
        along=call.along(
            lambda change: (
                f"The target date of {change.release.title} is now {at:%Y-%m-%d %H:%M} UTC: {reason}"
            )
        ),
    )


EDIT = Word(
    word="edit",
    usage="edit [release] target <YYYY-MM-DD> [HH:MM] <reason>",
    does="Move the target date. The time is UTC unless an offset such as +02:00 follows",
    example=EXAMPLE,
    run=run,
)
