"""`/release freeze`: windows in which nothing is released, and exceptions that two people make."""

import re
from datetime import timedelta

from bot.actions import freeze as acts
from bot.commands.naming import named_release, required_reason, split_titled
from bot.commands.spec import Word
from bot.commands.subwords import run_subword
from bot.slack.desk import Call
from bot.slack.typed import parted
from orchestration.domain.calendar import instant, zone_names
from orchestration.domain.errors import NotNow
from orchestration.domain.freezes import Window
from orchestration.domain.holds import HoldCause
from orchestration.domain.release import Release
from orchestration.domain.train_order import unknown_zone
from orchestration.domain.train_words import read_day, read_time
from orchestration.services import freeze_exceptions
from orchestration.services.configurations import list_all

ADD_EXAMPLE = "/release freeze add 2026-12-18 18:00 2027-01-04 09:00 Europe/Berlin Christmas"
ASK_EXAMPLE = "/release freeze exception 2.14.1 4h Payment fails for everybody"
_MOMENT = r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2})"
_WINDOW = re.compile(rf"{_MOMENT}\s+{_MOMENT}\s+(\S+)\s*(.*)", re.DOTALL)
_FREEZE = re.compile(r"FRZ-[0-9A-Z]+", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,3})\s?h\b", re.IGNORECASE)
_DEFAULT = timedelta(hours=4)


async def run(call: Call) -> None:
    """The list, or the word that follows."""
    await run_subword(call, _WORDS, alone=_list, word="freeze")


async def _list(call: Call, _rest: str) -> None:
    await acts.show_list(call)


async def _add(call: Call, rest: str) -> None:
    """The form, or the window as it was typed: two moments, their zone, perhaps a configuration, and the reason."""
    if not rest:
        await acts.open_new(call)
        return
    found = _WINDOW.fullmatch(rest)
    if found is None:
        raise NotNow(f"Write both moments, their time zone and the reason, for example `{ADD_EXAMPLE}`.")
    zone = found[5]
    if zone not in zone_names():
        raise NotNow(unknown_zone(zone))
    try:
        starts_at = instant(read_day(found[1]), read_time(found[2]), zone)
        ends_at = instant(read_day(found[3]), read_time(found[4]), zone)
    except ValueError as error:
        raise NotNow(f"{error}.") from None
    every = await list_all(call.engine, call.intent.tenant_id, actor=call.intent.actor)
    first, after = parted(found[6])
    scope = next((c.id for c in every if c.id == first), None)
    reason = required_reason(after if scope else found[6].strip(), ADD_EXAMPLE)
    window = Window(reason=reason, starts_at=starts_at, ends_at=ends_at, zone=zone, config_id=scope)
    await acts.add_window(call, window)


async def _remove(call: Call, rest: str) -> None:
    found = _FREEZE.search(rest)
    if found is None:
        raise NotNow("Which freeze? `/release freeze` lists them with their ids.")
    await acts.remove_named(call, found[0].upper())


async def _meant(call: Call, rest: str) -> tuple[str, Release, str]:
    """(the freeze, the release, the rest): the freeze is named, or the one that holds the release."""
    named = _FREEZE.search(rest)
    words, rest = split_titled(_FREEZE.sub("", rest, count=1).strip())
    release = await named_release(call, words)
    if named is not None:
        return named[0].upper(), release, rest
    holding = [hold.by for hold in release.holds if hold.cause is HoldCause.FREEZE]
    if len(holding) == 1:
        return holding[0], release, rest
    if not holding:
        raise NotNow(
            f"No freeze holds {release.title}. Name one that is ahead: `/release freeze` lists them."
        )
    choice = ", ".join(f"`{each}`" for each in holding)
    raise NotNow(f"Several freezes hold {release.title}. Name one of {choice}.")


async def _exception(call: Call, rest: str) -> None:
    freeze_id, release, rest = await _meant(call, rest)
    hours = _HOURS.match(rest)
    lasts = timedelta(hours=int(hours[1])) if hours else _DEFAULT
    reason = required_reason(_HOURS.sub("", rest, count=1).strip() if hours else rest, ASK_EXAMPLE)
    await freeze_exceptions.ask_exception(
        call.engine,
        call.intent.tenant_id,
        freeze_id,
        release.id,
        reason=reason,
        lasts=lasts,
        actor=call.intent.actor,
        along=call.along(
            lambda change: (
                f"You asked to let {change.release.title} go on. Somebody else must grant it, within a day."
            )
        ),
    )


async def _grant(call: Call, rest: str) -> None:
    freeze_id, release, _ = await _meant(call, rest)
    await acts.answer_named(call, freeze_id, release.id, granted=True)


async def _decline(call: Call, rest: str) -> None:
    freeze_id, release, _ = await _meant(call, rest)
    await acts.answer_named(call, freeze_id, release.id, granted=False)


_WORDS = {
    "add": _add,
    "remove": _remove,
    "exception": _exception,
    "grant": _grant,
    "decline": _decline,
}
FREEZE = Word(
    word="freeze",
    usage="freeze [add | remove | exception | grant | decline] [freeze] [release] [4h] [reason]",
    does="Windows in which nothing is released; an exception needs a second person",
    example=ASK_EXAMPLE,
    run=run,
)
