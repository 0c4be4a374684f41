"""Buttons and forms of the notes: edited, given back, and what is new in the stores."""

from collections.abc import Callable

from bot.actions.carrying import carried_by, release_of
from bot.slack.desk import Call
from bot.slack.edge import Verdict
from bot.slack.intent import Intent
from bot.views.blocks import Json
from bot.views.modals import whats_new_form as stores
from bot.views.modals.notes_form import PART, notes_form, read_notes_form, reading_form, trouble_form
from bot.views.values import carried
from orchestration.domain.errors import DomainError, NotNow
from orchestration.domain.noting import whats_new_problems
from orchestration.domain.people import Permission
from orchestration.domain.release import Release
from orchestration.domain.release_notes import published_at
from orchestration.domain.whats_new import LIMITS, proposed, valid_language
from orchestration.ports.errors import PortError
from orchestration.services import notes
from orchestration.services.engine import Engine
from orchestration.services.notes import ReadNotes
from orchestration.services.saving import require, roles_of


async def ask_edit(call: Call) -> None:
    """The form with the notes as they would be published."""
    release = await _editable(call)
    if published_at(release) is not None:
        raise NotNow("The release notes are published. Edit them on the release's page at the provider.")

    def filled(read: ReadNotes) -> Json:
        kept = carried(release=release.id, head=read.head or "")
        return notes_form(release.title, read.text, metadata=kept)

    await _open_read(call, release, filled)


async def check_edit(_engine: Engine, intent: Intent) -> Verdict:
    """Something must be left."""
    if read_notes_form(intent.state).strip():
        return Verdict(answer={}, store=True)
    errors = {f"{PART}0": "Write something, or close the form and take the edit back"}
    return Verdict(answer={"response_action": "errors", "errors": errors}, store=False)


async def edit(call: Call) -> None:
    """The notes were edited."""
    ids = carried_by(call.intent.metadata)
    await notes.edit_notes(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        read_notes_form(call.intent.state),
        head=ids.get("head") or None,
        actor=call.intent.actor,
        along=call.along(lambda change: f"The notes of {change.release.title} are kept as you left them."),
    )


async def restore(call: Call) -> None:
    """Take the edit back."""
    ids = carried_by(call.intent.value)
    await notes.restore_notes(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        actor=call.intent.actor,
        along=call.along(
            lambda change: f"The notes of {change.release.title} are made from the commits again."
        ),
    )


async def ask_whats_new(call: Call) -> None:
    """The form with a text for each store, proposed from the commits where nobody wrote one."""
    release = await _editable(call)
    pairs = [plan.pair for plan in release.plans if plan.pair.target in LIMITS]
    if not pairs:
        raise NotNow(f"{release.title} goes to no store.")

    def filled(read: ReadNotes) -> Json:
        proposals = {pair: proposed(read.titles, pair) for pair in pairs}
        texts = stores.first_texts(pairs, release.whats_new, proposals)
        return stores.whats_new_form(release.title, texts, metadata=carried(release=release.id))

    await _open_read(call, release, filled)


async def check_whats_new(engine: Engine, intent: Intent) -> Verdict:
    """Each store's limit at its field; a language that is added gives the form again, with its fields."""
    ids = carried_by(intent.metadata)
    async with engine.look() as work:
        release = await work.releases.get(intent.tenant_id, ids["release"])
    texts, language = stores.read_texts(intent.state), stores.read_language(intent.state)
    errors = stores.whats_new_errors(whats_new_problems(release, texts))
    if language is not None and not valid_language(language):
        errors[stores.LANGUAGE] = "Write it as stores do, such as de-DE or es-419"
    if errors:
        return Verdict(answer={"response_action": "errors", "errors": errors}, store=False)
    if language is None:
        return Verdict(answer={}, store=True)
    longer = stores.with_language(texts, language)
    view = stores.whats_new_form(release.title, longer, metadata=intent.metadata)
    return Verdict(answer={"response_action": "update", "view": view}, store=False)


async def write_whats_new(call: Call) -> None:
    """The texts were written."""
    ids = carried_by(call.intent.metadata)
    await notes.write_whats_new(
        call.engine,
        call.intent.tenant_id,
        ids["release"],
        stores.read_texts(call.intent.state),
        actor=call.intent.actor,
        along=call.along(lambda change: f"What is new in {change.release.title} is kept."),
    )


async def _editable(call: Call) -> Release:
    release = await release_of(call)
    async with call.engine.look() as work:
        require(await roles_of(work, release, call.intent.actor), Permission.EDIT)
    if release.ended:
        raise NotNow(f"{release.title} was archived, so nothing of it can be edited.", settled=True)
    return release


async def _open_read(call: Call, release: Release, filled: Callable[[ReadNotes], Json]) -> None:
    """Open a form at once and fill it when the repository has answered, which may take longer than Slack waits."""
    if call.intent.trigger_id is None:
        raise NotNow("The form can't be opened any more. Use `/release notes` again.")
    try:
        view_id = await call.screens.views_open(
            trigger_id=call.intent.trigger_id, view=reading_form(f"the notes of {release.title}")
        )
    except PortError as error:
        raise NotNow(f"The form could not be opened ({error.reason}). Click again.") from error
    try:
        shown = filled(await notes.read_notes(call.engine, release, actor=call.intent.actor))
    except DomainError as error:
        shown = trouble_form(str(error))
    try:
        await call.screens.views_update(view_id=view_id, view=shown)
    except PortError as error:
        raise NotNow(f"The form could not be filled ({error.reason}). Click again.") from error
    await call.close()
