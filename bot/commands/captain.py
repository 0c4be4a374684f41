"""`/release captain`: who leads a release, whose turn is next, and who is away."""

from collections.abc import Sequence

from bot.actions.planning import answered
from bot.commands.naming import named_release, split_titled
from bot.commands.spec import Word
from bot.commands.subwords import days_in, group_in, people_in, run_subword
from bot.slack.desk import Call
from bot.views.captain_list import captain_list
from orchestration.domain.errors import NotNow
from orchestration.domain.release import Release
from orchestration.domain.rotation import Absence, Rotation
from orchestration.services import captains

_TWO = 2


async def run(call: Call) -> None:
    """Everything about captains, or the word that follows."""
    await run_subword(call, _WORDS, alone=_show, word="captain")


async def _show(call: Call, _rest: str) -> None:
    shown = await captains.show(call.engine, call.intent.tenant_id, actor=call.intent.actor)
    await call.answer(captain_list(shown, today=call.engine.clock.now().date()))


async def _set(call: Call, rest: str) -> None:
    people, rest = people_in(rest)
    if len(people) != 1:
        raise NotNow("Who is to lead it? For example `/release captain set 2.14.0 @bo`.")
    words = split_titled(rest)[0]
    release = await named_release(call, words)
    await captains.set_captain(
        call.engine,
        call.intent.tenant_id,
        release.id,
        people[0],
        actor=call.intent.actor,
        along=call.along(lambda change: f"<@{people[0]}> is the captain of {change.release.title} now."),
    )


def _ordered(rotation: Rotation) -> str:
    names = ", ".join(f"<@{who}>" for who in rotation.queue)
    return f"The order is {names}. The next release gets the first who is there."


async def _order(call: Call, rest: str) -> None:
    people, scope = people_in(rest)
    await captains.set_order(
        call.engine,
        call.intent.tenant_id,
        scope,
        people,
        actor=call.intent.actor,
        along=answered(call, _ordered),
    )


async def _swap(call: Call, rest: str) -> None:
    people, scope = people_in(rest)
    if len(people) != _TWO:
        raise NotNow("Who changes places? Name two, for example `/release captain swap @ann @bo`.")
    await captains.swap(
        call.engine,
        call.intent.tenant_id,
        scope,
        people[0],
        people[1],
        actor=call.intent.actor,
        along=answered(call, _ordered),
    )


async def _away(call: Call, rest: str) -> None:
    people, rest = people_in(rest)
    days, _ = days_in(rest)
    if len(days) not in {1, _TWO} or len(people) > 1:
        raise NotNow("From when to when? For example `/release captain away 2026-12-21 2027-01-02`.")
    intent = call.intent
    absence = Absence(
        tenant_id=intent.tenant_id,
        person=people[0] if people else intent.actor.id,
        from_on=days[0],
        until_on=days[-1],
    )

    def words(led: Sequence[Release]) -> str:
        until = absence.until_on.isoformat()
        said = f"<@{absence.person}> is away from {absence.from_on.isoformat()} to {until}."
        hand_over = "; ".join(f"{r.title}: `/release captain set {r.id} @somebody`" for r in led)
        return f"{said} Still leading, so hand it over: {hand_over}" if led else said

    await captains.go_away(call.engine, absence, actor=intent.actor, along=answered(call, words))


async def _back(call: Call, rest: str) -> None:
    people, _ = people_in(rest)
    intent = call.intent
    person = people[0] if people else intent.actor.id

    def words(_led: Sequence[Release]) -> str:
        return f"<@{person}> is there again."

    await captains.come_back(
        call.engine, intent.tenant_id, person, actor=intent.actor, along=answered(call, words)
    )


async def _group(call: Call, rest: str) -> None:
    group, rest = group_in(rest)
    last = rest.rpartition(" ")[2].lower()
    if group is None and last != "none":
        raise NotNow(
            "Which user group? For example `/release captain group @mobile-captains`, or `none` for no group."
        )
    scope = rest if group is not None else rest[: -len("none")].strip()

    def words(rotation: Rotation) -> str:
        if rotation.group is None:
            return "The captains are kept in no user group any more."
        return "The captains of what runs are kept in that group; without one, who is next."

    await captains.set_group(
        call.engine,
        call.intent.tenant_id,
        scope,
        group,
        actor=call.intent.actor,
        along=answered(call, words),
    )


_WORDS = {
    "set": _set,
    "order": _order,
    "swap": _swap,
    "away": _away,
    "back": _back,
    "group": _group,
}
CAPTAIN = Word(
    word="captain",
    usage="captain [set | order | swap | away | back | group] [release or train] [@people] [days]",
    does="Who leads a release, whose turn is next, and who is away",
    example="/release captain away 2026-12-21 2027-01-02",
    run=run,
)
