"""What happens on the page for secrets: a link is opened, and what was entered is tried or sealed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError

from bot.accounts.drafting import TRIES, NoLink
from bot.accounts.fields import problems, several_lines
from bot.accounts.forms import draft_form
from bot.accounts.office import AccountsOffice
from bot.accounts.ordering import TokenMaker
from bot.views.account_list import account_list
from bot.views.accounts import CheckLine, Form, Tried
from bot.views.blocks import Json
from bot.views.modals import connect_steps as steps
from bot.views.modals.connect_form import connect_form
from bot.views.rendered import Rendered
from integrations.registry import Provider
from orchestration.domain.errors import DomainError, NotNow
from orchestration.ports.runtime import Clock, Outgoing, OutgoingKind
from orchestration.services.engine import Engine
from orchestration.services.recognise import recogniser
from orchestration.store.drafts import Draft, StaleDraft
from orchestration.store.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretField:
    """A secret that is asked for; `lines` for a file of several lines."""

    name: str
    title: str
    hint: str
    needed: bool
    lines: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretsForm:
    """What the page shows. `browser` is the cookie to be set and `csrf` the form's own field.

    `wrong` says what is wrong with a field, `trouble` what belongs to none, `checks` what the provider said.
    `more`: something is still to be chosen in Slack afterwards.
    """

    provider: str
    connection: str
    workspace: str
    person: str
    fields: tuple[SecretField, ...]
    browser: str = field(repr=False)
    csrf: str = field(repr=False)
    more: bool = False
    wrong: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    checks: tuple[CheckLine, ...] = ()
    tries_left: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """The secrets were taken: the connection is saved, or (`more`) something is still to be chosen in Slack."""

    provider: str
    connection: str
    more: bool
    checks: tuple[CheckLine, ...] = ()


class SecretsDesk:
    """Serves the page. Every way in which a link can't be used is the same NoLink.

    Who got the link is recognised when they use it. `tokens` serves the page on which a token is made.
    """

    def __init__(self, *, office: AccountsOffice, clock: Clock, engine: Engine) -> None:
        self._office = office
        self._recognise = recogniser(engine)
        self.tokens = TokenMaker(engine=engine, vault=office.book.vault, now=clock.now)
        self._clock = clock

    async def open(self, token: str, browser: str | None) -> SecretsForm:
        """The form; the first browser that opens it is bound. NoLink."""
        opened = await self._office.drafts.open(token, browser, now=self._clock.now())
        return self._form(opened.draft, browser=opened.browser, csrf=opened.csrf)

    def _form(self, draft: Draft, *, browser: str, csrf: str, **outcome: object) -> SecretsForm:
        provider = self._provider(draft)
        return SecretsForm(
            provider=provider.title,
            connection=draft.name,
            workspace=draft.shown.get("where") or draft.tenant_id,
            person=draft.shown.get("who") or draft.person,
            fields=tuple(
                SecretField(
                    name=name,
                    title=about.title or name,
                    hint=about.description or "",
                    needed=about.is_required(),
                    lines=several_lines(name, about),
                )
                for name, about in provider.secrets.model_fields.items()
            ),
            browser=browser,
            csrf=csrf,
            more=not self._office.whole(draft),
            **outcome,  # type: ignore[arg-type]  # fields by name
        )

    def _provider(self, draft: Draft) -> Provider:
        provider = self._office.book.providers.get(draft.provider)
        if provider is None:
            raise NoLink
        return provider

    async def enter(
        self, token: str, browser: str | None, csrf: str, given: Mapping[str, str]
    ) -> SecretsForm | Entered:
        """Take what was entered; the form again where it does not hold. NoLink."""
        draft = await self._office.drafts.begin_try(token, browser, csrf, now=self._clock.now())
        provider = self._provider(draft)
        try:
            secrets = provider.secrets.model_validate(_filled(provider.secrets, given))
        except ValidationError as error:
            await self._office.drafts.forgive_try(draft)
            return self._form(draft, browser=browser or "", csrf=csrf, wrong=problems(error))
        try:
            if self._office.whole(draft):
                return await self._try(draft, secrets, browser=browser or "", csrf=csrf)
            return await self._seal(draft, secrets)
        except StaleDraft:
            raise NoLink from None
        except DomainError as error:
            # After a double click it is the other one's doing, and there is nothing to go on with here.
            if isinstance(error, NotNow) and error.settled:
                raise NoLink from None
            await self.open(token, browser)
            return self._form(draft, browser=browser or "", csrf=csrf, trouble=str(error))

    async def _try(
        self, draft: Draft, secrets: BaseModel, *, browser: str, csrf: str
    ) -> SecretsForm | Entered:
        async def ending(work: SqlUnitOfWork, tried: Tried) -> None:
            told = _outgoing(draft, steps.tried(tried), steps.tried_answer(tried))
            await work.send(draft.tenant_id, [told])

        actor = await self._recognise(draft.tenant_id, draft.person)
        found = await self._office.try_draft(draft, secrets, actor=actor, ending=ending)
        if isinstance(found, Tried):
            await self._renew(draft)
            return Entered(
                provider=found.title, connection=found.connection, more=False, checks=tuple(found.checks)
            )
        left = TRIES - draft.tries
        if found.checks and all(check.ok or check.later for check in found.checks):
            await self._office.drafts.forgive_try(draft)
            left += 1
        return self._again(draft, found, browser=browser, csrf=csrf, left=left)

    async def _renew(self, draft: Draft) -> None:
        """Show the list from which the person came as it is now."""
        home = draft.shown.get("home")
        if not home:
            return
        shown = account_list(
            await self._office.listed(draft.tenant_id, await self._recognise(draft.tenant_id, draft.person)),
            says=f"{draft.name} is connected.",
        )
        renewed = Outgoing(
            kind=OutgoingKind.ANSWER,
            lane=f"answer:{draft.tenant_id}:{draft.person}",
            key=f"answer:draft:{draft.id}:renewed",
            payload={
                "user": draft.person,
                "response_url": home,
                "replace": "yes",
                "text": shown.text,
                "blocks": json.dumps(list(shown.blocks)),
            },
        )
        await self._office.drafts.send(draft.tenant_id, renewed)

    def _again(self, draft: Draft, found: Form, *, browser: str, csrf: str, left: int) -> SecretsForm:
        trouble = "; ".join(found.trouble)
        return self._form(
            draft, browser=browser, csrf=csrf, checks=found.checks, trouble=trouble, tries_left=left
        )

    async def _seal(self, draft: Draft, secrets: BaseModel) -> Entered:
        provider = self._provider(draft)
        await self._office.book.may(draft.tenant_id, await self._recognise(draft.tenant_id, draft.person))
        form = draft_form(provider, draft, whole=False)
        words = steps.go_on(provider.title, draft.name, draft.id)

        async def along(work: SqlUnitOfWork) -> None:
            await work.send(draft.tenant_id, [_outgoing(draft, connect_form(form), words)])

        await self._office.drafts.seal(draft, secrets, now=self._clock.now(), along=along)
        return Entered(provider=provider.title, connection=draft.name, more=True)


def _filled(model: type[BaseModel], given: Mapping[str, str]) -> dict[str, str]:
    """What was entered; an empty field is none. Browsers end lines as networks do, files do not."""
    texts = {name: given.get(name, "").replace("\r\n", "\n") for name in model.model_fields}
    return {name: text.strip() for name, text in texts.items() if text.strip()}


def _outgoing(draft: Draft, view: Json, otherwise: Rendered) -> Outgoing:
    """The next view of the form that waits in Slack; a direct message where it was closed."""
    return Outgoing(
        kind=OutgoingKind.ANSWER,
        lane=f"answer:{draft.tenant_id}:{draft.person}",
        key=f"answer:draft:{draft.id}:{draft.revision}",
        payload={
            "user": draft.person,
            "view_id": draft.view_id or "",
            "view": json.dumps(view),
            "text": otherwise.text,
            "blocks": json.dumps(list(otherwise.blocks)),
        },
    )
