"""`/release me` and `/release delegate`: who one is in source control, and who stands in."""

from bot.actions.people import ask_deputy
from bot.commands.moments import parse_moment, parse_person
from bot.commands.quiet import run_digest, run_quiet
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views.people import me_answer
from orchestration.domain.errors import NotNow
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import attention, people

_ME = "/release me octocat"
_DELEGATE = "/release delegate @bo 2026-12-04 18:00"
_OF_ME = {"quiet": run_quiet, "digest": run_digest}


async def run_me(call: Call) -> None:
    """What is known of the one who asks, or a login that is said to be theirs."""
    intent = call.intent
    first, after = parted(intent.text)
    if (about := _OF_ME.get(first.lower())) is not None:
        await about(call, after)
        return
    person, rest = parse_person(intent.text)
    login, more = parted(rest)
    if not rest and not person:
        me = await people.about_me(call.engine, intent.tenant_id, actor=intent.actor)
        asked = await attention.wishes(call.engine, intent.tenant_id, actor=intent.actor)
        await call.answer(me_answer(me, asked))
        return
    forget = login.lower() == "forget" and bool(more.strip())
    name = more.strip() if forget else login
    if not name or (more.strip() and not forget):
        raise NotNow(f"Write one login, for example `{_ME}`, or `/release me forget octocat`.")
    whose = person or intent.actor.id

    async def ending(work: UnitOfWork) -> None:
        said = f"{name} is forgotten." if forget else f"{name} is <@{whose}> from now on."
        await call.store_answer(work, said)

    if forget:
        await people.drop_login(call.engine, intent.tenant_id, name, actor=intent.actor, ending=ending)
        return
    await people.claim_login(
        call.engine, intent.tenant_id, name, person=whose, actor=intent.actor, ending=ending
    )


async def run_delegate(call: Call) -> None:
    """Name a deputy, by words or by the form; or act alone again."""
    intent = call.intent
    if not intent.text.strip():
        await ask_deputy(call)
        return
    if intent.text.strip().lower() == "end":
        await people.end_deputy(
            call.engine, intent.tenant_id, actor=intent.actor, ending=_told(call, "Nobody stands in for you.")
        )
        return
    who, rest = parse_person(intent.text)
    if not who:
        raise NotNow(f"Whom do you name? For example `{_DELEGATE}`.")
    until, rest = parse_moment(rest.removeprefix("until "), None, _DELEGATE)
    said = f"<@{who}> may approve in your place until {until:%Y-%m-%d %H:%M} UTC."
    await people.name_deputy(
        call.engine, intent.tenant_id, who, until, actor=intent.actor, ending=_told(call, said)
    )


def _told(call: Call, words: str) -> people.Ending:
    async def ending(work: UnitOfWork) -> None:
        await call.store_answer(work, words)

    return ending


ME = Word(
    word="me",
    usage="me [[forget] login | quiet 19:00-08:00 | digest 09:00]",
    does="Say which login in source control is yours, and when you are left alone",
    example=_ME,
    run=run_me,
)
DELEGATE = Word(
    word="delegate",
    usage="delegate [@person YYYY-MM-DD HH:MM | end]",
    does="Name a deputy who approves in your place until then",
    example=_DELEGATE,
    run=run_delegate,
)
