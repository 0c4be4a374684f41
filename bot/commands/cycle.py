"""`/release cycle`: one more regression cycle, now; or the end of the one under way."""

from bot.commands.moments import parse_flags
from bot.commands.naming import named_release, required_reason, split_release, split_titled
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags
from orchestration.services import act, regression

_EXAMPLE = "/release cycle automation"
_ABANDON = "/release cycle abandon The candidate crashes on start"


async def run(call: Call) -> None:
    """Opens Stage 2 again until Stage 3 starts; what was approved is void then."""
    words, rest = split_release(call.intent.text)
    what, reason = parted(rest)
    if what.lower() == "abandon":
        named, reason = split_titled(reason)
        await _abandon(call, await named_release(call, words or named), reason)
        return
    release = await named_release(call, words)
    await act.cycle(
        call.engine,
        release.tenant_id,
        release.id,
        parse_flags(rest, _EXAMPLE) or CycleFlags(),
        actor=call.intent.actor,
        along=call.along(lambda change: f"A regression cycle of {change.release.title} starts now."),
    )


async def _abandon(call: Call, release: Release, text: str) -> None:
    reason = required_reason(text, _ABANDON)
    await regression.abandon_cycle(
        call.engine,
        release.tenant_id,
        release.id,
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: f"The cycle of {change.release.title} is abandoned: {reason}"),
    )


CYCLE = Word(
    word="cycle",
    usage="cycle [release] [automation] [no-builds] | abandon <reason>",
    does="Run another regression cycle now, or give up the one under way",
    example=_EXAMPLE,
    run=run,
)
