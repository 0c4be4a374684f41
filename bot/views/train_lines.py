"""A train in lines: its rule, and its dates with what became of them."""

from zoneinfo import ZoneInfo

from bot.views.text import Mrkdwn, bold, code, escape, joined, say
from bot.views.words import brief, dotted, person, when
from orchestration.domain.calendar import WEEKDAYS
from orchestration.domain.train import RunState
from orchestration.domain.train_view import Coming, TrainView
from orchestration.domain.train_words import offset_words, slot_words, time_words, weekday_words

_REGIONS = 6


def rule_line(view: TrainView) -> Mrkdwn:
    """How often, when and what: everything that was set, in one line."""
    train = view.train
    holidays = ", ".join(train.holidays[:_REGIONS])
    parts = [
        say(
            "{often} at {time} {zone}",
            often=train.frequency.words,
            time=time_words(train.kick_off),
            zone=train.zone,
        ),
        escape(weekday_words(train.working_days)),
        say("holidays of {regions}", regions=holidays) if holidays else escape(""),
        say("slots {slots}", slots=", ".join(slot_words(slot) for slot in train.slots)),
        say("target {target}", target=offset_words(train.target)),
        say("{kind} releases of {name}", kind=train.type.lower(), name=brief(view.configuration, 60)),
        say("made {days} working days ahead", days=train.ahead),
    ]
    return dotted(parts)


def coming_line(view: TrainView, coming: Coming) -> Mrkdwn:
    """One date: the promised wall time, the same in the reader's zone, why it was moved, what became of it."""
    plan, run = coming.timetable, coming.run
    on = plan.departure.on
    local = plan.kick_off_at.astimezone(ZoneInfo(view.train.zone))
    head = say(
        "• {day} {date} {time}",
        day=WEEKDAYS[on.weekday()][:3],
        date=bold(on.isoformat()),
        time=f"{local:%H:%M}",
    )
    parts = [
        head,
        say("for you {at}", at=when(plan.kick_off_at)),
        say("target {at}", at=when(plan.target_at)),
    ]
    if plan.departure.by_rule != on:
        why = view.calendar.why_off(plan.departure.by_rule) or "a day off"
        parts.append(
            say("moved from {day}: {why}", day=plan.departure.by_rule.isoformat(), why=brief(why, 60))
        )
    if f"{local:%H:%M}" != time_words(view.train.kick_off):
        parts.append(escape("the clocks jump over the time that day"))
    if run is not None and run.state is RunState.CREATED and run.release_id is not None:
        parts.append(say("made: {release}", release=code(run.release_id)))
    elif run is not None and run.state is RunState.SKIPPED:
        parts.append(say("skipped by {who}", who=person(run.by)))
    elif run is not None:
        parts.append(say("missed: {why}", why=brief(run.reason, 200)))
    return dotted(parts)


def state_lines(view: TrainView) -> Mrkdwn:
    """Why it stands, where it does."""
    train, lines = view.train, []
    if train.paused is not None:
        lines.append(
            say(
                ":double_vertical_bar: Paused by {who}: {why}",
                who=person(train.paused.by),
                why=brief(train.paused.reason, 300),
            )
        )
    elif not view.coming:
        lines.append(escape(":x: Its dates can't be told: edit its time zone, holidays or working days."))
    if train.trouble is not None:
        lines.append(
            say(
                ":x: Its release for {day} can't be made: {why}",
                day=train.trouble.by_rule.isoformat(),
                why=brief("; ".join(train.trouble.reasons), 600),
            )
        )
    return joined(lines)
