"""Where stored requests are worked on: found in a table by name, answered once, and never silently dropped."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from bot.errors import words_for
from bot.slack.accounts import AccountDesk
from bot.slack.configurations import ConfigurationDesk
from bot.slack.intent import Intent, parse
from bot.slack.screens import FormNeeded, Screens
from bot.views.answers import plain_answer, unknown_button
from bot.views.rendered import Rendered
from bot.views.words import told
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow, Unknown
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import (
    DatabaseAway,
    Inbox,
    NoSuchRelease,
    Outgoing,
    OutgoingKind,
    Request,
    StaleClaim,
    UnitOfWork,
)
from orchestration.services.again import again
from orchestration.services.engine import Engine
from orchestration.services.receive_callback import receive_callback
from orchestration.services.receive_store_news import receive_store_news
from orchestration.services.recognise import recognised
from orchestration.services.renewing import home_letter
from orchestration.services.saving import Along
from orchestration.services.tokens import denial

log = structlog.get_logger(__name__)

_ABOUT_STORE, _TRIES = "store", 3
_LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request under work: what was wanted, and the means to do it."""

    engine: Engine
    screens: Screens
    accounts: AccountDesk
    configurations: ConfigurationDesk
    request: Request
    intent: Intent

    async def answer(self, rendered: Rendered | str, *, home: str | None = None) -> None:
        """Answer the person and close the request, in one transaction.

        `home` is the channel where everybody may read it: who asked there by a message is answered in its thread.
        """
        async with self.engine.work() as work:
            await self.store_answer(work, rendered, home=home)
            await work.commit()

    async def answer_stranger(self, rendered: Rendered | str) -> None:
        """Answer who named what this workspace does not have, and record it: it may be another one's."""
        tried = {"kind": self.intent.kind, "name": self.intent.name[:_LONGEST_NAME]}
        async with self.engine.work() as work:
            await work.tell(self.intent.tenant_id, [denial(self.engine, self.intent.actor, tried)])
            await self.store_answer(work, rendered)
            await work.commit()

    async def store_answer(
        self, work: UnitOfWork, rendered: Rendered | str | None, *, home: str | None = None
    ) -> None:
        """Store the answer and the end of the request in a transaction that is open."""
        if rendered is not None:
            shown = self._outgoing(rendered)
            if self.intent.spoken and home is not None and home == self.intent.channel:
                thread = {"thread": self.intent.thread or self.intent.message or ""}
                shown = replace(shown, payload={**shown.payload, **thread, "openly": "yes"})
            await work.send(self.intent.tenant_id, [shown])
        if self.intent.home:
            await work.send(self.intent.tenant_id, [home_letter(self.intent.actor.id)])
        await work.finish(self.request)

    async def show(self, work: UnitOfWork, view: Mapping[str, object], *, otherwise: Rendered) -> None:
        """Store, in a transaction that is open, the next view of the form that waits, and the end of the request.

        Who closed the form meanwhile is answered `otherwise`.
        """
        shown = self._outgoing(otherwise)
        waiting = {"view_id": self.intent.view_id or "", "view": json.dumps(view)}
        await work.send(self.intent.tenant_id, [replace(shown, payload={**shown.payload, **waiting})])
        await work.finish(self.request)

    async def replace(self, response_url: str, rendered: Rendered) -> None:
        """Put an answer in the place of the one that the person acted on; the request has ended by itself."""
        shown = self._outgoing(rendered)
        there = {"response_url": response_url, "replace": "yes"}
        renewed = replace(shown, key=f"{shown.key}:renewed", payload={**shown.payload, **there})
        async with self.engine.work() as work:
            await work.send(self.intent.tenant_id, [renewed])
            await work.commit()

    def along(self, words: Callable[[Change], Rendered | str | None]) -> Along:
        """What is stored together with a change: the answer to the person, and the end of the request."""

        async def store(work: UnitOfWork, change: Change) -> None:
            await self.store_answer(work, words(change))

        return store

    async def open_form(self, view: Mapping[str, object], *, again: str) -> None:
        """Open a form and end the request; NotNow, with the command to use again, where it can't be opened any more."""
        if self.intent.trigger_id is None:
            raise FormNeeded(f"The form can't be opened any more. Use `{again}` again.")
        try:
            await self.screens.views_open(trigger_id=self.intent.trigger_id, view=view)
        except PortError as error:
            raise NotNow(f"The form could not be opened ({error.reason}). Use `{again}` again.") from error
        await self.close()

    async def show_now(self, view: Mapping[str, object], *, otherwise: str) -> None:
        """Show the next view at once in the form that waits, and end the request; what stands in it is not stored.

        Who closed the form meanwhile is answered `otherwise`.
        """
        try:
            await self.screens.views_update(view_id=self.intent.view_id or "", view=view)
        except PortError:
            await self.answer(otherwise)
            return
        await self.close()

    async def close(self) -> None:
        """End the request without an answer."""
        async with self.engine.work() as work:
            await work.finish(self.request)
            await work.commit()

    def _outgoing(self, rendered: Rendered | str) -> Outgoing:
        shown = plain_answer(told(rendered)) if isinstance(rendered, str) else rendered
        intent = self.intent
        place = {
            "response_url": intent.response_url,
            "channel": intent.channel,
            "user": intent.actor.id,
            "thread": intent.thread if intent.response_url is None else None,
            "beside": "yes" if intent.beside else None,
        }
        return Outgoing(
            kind=OutgoingKind.ANSWER,
            lane=f"answer:{intent.tenant_id}:{intent.actor.id}",
            key=f"answer:{self.request.incoming.key}",
            payload={
                **{key: value for key, value in place.items() if value},
                "text": shown.text,
                "blocks": json.dumps(list(shown.blocks)),
            },
        )


Handler = Callable[[Call], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Routes:
    """Which handler serves what. A word, a button, a form, a shortcut or an event that is not here is answered too."""

    commands: Mapping[str, Handler]
    unknown_command: Handler
    actions: Mapping[str, Handler]
    views: Mapping[str, Handler]
    shortcuts: Mapping[str, Handler]
    events: Mapping[str, Handler]

    def find(self, intent: Intent) -> Handler:
        """The handler of an intent."""
        match intent.kind:
            case "command":
                return self.commands.get(intent.name, self.unknown_command)
            case "action":
                return self.actions.get(intent.name, _unknown)
            case "view":
                return self.views.get(intent.name, _unknown)
            case "shortcut":
                return self.shortcuts.get(intent.name, _unknown)
            case _:
                return self.events.get(intent.name, _ignore)


async def _unknown(call: Call) -> None:
    await call.answer(unknown_button())


async def _ignore(call: Call) -> None:
    await call.close()


class Desk:
    """Works on claimed requests."""

    def __init__(
        self,
        *,
        engine: Engine,
        inbox: Inbox,
        screens: Screens,
        accounts: AccountDesk,
        configurations: ConfigurationDesk,
        routes: Routes,
    ) -> None:
        self._engine = engine
        self._accounts = accounts
        self._configurations = configurations
        self._inbox = inbox
        self._screens = screens
        self._routes = routes

    @again
    async def handle(self, request: Request) -> None:
        """Work on a request; a refusal is an answer, a fault of ours is tried again and then told."""
        try:
            try:
                await self._serve(request)
            except (StaleClaim, DatabaseAway):
                raise
            except Exception as error:  # noqa: BLE001 - told to the person, and logged where it is a fault of ours
                await self._explain(request, error)
        except StaleClaim:
            self._engine.witness.lease_lost("inbox")
            log.info("Another worker has this request", action="request_lost_lease", key=request.incoming.key)

    async def _serve(self, request: Request) -> None:
        incoming = request.incoming
        if incoming.kind == "callback":
            await self._callback(request)
            return
        body = incoming.payload["body"]
        if not isinstance(body, Mapping):
            await self._inbox.close(request, error="The stored body is no object")
            return
        intent = parse(incoming.kind, body)
        actor = await recognised(self._engine, intent.tenant_id, intent.actor)
        call = self._call(request, replace(intent, actor=actor))
        await self._routes.find(call.intent)(call)

    async def _callback(self, request: Request) -> None:
        payload = request.incoming.payload
        texts = payload.get("texts")
        if payload.get("about") == _ABOUT_STORE:
            await receive_store_news(
                self._engine,
                request.incoming.tenant_id,
                integration=str(payload.get("integration", "")),
                request=request,
            )
            return
        await receive_callback(
            self._engine,
            request.incoming.tenant_id,
            run_id=str(payload.get("run_id", "")),
            texts=[str(text) for text in texts] if isinstance(texts, list) else [],
            request=request,
        )

    def _call(self, request: Request, intent: Intent) -> Call:
        return Call(
            engine=self._engine,
            screens=self._screens,
            accounts=self._accounts,
            configurations=self._configurations,
            request=request,
            intent=intent,
        )

    async def _explain(self, request: Request, error: Exception) -> None:
        words = words_for(error)
        if words is None:
            reference = self._engine.chance.code(6)
            log.error(
                "A request failed by a fault of ours",
                exc_info=error,
                action="request_fault",
                key=request.incoming.key,
                ref=reference,
                attempt=request.attempts,
            )
            if request.attempts < _TRIES:
                await self._inbox.later(request, seconds=float(request.attempts), reason=reference)
                return
            words = f"Something broke inside Stationmaster, and this was not done. (Reference {reference})"
        body = request.incoming.payload.get("body")
        if not isinstance(body, Mapping):
            await self._inbox.close(request, error=words)
            return
        call = self._call(request, replace(parse(request.incoming.kind, body), trigger_id=None))
        stranger = isinstance(error, NoSuchRelease | Unknown)
        await (call.answer_stranger(words) if stranger else call.answer(words))
