"""`/release pick`: ask for a late change, accept or decline what was asked for."""

from bot.commands.naming import named_release, required_reason, split_last_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views import pick_news
from orchestration.domain.errors import NotNow
from orchestration.domain.picks import Pick
from orchestration.domain.release import Release
from orchestration.services import picks
from orchestration.services.pick_reference import reference

_DECLINE = "/release pick decline 1 Too risky this late"


async def run_pick(call: Call) -> None:
    """Ask for a commit or a merged pull request; `accept` and `decline` answer by the number of the pick."""
    words, rest = split_last_release(call.intent.text)
    verb, more = parted(rest)
    if verb.lower() in {"accept", "decline"}:
        await _decide(call, words, verb.lower(), more)
        return
    wanted = reference(rest)
    release = await named_release(call, words)
    await picks.ask(
        call.engine,
        release.tenant_id,
        release.id,
        wanted,
        actor=call.intent.actor,
        along=call.along(lambda change: pick_news.asked_for(change.release)),
    )


async def _decide(call: Call, words: str, verb: str, more: str) -> None:
    release = await named_release(call, words)
    number, reason = parted(more)
    pick = _numbered(release, number)
    actor = call.intent.actor
    along = call.along(lambda change: pick_news.decided(change.release, pick.id))
    if verb == "accept":
        await picks.accept(call.engine, release.tenant_id, release.id, pick.id, actor=actor, along=along)
        return
    why = required_reason(reason, _DECLINE)
    await picks.decline(call.engine, release.tenant_id, release.id, pick.id, why, actor=actor, along=along)


def _numbered(release: Release, number: str) -> Pick:
    """The pick of this number; NotNow with what there is."""
    found = next((p for p in release.picks if str(p.number) == number), None)
    if found is None:
        known = ", ".join(f"{p.number} ({p.wanted.name})" for p in release.picks) or "none"
        raise NotNow(f"Which cherry-pick of {release.title}? Name its number. Asked for so far: {known}.")
    return found


PICK = Word(
    word="pick",
    usage="pick <commit or pull request> [release], or pick accept|decline <number> [reason]",
    does="Ask for a late change in the release branch, or answer who asked",
    example="/release pick #123 2.14.0",
    run=run_pick,
)
