"""A configuration that is being edited: its overview, the forms of its steps, and what people choose in them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.choosing import Chooser
from bot.configurations.document import BLANK, Document, look
from bot.configurations.facts import Facts, connected
from bot.configurations.forms import (
    WORKFLOWS,
    extended,
    finished,
    form_of,
    place_of,
    refreshed,
    toggled,
    under_way,
    without,
)
from bot.configurations.naming import with_names
from bot.configurations.reading import problems_at
from bot.configurations.summaries import SUMMARIES, step_of, told
from bot.configure import read_partly, written
from bot.connections import ConnectionBook
from bot.views.configurations import (
    STEP_TITLES,
    Ask,
    Carried,
    Change,
    Form,
    Item,
    Items,
    Overview,
    Step,
    StepLine,
    digest,
)
from bot.views.inputs import OPTIONS, option
from bot.views.modals.config_form import NONE, State, key_of, read_state
from bot.views.offers import Offers, offers
from bot.views.words import BUILD_KINDS
from orchestration.domain.builds import BuildKind
from orchestration.domain.creation import missing_jobs
from orchestration.domain.errors import DomainError, Problem, Unknown
from orchestration.domain.people import Actor
from orchestration.domain.snapshot import BuildMode, Snapshot
from orchestration.ports.runtime import Configuration, ConfigurationDraft, StaleConfiguration, UnitOfWork
from orchestration.services import configuration_drafts as drafts
from orchestration.services import configurations
from orchestration.services.engine import Engine

Along = Callable[[UnitOfWork], Awaitable[None]]
_DELETED = ("everything: it was deleted",)


class Drafting:
    """Edits drafts. Every method looks up who may: NotAllowed; NotNow where the draft is over."""

    def __init__(self, *, engine: Engine, book: ConnectionBook, chooser: Chooser) -> None:
        self._engine = engine
        self._book = book
        self._chooser = chooser

    # --- the whole ---

    async def opened(self, tenant_id: str, actor: Actor, subject: str) -> Overview:
        """Begin to edit, or go on where the person left it. Unknown."""
        draft = await drafts.find(self._engine, tenant_id, subject, actor=actor)
        if draft is None:
            return await self.anew(tenant_id, actor, subject)
        return replace(await self._overview(draft, actor), resumed=True)

    async def anew(self, tenant_id: str, actor: Actor, subject: str) -> Overview:
        """Begin from what is stored. Unknown."""
        every = await configurations.list_all(self._engine, tenant_id, actor=actor)
        document: Document = {**BLANK, "default": not any(each.default for each in every)}
        based_on = 0
        if subject:
            stored = await configurations.get(self._engine, tenant_id, subject, actor=actor)
            document, based_on = written(stored), stored.revision
        draft = await drafts.begin(self._engine, tenant_id, subject, document, based_on=based_on, actor=actor)
        return await self._overview(draft, actor)

    async def go_on(self, tenant_id: str, actor: Actor, subject: str) -> Overview:
        """Change what somebody else saved meanwhile, knowing it."""
        try:
            revision = (await configurations.get(self._engine, tenant_id, subject, actor=actor)).revision
        except Unknown:
            revision = 0
        draft = await drafts.change(
            self._engine, tenant_id, subject, lambda document: document, actor=actor, based_on=revision
        )
        return await self._overview(draft, actor)

    async def overview(self, tenant_id: str, actor: Actor, subject: str) -> Overview:
        """How far it is."""
        return await self._overview(await self._draft(tenant_id, actor, subject), actor)

    async def discard(self, tenant_id: str, actor: Actor, subject: str, along: Along) -> None:
        """Give it up."""
        await drafts.discard(self._engine, tenant_id, subject, actor=actor, along=along)

    async def _draft(self, tenant_id: str, actor: Actor, subject: str) -> ConfigurationDraft:
        return await drafts.get(self._engine, tenant_id, subject, actor=actor)

    async def _overview(self, draft: ConfigurationDraft, actor: Actor) -> Overview:
        wanted, problems = read_partly(draft.document, draft.tenant_id)
        wanted = replace(wanted, revision=draft.based_on)
        stale, changed = False, tuple[str, ...]()
        try:
            judged = await configurations.judge(self._engine, wanted, actor=actor)
        except StaleConfiguration:
            judged, stale = (), True
            changed = await self._differences(wanted, actor)
        known = {each.field for each in problems}
        problems += [each for each in judged if each.field not in known]
        return Overview(
            subject=draft.subject,
            name=str(look(draft.document, ("name",), "")) or draft.subject,
            lines=tuple(_line(step, draft.document, problems, wanted.snapshot) for step in Step),
            until=draft.expires_at,
            running=await self.running(draft.tenant_id, draft.subject),
            stale=stale,
            changed=changed,
        )

    async def _differences(self, wanted: Configuration, actor: Actor) -> tuple[str, ...]:
        try:
            stored = await configurations.get(self._engine, wanted.tenant_id, wanted.id, actor=actor)
        except Unknown:
            return _DELETED
        return differing(stored, wanted)

    async def running(self, tenant_id: str, subject: str) -> tuple[str, ...]:
        """The titles of the releases that keep what they started with."""
        if not subject:
            return ()
        async with self._engine.look() as work:
            active = await work.releases.active(tenant_id)
        return tuple(each.title for each in active if each.snapshot.config_id == subject)

    # --- a step ---

    async def form(self, tenant_id: str, actor: Actor, carried: Carried) -> Form | Items:
        """What a step asks for; the builds are a list until one of them is opened."""
        draft = await self._draft(tenant_id, actor, carried.subject)
        if carried.step == Step.BUILDS and not carried.under:
            return items_of(draft, carried)
        facts = await self._facts(draft)
        form = form_of(draft.document, facts, carried, place_of(draft.document, carried))
        return await with_names(self._chooser, tenant_id, form)

    async def reformed(
        self, tenant_id: str, actor: Actor, carried: Carried, state: State, change: Change
    ) -> Form:
        """The form after something was chosen or asked for in it; nothing is kept yet."""
        draft = await self._draft(tenant_id, actor, carried.subject)
        form = _CHANGES[change](draft.document, await self._facts(draft), carried, state)
        return await with_names(self._chooser, tenant_id, form)

    async def keep(self, tenant_id: str, actor: Actor, carried: Carried, state: State) -> Mapping[str, str]:
        """Keep what was filled in; or what is wrong with it, by field, all at once, and nothing is kept."""
        draft = await self._draft(tenant_id, actor, carried.subject)
        facts, held = await self._facts(draft), read_state(state)
        wrong = await self._judge(draft, actor, *finished(draft.document, facts, carried, held))
        if wrong:
            return wrong

        def edit(document: Document) -> Document:
            return finished(document, facts, carried, held)[0]

        await drafts.change(self._engine, tenant_id, carried.subject, edit, actor=actor)
        return {}

    async def _judge(
        self, draft: ConfigurationDraft, actor: Actor, made: Document, form: Form, wrong: Mapping[str, str]
    ) -> Mapping[str, str]:
        _, problems = read_partly(made, draft.tenant_id)
        found = {**problems_at(form, tuple(problems)), **wrong}
        if any(field.key == "id" for field in form.fields):
            every = await configurations.list_all(self._engine, draft.tenant_id, actor=actor)
            if look(made, ("id",)) in {each.id for each in every}:
                found["id"] = f"Another configuration has the id {made['id']}"
        return found

    async def change_item(
        self, tenant_id: str, actor: Actor, carried: Carried, act: str, along: Along
    ) -> None:
        """Copy or remove one of a list."""

        def edit(document: Document) -> Document:
            return without(document, carried, act)

        await drafts.change(self._engine, tenant_id, carried.subject, edit, actor=actor, along=along)

    async def options(
        self, tenant_id: str, actor: Actor, carried: Carried, block: str, *, state: State, words: str
    ) -> Offers:
        """What can be chosen in a live list, in time for Slack, and never nothing."""
        try:
            draft = await self._draft(tenant_id, actor, carried.subject)
            form = under_way(draft.document, await self._facts(draft), carried, read_state(state))
        except DomainError as error:
            return offers((), says=str(error))
        field = next((each for each in form.fields if each.key == key_of(block)), None)
        if field is None or field.live is None:
            return offers((), says="Nothing can be shown here: type it")
        live = field.live
        found = await self._chooser.offered(
            tenant_id, live.connection, live.kinds[0], words=words, within=live.within
        )
        if field.needed or field.ask is Ask.LIVE_MANY or not "none".startswith(words.strip().casefold()):
            return found
        return [option("None", NONE), *found[: OPTIONS - 1]]

    async def _facts(self, draft: ConfigurationDraft) -> Facts:
        listed = await self._book.listed(draft.tenant_id)
        return Facts(connections=connected(listed, self._book.providers), fresh=not draft.subject)


def _line(step: Step, document: Document, problems: Sequence[Problem], snapshot: Snapshot) -> StepLine:
    return StepLine(
        step=step,
        summary=SUMMARIES[step](document),
        needs=tuple(dict.fromkeys(told(each, document) for each in problems if step_of(each) is step)),
        lacks=_lacks(snapshot) if step is Step.BUILDS else (),
    )


def _lacks(snapshot: Snapshot) -> tuple[str, ...]:
    """What could be saved, but no release could start with it."""
    if snapshot.build_mode is not BuildMode.CI:
        return ()
    platforms = {pair.platform for pair in snapshot.pairs}
    return missing_jobs(snapshot, platforms, regression=True, automation=False)


def items_of(draft: ConfigurationDraft, carried: Carried) -> Items:
    """The builds, a line each, with what is wrong with them."""
    wanted, problems = read_partly(draft.document, draft.tenant_id)
    items = []
    for number, each in enumerate(look(draft.document, WORKFLOWS, [])):
        mine = [p for p in problems if p.place[:2] == (*WORKFLOWS, str(number))]
        items.append(
            Item(
                number=number,
                seen=digest(each),
                says=_workflow(each),
                needs=tuple(told(p, draft.document) for p in mine),
            )
        )
    return Items(
        title=STEP_TITLES[Step.BUILDS], carried=carried, items=tuple(items), lacks=_lacks(wanted.snapshot)
    )


def _workflow(workflow: Mapping[str, Any]) -> str:
    kind = BUILD_KINDS.get(BuildKind(str(workflow["kind"]))) if workflow.get("kind") in set(BuildKind) else ""
    parts = (
        kind,
        workflow.get("platform"),
        workflow.get("integration"),
        workflow.get("job"),
        workflow.get("key"),
    )
    return " · ".join(str(part) for part in parts if part)


def differing(before: Configuration, after: Configuration) -> tuple[str, ...]:
    """The fields in which two are different, in the words of the file."""
    was, now = written(before), written(after)
    return tuple(name.replace("_", " ") for name in now if now[name] != was.get(name))


_CHANGES = {Change.CHOSEN: refreshed, Change.TOGGLED: toggled, Change.EXTENDED: extended}
