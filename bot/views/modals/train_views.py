"""The views of the train's form: the form itself, the dates to check before it is saved, and how it ended."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.views.blocks import Json, context, modal, section
from bot.views.inputs import (
    checkboxes,
    datepicker,
    input_block,
    number_input,
    option,
    plain_text_input,
    static_select,
)
from bot.views.modals.choice import Choice
from bot.views.modals.train_form import Carried, pack
from bot.views.rendered import paragraphs
from bot.views.text import Mrkdwn, bold, escape, say
from bot.views.train_lines import coming_line, rule_line
from bot.views.values import TRAIN_CONFIRM, TRAIN_DELETE, TRAIN_FORM, carried
from bot.views.wall_time import timepicker
from bot.views.words import one_line
from orchestration.domain.calendar import WEEKDAYS
from orchestration.domain.frequency import LAST, Frequency, MonthDay, Weeks
from orchestration.domain.train import Late
from orchestration.domain.train_view import TrainView
from orchestration.domain.train_words import read_time
from orchestration.domain.version import ReleaseType

INPUT = "value"
_CONFIGURATIONS = 100
_WEEKS = (1, 2, 3, 4, 5, 6, 8, 10, 12)
_NTHS = (1, 2, 3, 4, LAST)
_LATE = {
    Late.CREATE: ("Start it late", "Target and the slots ahead stay as promised"),
    Late.SKIP: ("Skip it", "The next date comes in its turn"),
}
_TYPES = {
    ReleaseType.MINOR: "Minor: the second number rises",
    ReleaseType.MAJOR: "Major: the first number rises",
}


def train_form(texts: Mapping[str, str], choices: Sequence[Choice], shown: Carried) -> Json:
    """The form, filled with `texts`."""
    return modal(
        "Edit the train" if shown.train else "New train",
        [*_when(texts, choices), *_plan(texts), *_days(texts), *_rest(texts)],
        callback_id=TRAIN_FORM,
        submit="Check Dates",
        private_metadata=pack({}, shown),
    )


def _when(texts: Mapping[str, str], choices: Sequence[Choice]) -> Iterator[Json]:
    yield _line("Name", "name", texts, most=60, placeholder="Weekly Pixel", focus=True)
    chosen = sorted(choices, key=lambda c: c.id != texts["configuration"])[:_CONFIGURATIONS]
    options = {choice.id: option(choice.name, choice.id) for choice in chosen}
    yield _select("Configuration", "configuration", options, texts)
    known = {frequency.key: frequency for frequency in _frequencies()}
    words = {key: option(_capital(frequency.words), key) for key, frequency in known.items()}
    yield _select("Frequency", "frequency", words, texts)
    first = date.fromisoformat(texts["first_on"])
    yield input_block(
        "First kick-off",
        datepicker(INPUT, initial=first),
        block_id="first_on",
        hint="Weeks are counted from this day; a day off moves a kick-off to the next working day",
    )
    at = timepicker(INPUT, initial=read_time(texts["kick_off"]))
    yield input_block("Kick-off time", at, block_id="kick_off", hint="By the clock of the time zone below")
    yield _line("Time zone", "zone", texts, most=60, hint="IANA name", placeholder="Europe/Berlin")


def _plan(texts: Mapping[str, str]) -> Iterator[Json]:
    yield _lines(
        "Regression slots",
        "slots",
        texts,
        most=400,
        hint="One a line: working days after kick-off, time, and automation to run the automated tests",
        placeholder="+1 10:00 automation",
    )
    yield _line(
        "Target",
        "target",
        texts,
        most=12,
        hint="Working days after kick-off, and time",
        placeholder="+8 18:00",
    )


def _days(texts: Mapping[str, str]) -> Iterator[Json]:
    options = [option(name, str(number)) for number, name in enumerate(WEEKDAYS)]
    chosen = [one for one in options if one["value"] in texts["working_days"].split(",")]
    yield input_block("Working days", checkboxes(INPUT, options, initial=chosen), block_id="working_days")
    yield _line(
        "Public holidays",
        "holidays",
        texts,
        most=200,
        hint="Countries or regions, with commas",
        placeholder="DE-BY, US",
        optional=True,
    )
    yield _lines(
        "Days off of your own",
        "days_off",
        texts,
        most=1_500,
        hint="One a line",
        placeholder="2026-12-24 Company day",
        optional=True,
    )


def _rest(texts: Mapping[str, str]) -> Iterator[Json]:
    ahead = number_input(INPUT, initial=_number(texts["ahead"]), least=0, most=20)
    yield input_block("Made ahead", ahead, block_id="ahead", hint="Working days before kick-off")
    remind = number_input(INPUT, initial=_number(texts["remind"]), least=1, most=20)
    yield input_block(
        "Reminder",
        remind,
        block_id="remind",
        hint="Working days before kick-off; empty means none",
        optional=True,
    )
    late = {str(key): option(name, key, description=says) for key, (name, says) in _LATE.items()}
    yield _select("When it is late", "late", late, texts)
    types = {str(kind): option(words, kind) for kind, words in _TYPES.items()}
    yield _select("Type", "type", types, texts)
    yield _lines(
        "First versions",
        "versions",
        texts,
        most=300,
        hint="Only where there is none yet, or to jump ahead; one a line",
        placeholder="ANDROID-PLAY_STORE 1.0.0",
        optional=True,
    )


def _frequencies() -> Iterator[Frequency]:
    yield from (Weeks(weeks=weeks) for weeks in _WEEKS)
    yield from (MonthDay(nth=nth, weekday=day) for nth in _NTHS for day in range(len(WEEKDAYS)))


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _line(
    label: str,
    name: str,
    texts: Mapping[str, str],
    *,
    most: int,
    hint: str | None = None,
    placeholder: str | None = None,
    optional: bool = False,
    focus: bool = False,
) -> Json:
    box = plain_text_input(INPUT, initial=texts[name], placeholder=placeholder, most=most, focus=focus)
    return input_block(label, box, block_id=name, hint=hint, optional=optional)


def _lines(
    label: str,
    name: str,
    texts: Mapping[str, str],
    *,
    most: int,
    hint: str,
    placeholder: str,
    optional: bool = False,
) -> Json:
    box = plain_text_input(INPUT, initial=texts[name], placeholder=placeholder, most=most, multiline=True)
    return input_block(label, box, block_id=name, hint=hint, optional=optional)


def _select(label: str, name: str, options: Mapping[str, Json], texts: Mapping[str, str]) -> Json:
    chosen = options.get(texts[name])
    return input_block(label, static_select(INPUT, list(options.values()), initial=chosen), block_id=name)


def _dates(view: TrainView) -> Iterator[Json]:
    lines: list[Mrkdwn] = [
        bold(one_line(view.train.name, 100)),
        rule_line(view),
        *(coming_line(view, coming) for coming in view.coming),
    ]
    yield from (section(text) for text in paragraphs(lines))


def saved_train(view: TrainView) -> Json:
    """How it ended well."""
    return modal("Train", [section("The train is saved."), *_dates(view)], close="Close")


def check_dates(view: TrainView, metadata: str) -> Json:
    """The next dates before anything is saved; `metadata` carries the form."""
    return modal(
        "Check the dates",
        [
            *_dates(view),
            context("Nothing is saved yet. Releases are made by themselves when their time comes."),
        ],
        callback_id=TRAIN_CONFIRM,
        submit="Save Train",
        close="Back",
        private_metadata=metadata,
    )


def saving(name: str) -> Json:
    """Shown while the train is saved."""
    return modal("Train", [section(say("Saving {name}…", name=one_line(name, 100)))], close="Close")


def not_saved(reasons: Sequence[str]) -> Json:
    """How it ended badly, where the form can't show errors any more."""
    texts = paragraphs([escape("The train was not saved."), *(say("• {why}", why=why) for why in reasons)])
    return modal("Train", [section(text) for text in texts], close="Close")


def delete_train(view: TrainView) -> Json:
    """The question before a train is forgotten."""
    words = say(
        "Delete {name}? Its dates and its captain rotation are forgotten. Releases that are made already stay.",
        name=bold(one_line(view.train.name, 100)),
    )
    return modal(
        "Delete the train",
        [section(words)],
        callback_id=TRAIN_DELETE,
        submit="Delete",
        private_metadata=carried(train=view.train.id),
    )
