"""`/release archive`: give a release up."""

from bot.commands.naming import before_name, named_release, required_reason, split_titled
from bot.commands.spec import Word
from bot.slack.desk import Call
from orchestration.domain.errors import NotNow
from orchestration.domain.release import Release
from orchestration.services import act


async def run(call: Call) -> None:
    """What exists at the providers stays there; what CI still runs is stopped."""
    words, rest = split_titled(call.intent.text)
    release = await named_release(call, words)
    _require_named(release, before_name(call.intent.text, words))
    reason = required_reason(rest, "/release archive 2.14.0 Superseded by 2.15.0")
    await act.archive(
        call.engine,
        release.tenant_id,
        release.id,
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: f"{change.release.title} is archived: {reason}"),
    )


def _require_named(release: Release, before: str) -> None:
    """NotNow where the release may only be spoken of, as in “Superseded by 2.15.0”: there is no way back."""
    if before.casefold() not in {"", release.snapshot.app.casefold()}:
        raise NotNow(
            f"Nothing was given up. Where {release.title} is meant, name it first: `/release archive {release.id} …`; "
            "where another one is, name that one."
        )


ARCHIVE = Word(
    word="archive",
    usage="archive [release] <reason>",
    does="Give a release up",
    example="/release archive 2.14.0 Superseded by 2.15.0",
    run=run,
)
