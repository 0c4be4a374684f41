"""Trains by buttons and forms: the list and its acts, the form, the dates to check, and the end."""

from collections.abc import Sequence
from datetime import date

from bot.actions.carrying import carried_whole, open_screen, reason_of
from bot.actions.planning import answered, at_fields, in_place, on_top, required
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent, read_value
from bot.views import train_list
from bot.views.blocks import Json
from bot.views.modals import train_views
from bot.views.modals.choice import Choice, choices_of
from bot.views.modals.form_state import texts_of
from bot.views.modals.reasons import ReasonAct, reason_form
from bot.views.modals.train_form import Carried, errors, pack, proposed, read_train, texts_of_train, unpack
from bot.views.values import carried
from orchestration.domain.errors import DomainError, Invalid, NotAllowed, NotNow, Problem
from orchestration.domain.people import Permission
from orchestration.domain.train import Departure, Train
from orchestration.domain.train_view import TrainView
from orchestration.ports.errors import PortError
from orchestration.ports.planning import StalePlan
from orchestration.services import train_acts, trains
from orchestration.services.configurations import list_all, none_in_use
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of

_CHANGED = "Somebody else changed this train meanwhile. Open it again with `/release train edit`."


async def show_list(call: Call) -> None:
    """All trains, for the one who asks."""
    found = await trains.list_trains(call.engine, call.intent.tenant_id, actor=call.intent.actor)
    await call.answer(train_list.train_list(found))


async def open_new(call: Call) -> None:
    """The form of a new train, with everything proposed that can be."""
    intent = call.intent
    choices = await _choices(call)
    known = await trains.list_trains(call.engine, intent.tenant_id, actor=intent.actor)
    blank = proposed(
        choices[0].id,
        intent.actor.id,
        tenant_id=intent.tenant_id,
        zone=known[0].train.zone if known else "UTC",
        today=call.engine.clock.now().date(),
    )
    await open_screen(call, train_views.train_form(texts_of_train(blank), choices, Carried()))


async def open_edit(call: Call, train_id: str) -> None:
    """The form of a train as it is."""
    view = await _named(call, train_id)
    shown = Carried(train=view.train.id, edition=view.train.edition)
    form = train_views.train_form(texts_of_train(view.train), await _choices(call), shown)
    await open_screen(call, form)


async def _choices(call: Call) -> Sequence[Choice]:
    """The active configurations, the default one first; NotNow where there is none, NotAllowed."""
    intent = call.intent
    async with call.engine.look() as work:
        require(await roles_of(work, None, intent.actor, intent.tenant_id), Permission.CONFIGURE)
    every = await list_all(call.engine, intent.tenant_id, actor=intent.actor)
    active = sorted((c for c in every if c.active), key=lambda c: not c.default)
    if not active:
        raise none_in_use(every)
    return choices_of(active)


async def _named(call: Call, train_id: str) -> TrainView:
    return await trains.find_train(call.engine, call.intent.tenant_id, train_id, actor=call.intent.actor)


async def act(call: Call) -> None:
    """One of the acts behind a train's three dots."""
    ids = read_value(call.intent.value)
    train_id = required(ids, "train", "train")
    match ids.get("act"):
        case train_list.EDIT:
            await open_edit(call, train_id)
        case train_list.DATES:
            await call.answer(train_list.train_dates(await _named(call, train_id)))
        case train_list.SKIP:
            await skip(call, train_id, None)
        case train_list.PAUSE:
            name = (await _named(call, train_id)).train.name
            form = reason_form(ReasonAct.TRAIN_PAUSE, name, metadata=carried(train=train_id))
            await open_screen(call, form)
        case train_list.RESUME:
            await resume(call, train_id)
        case train_list.DELETE:
            await ask_delete(call, train_id)
        case _:
            raise NotNow("This button is of an older version, so nothing was changed. See `/release train`.")


async def skip(call: Call, train_id: str, day: date | None) -> None:
    """Make no release for a date, or for the next one."""
    intent = call.intent

    def words(departure: Departure) -> str:
        on = departure.on.isoformat()
        back = f"`/release train unskip {train_id} {on}` takes it back."
        return f"No release is made for {on}. {back}"

    await train_acts.skip(
        call.engine, intent.tenant_id, train_id, day, actor=intent.actor, along=answered(call, words)
    )


async def resume(call: Call, train_id: str) -> None:
    """Let a train go on."""
    intent = call.intent

    def words(train: Train) -> str:
        return f"{train.name} goes on with the dates that are ahead: `/release train dates {train.id}`."

    await train_acts.resume(
        call.engine, intent.tenant_id, train_id, actor=intent.actor, along=answered(call, words)
    )


async def pause(call: Call) -> None:
    """The reason was given."""
    ids = read_value(call.intent.metadata)
    await pause_for(call, required(ids, "train", "train"), reason_of(call))


async def pause_for(call: Call, train_id: str, reason: str) -> None:
    """Stop a train for a reason."""
    intent = call.intent

    def words(train: Train) -> str:
        return f"{train.name} is paused: no more releases are made until `/release train resume {train.id}`."

    await train_acts.pause(
        call.engine, intent.tenant_id, train_id, reason, actor=intent.actor, along=answered(call, words)
    )


async def delete(call: Call) -> None:
    """It was confirmed."""
    intent = call.intent
    train_id = required(read_value(intent.metadata), "train", "train")

    def words(train: Train) -> str:
        return f"{train.name} is deleted. Releases that it made stay."

    await train_acts.delete(
        call.engine, intent.tenant_id, train_id, actor=intent.actor, along=answered(call, words)
    )


async def ask_delete(call: Call, train_id: str) -> None:
    """The question before it is deleted."""
    await open_screen(call, train_views.delete_train(await _named(call, train_id)))


# --- the form ---


async def check_form(engine: Engine, intent: Intent) -> Verdict:
    """All errors at their fields, or the next dates on top."""
    _, shown = carried_whole(intent, unpack)
    texts = texts_of(intent.state)
    try:
        view = await _judged(engine, intent, texts, shown)
        metadata = pack(texts, shown)
    except Invalid as error:
        return at_fields(errors(error.problems))
    except DomainError as error:
        return at_fields({"name": str(error)})
    except ValueError as error:
        return at_fields({"days_off": str(error)})
    return on_top(train_views.check_dates(view, metadata))


async def _judged(engine: Engine, intent: Intent, texts: dict[str, str], shown: Carried) -> TrainView:
    """The train as it would run. What can't be read and what does not hold are told together."""
    wanted, problems = _read(engine, intent, texts, shown)
    try:
        view = await trains.judge(engine, wanted, actor=intent.actor)
    except Invalid as error:
        unread = {p.field for p in problems}
        raise Invalid([*problems, *(p for p in error.problems if p.field not in unread)]) from None
    if problems:
        raise Invalid(problems)
    return view


def _read(
    engine: Engine, intent: Intent, texts: dict[str, str], shown: Carried
) -> tuple[Train, list[Problem]]:
    today = engine.clock.now().date()
    return read_train(texts, shown, tenant_id=intent.tenant_id, person=intent.actor.id, today=today)


async def check_confirmed(engine: Engine, intent: Intent) -> Verdict:
    """Judge it once more, because time has passed; then it is stored and saved."""
    texts, shown = carried_whole(intent, unpack)
    try:
        view = await _judged(engine, intent, texts, shown)
    except Invalid as error:
        return in_place(train_views.not_saved([p.message for p in error.problems]), store=False)
    except NotAllowed as error:
        return in_place(train_views.not_saved([error.reason]), store=False)
    return in_place(train_views.saving(view.train.name), store=True)


async def save(call: Call) -> None:
    """Save it; the form shows its dates, and the answer where it goes on."""
    intent = call.intent
    texts, shown = carried_whole(intent, unpack)
    wanted, problems = _read(call.engine, intent, texts, shown)
    if problems:
        raise Invalid(problems)

    def words(train: Train) -> str:
        return f"{train.name} is saved as `{train.id}`: `/release train dates {train.id}` shows what comes."

    try:
        saved = await trains.save(call.engine, wanted, actor=intent.actor, along=answered(call, words))
    except (StalePlan, DomainError) as error:
        reason = _CHANGED if isinstance(error, StalePlan) else str(error)
        await call.answer(f"The train was not saved: {reason}")
        await _show(call, train_views.not_saved([reason]))
        return
    view = await trains.find_train(call.engine, intent.tenant_id, saved.id, actor=intent.actor)
    await _show(call, train_views.saved_train(view))


async def _show(call: Call, view: Json) -> None:
    try:
        await call.screens.views_update(view_id=call.intent.view_id or "", view=view)
    except PortError:
        # The form was closed meanwhile; the answer says the same.
        return
