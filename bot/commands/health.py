"""`/release health`: how a version does among its users, and going on all the same."""

from bot.commands.naming import named_release, required_reason, split_titled
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views.health import health_answer
from orchestration.domain.errors import NotNow
from orchestration.domain.health_gate import watched
from orchestration.domain.pairs import TITLES
from orchestration.domain.people import Permission
from orchestration.domain.release import Release
from orchestration.domain.submission import Submission
from orchestration.services import health
from orchestration.services.saving import require, roles_of

_OVERRULE = "overrule"


async def run(call: Call) -> None:
    """The figures; with `overrule` and a reason, what the rule holds back goes on."""
    words, rest = split_titled(call.intent.text)
    release = await named_release(call, words, looking_back=True)
    verb, rest = parted(rest)
    if not verb:
        await call.answer(health_answer(release, now=call.engine.clock.now()))
        return
    if verb.lower() != _OVERRULE:
        raise NotNow(f"`/release health` is followed by nothing, or by `{_OVERRULE}` and a reason.")
    async with call.engine.look() as work:
        require(await roles_of(work, release, call.intent.actor), Permission.EDIT)
    submission, reason = _meant(release, rest.strip())
    await health.overrule(
        call.engine,
        release.tenant_id,
        release.id,
        submission.id,
        reason=required_reason(reason, "/release health overrule A known crash of one phone"),
        actor=call.intent.actor,
        along=call.along(
            lambda _change: (
                f"The rule is overruled for {submission.pair.title} {submission.version}, on figures as they "
                "are now. What stands still is resumed with `/release rollout resume`."
            )
        ),
    )


def _meant(release: Release, text: str) -> tuple[Submission, str]:
    """(the submission that is named by its platform, or the only one that is judged, the rest); NotNow."""
    first, rest = parted(text)
    named = first.upper() in TITLES
    judged = [
        each
        for each in release.current_submissions
        if watched(release, each) and (not named or each.pair.platform == first.upper())
    ]
    if not judged:
        raise NotNow(f"{release.title}: no rule judges its health now.", settled=True)
    if len(judged) > 1:
        choice = " or ".join(f"`/release health overrule {s.pair.platform.lower()}`" for s in judged)
        raise NotNow(f"Which store? {choice}")
    return judged[0], rest.strip() if named else text


HEALTH = Word(
    word="health",
    usage="health [release] [overrule [android|ios] <reason>]",
    does="Show how a version does among its users, or let it go on all the same",
    example="/release health overrule A known crash of one phone",
    run=run,
)
