"""`/release train`: recurring trains."""

from bot.actions import train as acts
from bot.actions.planning import answered
from bot.commands.naming import required_reason
from bot.commands.spec import Word
from bot.commands.subwords import days_in, run_subword
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views.train_list import train_dates
from orchestration.domain.errors import NotNow
from orchestration.domain.train import Train
from orchestration.domain.train_view import TrainView
from orchestration.services import train_acts
from orchestration.services.trains import find_train, list_trains


async def run(call: Call) -> None:
    """The list, or the word that follows."""
    await run_subword(call, _WORDS, alone=_list, word="train")


async def _list(call: Call, _rest: str) -> None:
    await acts.show_list(call)


async def _new(call: Call, _rest: str) -> None:
    await acts.open_new(call)


async def _named(call: Call, text: str) -> tuple[TrainView, str]:
    """(the train that is meant, the rest): named by its id first, or not at all where there is only one."""
    first, rest = parted(text)
    tenant_id, actor = call.intent.tenant_id, call.intent.actor
    known = {view.train.id for view in await list_trains(call.engine, tenant_id, actor=actor, most=0)}
    if first.lower() in known:
        return await find_train(call.engine, tenant_id, first.lower(), actor=actor), rest.strip()
    return await find_train(call.engine, tenant_id, "", actor=actor), text


async def _edit(call: Call, rest: str) -> None:
    view, _ = await _named(call, rest)
    await acts.open_edit(call, view.train.id)


async def _dates(call: Call, rest: str) -> None:
    view, _ = await _named(call, rest)
    await call.answer(train_dates(view))


async def _pause(call: Call, rest: str) -> None:
    view, reason = await _named(call, rest)
    example = f"/release train pause {view.train.id} The team is at the company meeting"
    await acts.pause_for(call, view.train.id, required_reason(reason, example))


async def _resume(call: Call, rest: str) -> None:
    view, _ = await _named(call, rest)
    await acts.resume(call, view.train.id)


async def _skip(call: Call, rest: str) -> None:
    view, rest = await _named(call, rest)
    days, odd = days_in(rest)
    if odd:
        raise NotNow(
            f"Which day? For example `/release train skip {view.train.id} 2026-12-21`; alone the next one."
        )
    await acts.skip(call, view.train.id, days[0] if days else None)


async def _unskip(call: Call, rest: str) -> None:
    view, rest = await _named(call, rest)
    days, _ = days_in(rest)
    if not days:
        raise NotNow(f"Which day? For example `/release train unskip {view.train.id} 2026-12-21`.")

    def words(train: Train) -> str:
        return f"{train.name} does not skip {days[0].isoformat()} any more."

    await train_acts.unskip(
        call.engine,
        call.intent.tenant_id,
        view.train.id,
        days[0],
        actor=call.intent.actor,
        along=answered(call, words),
    )


async def _delete(call: Call, rest: str) -> None:
    view, _ = await _named(call, rest)
    await acts.ask_delete(call, view.train.id)


_WORDS = {
    "new": _new,
    "edit": _edit,
    "dates": _dates,
    "skip": _skip,
    "unskip": _unskip,
    "pause": _pause,
    "resume": _resume,
    "delete": _delete,
}
TRAIN = Word(
    word="train",
    usage="train [new | edit | dates | skip | unskip | pause | resume | delete] [train] [day or reason]",
    does="Recurring trains: they make releases by themselves, ahead of their dates",
    example="/release train skip weekly 2026-12-21",
    run=run,
)
