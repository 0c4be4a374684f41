"""The form of `/release freeze add`: from when to when, by the clock of a zone, for what and why."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from bot.views.blocks import Json, modal
from bot.views.inputs import datepicker, input_block, option, plain_text_input, static_select
from bot.views.modals.choice import Choice
from bot.views.values import FREEZE_FORM
from bot.views.wall_time import timepicker
from orchestration.domain.calendar import instant, zone_names
from orchestration.domain.errors import Problem
from orchestration.domain.freezes import Window
from orchestration.domain.train_words import read_day, read_time

FIELDS = ("reason", "from_day", "from_time", "until_day", "until_time", "zone", "scope")
EVERYTHING = "!everything"
INPUT = "value"
_CONFIGURATIONS = 99
_ERROR = 300
# Where the problems of `Window`'s fields are shown.
_SHOWN_AT = {"starts_at": "from_day", "ends_at": "until_day"}


def freeze_form(choices: Sequence[Choice], *, zone: str, today: date) -> Json:
    """The form, open for a freeze from today's evening on."""
    options = [
        option("Every release", EVERYTHING),
        *(option(c.name, c.id) for c in choices[:_CONFIGURATIONS]),
    ]
    reason = plain_text_input(INPUT, placeholder="Christmas: the stores are closed", most=200, focus=True)
    until = datepicker(INPUT)
    return modal(
        "Add a freeze",
        [
            input_block("Reason", reason, block_id="reason", hint="It stands on every release that is held"),
            input_block("From", datepicker(INPUT, initial=today), block_id="from_day"),
            input_block("From time", timepicker(INPUT, initial=time(18)), block_id="from_time"),
            input_block("Until", until, block_id="until_day"),
            input_block("Until time", timepicker(INPUT, initial=time(9)), block_id="until_time"),
            input_block(
                "Time zone",
                plain_text_input(INPUT, initial=zone, placeholder="Europe/Berlin", most=60),
                block_id="zone",
                hint="Both times are by its clock",
            ),
            input_block("For", static_select(INPUT, options, initial=options[0]), block_id="scope"),
        ],
        callback_id=FREEZE_FORM,
        submit="Add Freeze",
    )


def read_freeze(texts: Mapping[str, str], now: datetime) -> tuple[Window, list[Problem]]:
    """The window as it was filled in, and what could not be read; nothing else is checked here."""
    zone = texts.get("zone", "").strip()
    known = zone if zone in zone_names() else "UTC"
    problems: list[Problem] = []

    def at(prefix: str) -> datetime:
        try:
            day, wall = read_day(texts.get(f"{prefix}_day", "")), read_time(texts.get(f"{prefix}_time", ""))
        except ValueError as error:
            problems.append(Problem(field=f"{prefix}_day", message=str(error)))
            return now
        return instant(day, wall, known)

    scope = texts.get("scope", "")
    window = Window(
        reason=texts.get("reason", "").strip(),
        starts_at=at("from"),
        ends_at=at("until"),
        zone=zone,
        config_id=None if scope in {"", EVERYTHING} else scope,
    )
    return window, problems


def errors(problems: Sequence[Problem]) -> dict[str, str]:
    """block_id → what is wrong there."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        named = _SHOWN_AT.get(problem.field, problem.field)
        found.setdefault(named if named in FIELDS else "reason", []).append(problem.message)
    return {block: ". ".join(dict.fromkeys(words))[:_ERROR] for block, words in found.items()}
