"""`/release archive`: give a release up."""

from bot.commands.naming import named_release, required_reason, split_titled
from bot.commands.spec import Word
from bot.slack.desk import Call
from orchestration.services import act


async def run(call: Call) -> None:
    """What exists at the providers stays there; what CI still runs is stopped."""
    words, rest = split_titled(call.intent.text)
    release = await named_release(call, words)
    reason = required_reason(rest, "/release archive 2.14.0 Superseded by 2.15.0")
    await act.archive(
        call.engine,
        release.tenant_id,
        release.id,
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: f"{change.release.title} is archived: {reason}"),
    )


ARCHIVE = Word(
    word="archive",
    usage="archive [release] <reason>",
    does="Give a release up",
    example="/release archive 2.14.0 Superseded by 2.15.0",
    run=run,
)
