"""Buttons and forms of a cherry-pick: asked for by a message's shortcut, accepted at once, declined with a reason."""

from bot.actions.carrying import carried_by, open_screen, reason_of, release_of
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views import pick_news
from bot.views.answers import plain_answer
from bot.views.modals.pick_form import (
    CHANGE,
    RELEASE,
    PickForm,
    looking_up,
    pick_form,
    picked_view,
    read_pick,
)
from bot.views.modals.reasons import ReasonAct, reason_form
from bot.views.words import told
from orchestration.domain.change import Change
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import picks
from orchestration.services.engine import Engine
from orchestration.services.pick_reference import links, reference
from orchestration.services.read_release import active_releases


async def open_form(call: Call) -> None:
    """The message shortcut: the form, filled in with what the message links to and whose thread it is in."""
    intent = call.intent
    found = links(intent.text)
    if not found:
        raise NotNow(
            "This message links to no pull request and no commit. Name one with `/release pick <link>`."
        )
    running = await active_releases(call.engine, intent.tenant_id, actor=intent.actor)
    if not running:
        raise NotNow("No release is running, so nothing can be picked into one.")
    async with call.engine.look() as work:
        at = (intent.tenant_id, intent.channel or "", intent.thread or "")
        here = await work.places.release_at(*at) if intent.thread else None
    at_home = [release.id for release in running if release.snapshot.home == intent.channel]
    chosen = here or (at_home[0] if len(at_home) == 1 else "")
    form = PickForm(links=[each.link or "" for each in found], releases=running, chosen=chosen)
    await open_screen(call, pick_form(form))


async def check_form(_engine: Engine, intent: Intent) -> Verdict:
    """A change that can be read, and a release; the repository is asked afterwards, because that takes a while."""
    change, release = read_pick(intent.state)
    errors = {}
    try:
        reference(change)
    except NotNow:
        errors[CHANGE] = "Write a link to a pull request or a commit, or #123"
    if not release:
        errors[RELEASE] = "Choose a release"
    if errors:
        return Verdict(answer={"response_action": "errors", "errors": errors}, store=False)
    return Verdict(answer={"response_action": "update", "view": looking_up(change)}, store=True)


async def ask_by_form(call: Call) -> None:
    """Ask; the form shows how it ended."""
    change, release = read_pick(call.intent.state)

    async def along(work: UnitOfWork, done: Change) -> None:
        said = pick_news.asked_for(done.release)
        await call.show(work, picked_view(said.text, asked=True), otherwise=said)

    try:
        await picks.ask(
            call.engine,
            call.intent.tenant_id,
            release,
            reference(change),
            actor=call.intent.actor,
            along=along,
        )
    except (NotNow, NotAllowed) as error:
        said = told(str(error))
        async with call.engine.work() as work:
            await call.show(work, picked_view(said, asked=False), otherwise=plain_answer(said))
            await work.commit()


async def accept(call: Call) -> None:
    """Take it in."""
    ids = carried_by(call.intent.value)
    pick_id = ids.get("pick", "")
    await picks.accept(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        pick_id,
        actor=call.intent.actor,
        along=call.along(lambda change: pick_news.decided(change.release, pick_id)),
    )


async def ask_decline(call: Call) -> None:
    """The form for the reason."""
    release = await release_of(call)
    pick_id = carried_by(call.intent.value).get("pick", "")
    pick = next((p for p in release.picks if p.id == pick_id), None)
    if pick is None:
        raise NotNow(f"{release.title} has no such cherry-pick.")
    subject = f"{pick.wanted.name} for {release.title}"
    await open_screen(call, reason_form(ReasonAct.DECLINE, subject, metadata=call.intent.value))


async def decline(call: Call) -> None:
    """The reason was given."""
    ids, reason = carried_by(call.intent.metadata), reason_of(call)
    pick_id = ids.get("pick", "")
    await picks.decline(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        pick_id,
        reason,
        actor=call.intent.actor,
        along=call.along(lambda change: pick_news.decided(change.release, pick_id)),
    )
