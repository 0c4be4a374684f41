"""`/release cycle`: one more regression cycle, now."""

from bot.commands.naming import named_release, split_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from orchestration.domain.stages import CycleFlags
from orchestration.services import act


async def run(call: Call) -> None:
    """Opens Stage 2 again until Stage 3 starts; what was approved is void then."""
    words, rest = split_release(call.intent.text)
    release = await named_release(call, words)
    flags = CycleFlags(automation="automation" in rest.lower())
    await act.cycle(
        call.engine,
        release.tenant_id,
        release.id,
        flags,
        actor=call.intent.actor,
        along=call.along(lambda change: f"A regression cycle of {change.release.title} is planned for now."),
    )


CYCLE = Word(
    word="cycle",
    usage="cycle [release] [automation]",
    does="Run another regression cycle now",
    example="/release cycle automation",
    run=run,
)
