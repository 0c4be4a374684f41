"""Freezes by buttons and forms: the list, a new one, its end, and exceptions granted or declined."""

from bot.actions.carrying import carried_by, open_screen
from bot.actions.planning import answered, at_fields, required
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent, read_value
from bot.views.freeze_list import freeze_list
from bot.views.modals.choice import choices_of
from bot.views.modals.form_state import texts_of
from bot.views.modals.freeze_form import errors, freeze_form, read_freeze
from orchestration.domain.errors import Invalid, NotAllowed
from orchestration.domain.freezes import Freeze, Window
from orchestration.domain.people import Permission
from orchestration.services import freeze_exceptions, freezing, trains
from orchestration.services.configurations import list_all
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of


async def show_list(call: Call) -> None:
    """What is frozen, now and ahead."""
    intent = call.intent
    found = await freezing.list_freezes(call.engine, intent.tenant_id, actor=intent.actor)
    every = await list_all(call.engine, intent.tenant_id, actor=intent.actor)
    await call.answer(freeze_list(found, {c.id: c.name for c in every}, now=call.engine.clock.now()))


async def open_new(call: Call) -> None:
    """The form of a new freeze."""
    intent = call.intent
    async with call.engine.look() as work:
        require(await roles_of(work, None, intent.actor, intent.tenant_id), Permission.SAFETY)
    every = await list_all(call.engine, intent.tenant_id, actor=intent.actor)
    known = await trains.list_trains(call.engine, intent.tenant_id, actor=intent.actor, most=1)
    zone = known[0].train.zone if known else "UTC"
    await open_screen(call, freeze_form(choices_of(every), zone=zone, today=call.engine.clock.now().date()))


async def check_form(engine: Engine, intent: Intent) -> Verdict:
    """All errors at their fields."""
    window, problems = read_freeze(texts_of(intent.state), engine.clock.now())
    try:
        await freezing.judge(engine, intent.tenant_id, window, actor=intent.actor)
    except Invalid as error:
        unread = {p.field.partition("_")[0] for p in problems}
        more = [p for p in error.problems if not (unread and p.field in {"starts_at", "ends_at"})]
        return at_fields(errors([*problems, *more]))
    except NotAllowed as error:
        return at_fields({"reason": error.reason})
    return at_fields(errors(problems)) if problems else Verdict(answer={}, store=True)


async def add(call: Call) -> None:
    """The form was filled in."""
    window, problems = read_freeze(texts_of(call.intent.state), call.engine.clock.now())
    if problems:
        raise Invalid(problems)
    await add_window(call, window)


async def add_window(call: Call, window: Window) -> None:
    """Plan a freeze."""
    intent = call.intent

    def words(freeze: Freeze) -> str:
        return f"The freeze `{freeze.id}` is planned. `/release freeze remove {freeze.id}` ends it before its time."

    await freezing.add(call.engine, intent.tenant_id, window, actor=intent.actor, along=answered(call, words))


async def remove(call: Call) -> None:
    """The button of a freeze."""
    await remove_named(call, required(read_value(call.intent.value), "freeze", "freeze"))


async def remove_named(call: Call, freeze_id: str) -> None:
    """End a freeze before its time."""
    intent = call.intent

    def words(freeze: Freeze) -> str:
        return f"The freeze {freeze.id} is over; what it held goes on."

    await freezing.remove(
        call.engine, intent.tenant_id, freeze_id, actor=intent.actor, along=answered(call, words)
    )


async def grant(call: Call) -> None:
    """The button of a request for an exception."""
    ids = carried_by(call.intent.value)
    await answer_named(call, required(ids, "freeze", "freeze"), ids["release"], granted=True)


async def decline(call: Call) -> None:
    """The other button of a request."""
    ids = carried_by(call.intent.value)
    await answer_named(call, required(ids, "freeze", "freeze"), ids["release"], granted=False)


async def answer_named(call: Call, freeze_id: str, release_id: str, *, granted: bool) -> None:
    """Let one release go on, as another person than the one who asked, or let it stand still."""
    intent, what = call.intent, "may go on" if granted else "stands still"
    await freeze_exceptions.answer_exception(
        call.engine,
        intent.tenant_id,
        freeze_id,
        release_id,
        granted=granted,
        actor=intent.actor,
        along=call.along(lambda change: f"{change.release.title} {what} in the freeze {freeze_id}."),
    )
