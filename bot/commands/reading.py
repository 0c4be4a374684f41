"""`/release status`, `plan`, `why` and `list`: read only."""

from bot.commands.naming import named_release, only_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.views.answers import list_answer, status_answer
from bot.views.plan_answer import plan_answer
from bot.views.why_answer import why_answer
from orchestration.domain.release_links import release_link
from orchestration.services.read_release import active_releases
from orchestration.services.why import zones


async def run_status(call: Call) -> None:
    """The card, for the one who asks."""
    words = only_release(call.intent.text)
    release = await named_release(call, words, looking_back=True)
    link = release_link(call.engine.web_url, release.tenant_id, release.id)
    shown = status_answer(release, now=call.engine.clock.now(), link=link)
    await call.answer(shown, home=release.snapshot.home)


async def run_why(call: Call) -> None:
    """Everything in the way, with its owner."""
    words = only_release(call.intent.text)
    release = await named_release(call, words)
    now = call.engine.clock.now()
    known = await zones(call.engine, release, now=now)
    await call.answer(
        why_answer(release, now=now, zones=known, asking=call.intent.actor.id), home=release.snapshot.home
    )


async def run_plan(call: Call) -> None:
    """What lies ahead."""
    words = only_release(call.intent.text)
    release = await named_release(call, words)
    await call.answer(plan_answer(release, now=call.engine.clock.now()), home=release.snapshot.home)


async def run_list(call: Call) -> None:
    """The releases that run."""
    releases = await active_releases(call.engine, call.intent.tenant_id, actor=call.intent.actor)
    await call.answer(list_answer(releases, now=call.engine.clock.now()))


STATUS = Word(
    word="status",
    usage="status [release]",
    does="Show where a release stands",
    example="/release status 2.14.0",
    run=run_status,
)
WHY = Word(
    word="why",
    usage="why [release]",
    does="Explain what is in the way, and who owns it",
    example="/release why",
    run=run_why,
)
PLAN = Word(
    word="plan",
    usage="plan [release]",
    does="Show what will happen to a release, when and by whom",
    example="/release plan 2.14.0",
    run=run_plan,
)
LIST = Word(
    word="list",
    usage="list",
    does="List the releases that run",
    example="/release list",
    run=run_list,
)
