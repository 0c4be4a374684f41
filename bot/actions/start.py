"""Starting a release: the form, its proposals, the preview of the plan, and the start itself."""

from datetime import datetime, timedelta

from bot.actions.carrying import carried_whole
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.slack.screens import FormNeeded
from bot.views.blocks import Json
from bot.views.modals.choice import choices_of
from bot.views.modals.start_form import (
    StartForm,
    errors,
    pack_wanted,
    read_start_release,
    unpack_wanted,
)
from bot.views.modals.start_release import confirm_start, created, creating, not_created, start_release
from orchestration.domain.branches import pattern_of
from orchestration.domain.errors import Invalid, NotAllowed, NotNow
from orchestration.domain.people import Actor
from orchestration.domain.version import ReleaseType
from orchestration.ports.errors import PortError
from orchestration.services import start_release as service
from orchestration.services.engine import Engine

_TARGET_AFTER = timedelta(days=14)
_SLOT_AFTER = timedelta(days=7)


async def proposed_form(
    engine: Engine, tenant_id: str, *, chosen: str | None, kind: ReleaseType, actor: Actor
) -> Json:
    """The form with everything proposed that can be."""
    proposal = await service.propose(engine, tenant_id, chosen=chosen, kind=kind, actor=actor)
    hour = next_hour(engine.clock.now())
    return start_release(
        StartForm(
            choices=choices_of(proposal.configurations),
            chosen=proposal.chosen.id,
            type=kind,
            versions=proposal.versions,
            base_branch=proposal.chosen.snapshot.base_branch,
            captain=proposal.captain,
            target_at=hour + _TARGET_AFTER,
            slots=(hour + _SLOT_AFTER,),
            branch_pattern=pattern_of(proposal.chosen.snapshot, kind),
            may_skip=proposal.chosen.snapshot.hotfix_may_skip_regression,
        )
    )


def next_hour(now: datetime) -> datetime:
    """The next full hour: nobody plans a slot for 9:17."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


async def open_form(call: Call) -> None:
    """Open the form; a trigger that grew too old (a restart in between) is told, not swallowed."""
    intent = call.intent
    if intent.trigger_id is None:
        raise FormNeeded("The form can't be opened any more. Use `/release start` again.")
    view = await proposed_form(
        call.engine, intent.tenant_id, chosen=None, kind=ReleaseType.MINOR, actor=intent.actor
    )
    try:
        await call.screens.views_open(trigger_id=intent.trigger_id, view=view)
    except PortError as error:
        raise NotNow(f"The form could not be opened ({error.reason}). Use `/release start` again.") from error
    await call.close()


async def choose(call: Call) -> None:
    """Another configuration or type was chosen: propose its versions and branches."""
    intent = call.intent
    wanted = read_start_release(intent.state)
    view = await proposed_form(
        call.engine,
        intent.tenant_id,
        chosen=wanted.configuration,
        kind=wanted.order.type,
        actor=intent.actor,
    )
    await call.screens.views_update(view_id=intent.view_id or "", view=view, view_hash=intent.view_hash)
    await call.close()


async def check_form(engine: Engine, intent: Intent) -> Verdict:
    """Judge the form: all errors at their fields, or the preview of the plan on top."""
    wanted = read_start_release(intent.state)
    try:
        release = await service.judge_order(
            engine, intent.tenant_id, wanted.configuration, wanted.order, actor=intent.actor
        )
    except Invalid as error:
        found = errors(error.problems, intent.state)
        return Verdict(answer={"response_action": "errors", "errors": found}, store=False)
    except NotAllowed as error:
        found = {next(iter(intent.state)): error.reason}
        return Verdict(answer={"response_action": "errors", "errors": found}, store=False)
    view = confirm_start(release, service.preview_tasks(release), metadata=pack_wanted(wanted))
    return Verdict(answer={"response_action": "push", "view": view}, store=False)


async def check_confirmed(engine: Engine, intent: Intent) -> Verdict:
    """Judge the order once more, because time has passed; then it is stored and started."""
    wanted = carried_whole(intent, unpack_wanted)
    try:
        release = await service.judge_order(
            engine, intent.tenant_id, wanted.configuration, wanted.order, actor=intent.actor
        )
    except (Invalid, NotAllowed) as error:
        reasons = [p.message for p in error.problems] if isinstance(error, Invalid) else [error.reason]
        return Verdict(answer={"response_action": "update", "view": not_created(reasons)}, store=False)
    return Verdict(answer={"response_action": "update", "view": creating(release.title)}, store=True)


async def start(call: Call) -> None:
    """Create the release; the form shows how it ended, the channel shows the card."""
    intent = call.intent
    wanted = carried_whole(intent, unpack_wanted)
    try:
        release = await service.start_release(
            call.engine,
            intent.tenant_id,
            wanted.configuration,
            wanted.order,
            actor=intent.actor,
            along=call.along(
                lambda change: (
                    f"{change.release.title} is planned as {change.release.id}; its card is in the release channel."
                )
            ),
        )
        view = created(release, service.preview_tasks(release), channel=release.snapshot.home)
    except Invalid as error:
        view = not_created([p.message for p in error.problems])
        await call.answer(
            "The release was not created:\n" + "\n".join(f"• {p.message}" for p in error.problems)
        )
    try:
        await call.screens.views_update(view_id=intent.view_id or "", view=view)
    except PortError:
        # The form was closed meanwhile; the answer and the card say the same.
        return
