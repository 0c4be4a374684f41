"""`/release hold` and `/release resume`."""

from bot.commands.naming import named_release, only_release, required_reason, split_titled
from bot.commands.spec import Word
from bot.slack.desk import Call
from orchestration.services import act


async def run_hold(call: Call) -> None:
    """Stand still with a reason."""
    words, rest = split_titled(call.intent.text)
    release = await named_release(call, words)
    reason = required_reason(rest, "/release hold Crash on start in rc.1")
    await act.hold(
        call.engine,
        release.tenant_id,
        release.id,
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: f"{change.release.title} is on hold: {reason}"),
    )


async def run_resume(call: Call) -> None:
    """Take back your own hold."""
    words = only_release(call.intent.text)
    release = await named_release(call, words)
    await act.resume(
        call.engine,
        release.tenant_id,
        release.id,
        actor=call.intent.actor,
        along=call.along(
            lambda change: (
                f"Your hold on {change.release.title} is gone; others still stand."
                if change.release.holds
                else f"{change.release.title} goes on."
            )
        ),
    )


HOLD = Word(
    word="hold",
    usage="hold [release] <reason>",
    does="Stand still. Works in every phase",
    example="/release hold Crash on start in rc.1",
    run=run_hold,
)
RESUME = Word(
    word="resume",
    usage="resume [release]",
    does="Take back your own hold",
    example="/release resume",
    run=run_resume,
)
