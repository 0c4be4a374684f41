"""`/release slot`: the regression slots of a release, one more, another time, taken back."""

from bot.actions.slot import slot_id
from bot.commands.moments import parse_flags, parse_moment
from bot.commands.naming import named_release, split_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views.slots import slots_answer
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Permission
from orchestration.domain.release import Release
from orchestration.domain.slots import planned_slot
from orchestration.domain.stages import CycleFlags
from orchestration.services import regression
from orchestration.services.saving import require, roles_of

ADD = "/release slot add 2026-12-03 10:00 automation"
MOVE = "/release slot move 2 2026-12-03 16:00"
REMOVE = "/release slot remove 2"


async def run(call: Call) -> None:
    """The list, or one of the three acts."""
    words, rest = split_release(call.intent.text)
    what, rest = parted(rest)
    release = await named_release(call, words)
    match what.lower():
        case "":
            await call.answer(slots_answer(release))
        case "add":
            await _add(call, release, rest)
        case "move":
            await _move(call, release, rest)
        case "remove":
            await _remove(call, release, rest)
        case _:
            raise NotNow(f"What is to be done with a slot? `{ADD}`, `{MOVE}` or `{REMOVE}`.")


async def _add(call: Call, release: Release, rest: str) -> None:
    at, rest = parse_moment(rest, None, ADD)
    flags = parse_flags(rest, ADD) or CycleFlags()
    await regression.add_slot(
        call.engine,
        release.tenant_id,
        release.id,
        at,
        flags,
        actor=call.intent.actor,
        along=call.along(lambda change: slots_answer(change.release, "The slot is planned.")),
    )


async def _move(call: Call, release: Release, rest: str) -> None:
    number, rest = parted(rest)
    await _may(call, release)
    slot = planned_slot(release, slot_id(release, number))
    # Flags alone change what the cycle does and leave its time.
    at, rest = parse_moment(rest, slot.at, MOVE) if rest[:1].isdigit() else (slot.at, rest)
    await regression.move_slot(
        call.engine,
        release.tenant_id,
        release.id,
        slot.id,
        at=at,
        flags=parse_flags(rest, MOVE),
        actor=call.intent.actor,
        along=call.along(lambda change: slots_answer(change.release, "The slot is moved.")),
    )


async def _remove(call: Call, release: Release, rest: str) -> None:
    await regression.cancel_slot(
        call.engine,
        release.tenant_id,
        release.id,
        slot_id(release, rest.strip()),
        actor=call.intent.actor,
        along=call.along(lambda change: slots_answer(change.release, "The slot is taken back.")),
    )


async def _may(call: Call, release: Release) -> None:
    """Who may not hears that first, not what is wrong with the words."""
    async with call.engine.look() as work:
        require(await roles_of(work, release, call.intent.actor), Permission.EDIT)


SLOT = Word(
    word="slot",
    usage="slot [release] [add|move|remove] [number] [YYYY-MM-DD HH:MM] [automation] [no-builds]",
    does="List the regression slots; add one, move one or take one back",
    example=ADD,
    run=run,
)
