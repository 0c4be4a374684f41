"""Send what is stored: rendered from the state of now, in order per lane, within Slack's limits, and once."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

import structlog

from bot.slack.answering import Answerer, Connect
from bot.slack.answers import Answers
from bot.slack.closed_channels import ClosedChannels, closed_pause
from bot.slack.copies import copy_for
from bot.slack.doubles import Doubles
from bot.slack.fitting import Draw, NotYet, fitted, of_restored, pause, said, wait_for_card
from bot.slack.homes import Homes, Publishes
from bot.slack.identity import Known
from bot.slack.limited import Limits
from bot.slack.limiter import Limiter
from bot.slack.link_cards import LinkCards, Unfurls
from bot.slack.lost_messages import LostMessages
from bot.slack.pieces import draw_piece, named_gate, with_place
from bot.slack.reach import PatientMailbox, Reach
from bot.slack.tact import Tact
from bot.views.notices import notice
from bot.views.planning_news import render_news
from bot.views.quiet import digest, read_lines
from bot.views.release_card import release_card
from bot.views.rendered import Rendered
from bot.views.text import escape
from orchestration.domain.gates import GateState
from orchestration.domain.release import Release
from orchestration.domain.rooms import RoomState
from orchestration.ports.errors import ChannelClosed, NeedsCredentials, PortError, Refused, TryLater
from orchestration.ports.making import making_while
from orchestration.ports.notification import Message, MessageRef
from orchestration.ports.runtime import DatabaseAway, Letter, Mailbox, NoSuchRelease, OutgoingKind, StaleClaim
from orchestration.services.announce import parse_event
from orchestration.services.effects import surely_ours
from orchestration.services.engine import Engine

log = structlog.get_logger(__name__)

# An answer to a person is worth nothing after the half hour for which Slack takes it; give it up before.
_ANSWERED_WITHIN, _FAULT_TRIES, _CREDENTIALS_PAUSE = 25 * 60.0, 5, 60.0


class AnswersAndHomes(Answers, Publishes, Unfurls, Protocol):
    """What of Slack is used besides its messages."""


class Sender:
    """Sends one letter. What can't be sent now comes back later; what can never be sent is kept as dead."""

    def __init__(
        self,
        *,
        engine: Engine,
        mailbox: Mailbox,
        connect: Connect,
        answers: AnswersAndHomes,
        who: Callable[[], Awaitable[Known]],
        limiter: Limiter,
        documents: Mapping[str, Draw] = MappingProxyType({}),
    ) -> None:
        self._engine = engine
        self._reach = Reach(clock=limiter.clock, fraction=engine.chance.fraction)
        self.mailbox = PatientMailbox(mailbox, self._reach)
        self._connect = connect
        self._limits = limits = Limits(limiter, answered=self._reach.answered)
        self._answerer = Answerer(answers=answers, connect=connect, limited=limits.within)
        self._homes = Homes(engine=engine, screens=answers, who=who, connect=connect, limited=limits.within)
        self._links = LinkCards(
            engine=engine, mailbox=mailbox, unfurls=answers, who=who, connect=connect, limited=limits.within
        )
        self._answers = answers
        self._tact = Tact(engine)
        self._closed = ClosedChannels(engine, mailbox)
        self._lost = LostMessages(engine, limits)
        self._doubles = Doubles(mailbox=self.mailbox, connect=connect, limits=limits)
        self._documents = documents

    async def handle(self, letter: Letter) -> None:
        """Send a letter and record how it went."""
        try:
            # Who stood still since the claim may post what another sender has posted meanwhile.
            with making_while(surely_ours(self._engine, since=letter.taken_at, taken=letter.taken)):
                refs = await self._send(letter)
            opened = await self._closed.shown_open(letter) if refs else None
            await self._doubles.sent(letter, refs)
            if opened is not None:
                await self._closed.open(letter, opened)
        except StaleClaim:
            log.info("Another sender has this message", action="letter_lost_lease", letter=letter.id)
        except NotYet as wait:
            await self._postpone(letter, wait.seconds, wait.why, uncertain=letter.uncertain)
        except TryLater as error:
            seconds, doubt = self._reach.pause(letter, error), error.maybe_done or letter.uncertain
            await self._postpone(letter, seconds, error.reason, uncertain=doubt)
        except NeedsCredentials as error:
            log.warning("Slack refuses our token", action="slack_credentials", reason=error.reason)
            await self._postpone(letter, _CREDENTIALS_PAUSE, error.reason, uncertain=letter.uncertain)
        except (PortError, NoSuchRelease) as error:
            await self._refused(letter, error)
        except DatabaseAway:
            raise  # it comes back when its lease ends, and is looked for
        except Exception as error:  # noqa: BLE001 - logged; one message must not hold up its lane for ever
            await self._after_fault(letter, error)
        finally:
            self._reach.ended(letter)

    async def _refused(self, letter: Letter, error: PortError | NoSuchRelease) -> None:
        closed = isinstance(error, ChannelClosed) and await self._closed.waits(letter, error)
        if closed or await self._lost.waits(letter, error):
            seconds, why = closed_pause(letter.attempts), str(error)
            await self.mailbox.later(letter, seconds=seconds, reason=why, uncertain=letter.uncertain)
            return
        log.warning("A message is given up", action="letter_dead", message=letter.id, why=str(error))
        await self.mailbox.dead(letter, str(error))

    async def _after_fault(self, letter: Letter, error: Exception) -> None:
        about = {"key": letter.outgoing.key, "attempt": letter.attempts, "action": "letter_fault"}
        log.error("A message failed by a fault of ours", exc_info=error, **about)
        fault = f"A fault of ours ({type(error).__name__})"
        if letter.attempts >= _FAULT_TRIES:
            await self.mailbox.dead(letter, fault)
            return
        await self.mailbox.later(letter, seconds=pause(letter.attempts), reason=fault, uncertain=True)

    async def _postpone(self, letter: Letter, seconds: float, reason: str, *, uncertain: bool) -> None:
        waited = letter.taken_at.timestamp() - letter.since
        if letter.outgoing.kind is OutgoingKind.ANSWER and waited >= _ANSWERED_WITHIN:
            await self.mailbox.dead(letter, reason)
        else:
            await self.mailbox.later(letter, seconds=seconds, reason=reason, uncertain=uncertain)

    async def _send(self, letter: Letter) -> Mapping[str, MessageRef]:
        return await {
            OutgoingKind.CARD: self._send_card,
            OutgoingKind.GATE: self._send_gate,
            OutgoingKind.STORE: self._send_piece,
            OutgoingKind.CHAPTER: self._send_piece,
            OutgoingKind.NOTICE: self._send_notice,
            OutgoingKind.ALERT: self._send_alert,
            OutgoingKind.NEWS: self._send_news,
            OutgoingKind.FILE: self._send_file,
            OutgoingKind.ANSWER: self._answerer.send,
            OutgoingKind.HOME: self._homes.publish,
            OutgoingKind.HOMES: self._homes.renew_all,
            OutgoingKind.DIGEST: self._send_digest,
            OutgoingKind.STEP: self._send_step,
            OutgoingKind.LINKS: self._links.show,
        }[letter.outgoing.kind](letter)

    async def _send_alert(self, letter: Letter) -> Mapping[str, MessageRef]:
        payload, thread = letter.outgoing.payload, None
        if (under := payload.get("under")) is not None:
            first = await self.mailbox.ref(letter.tenant_id, under)
            if first is None:
                raise Refused("The message that this stands under could not be posted")
            thread = first.ts
        return await self._post_or_edit(letter, said(payload), channel=payload["channel"], thread=thread)

    async def _release(self, letter: Letter) -> Release:
        async with self._engine.look() as work:
            release = await work.releases.get(letter.tenant_id, letter.outgoing.release_id or "")
        self._closed.watch(release)
        return release

    async def _send_card(self, letter: Letter) -> Mapping[str, MessageRef]:
        release = await self._release(letter)
        if release.room is not None and release.room.state is RoomState.WANTED:
            raise NotYet(wait_for_card(letter.attempts), "The channel of the release comes first")
        card = release_card(release, now=self._engine.clock.now())
        return await self._post_or_edit(
            of_restored(letter, release), card, channel=release.home, keeping=False
        )

    async def _send_gate(self, letter: Letter) -> Mapping[str, MessageRef]:
        release = await self._release(letter)
        gate = named_gate(release, letter.outgoing)
        rendered = draw_piece(release, letter.outgoing, now=self._engine.clock.now())
        person, doubted = letter.outgoing.payload.get("person"), of_restored(letter, release)
        if person is not None:
            over = gate.state is not GateState.OPEN and not letter.uncertain
            if over and await self.mailbox.ref(letter.tenant_id, letter.outgoing.key) is None:
                return {}  # it was never shown to them, and there is nothing left to decide
            url = await self._links.of_message(letter.tenant_id, f"gate:{gate.id}", f"card:{release.id}")
            copy = await copy_for(self._engine, release, gate, person)
            return await self._post_or_edit(doubted, with_place(copy, url), person=person)
        place = {"channel": release.home, "thread": await self._thread(letter, release)}
        return await self._post_or_edit(doubted, rendered, **place, broadcast=True, keeping=False)

    async def _send_piece(self, letter: Letter) -> Mapping[str, MessageRef]:
        release = await self._release(letter)
        shown = draw_piece(release, letter.outgoing, now=self._engine.clock.now())
        letter = of_restored(letter, release)
        thread = await self._thread(letter, release)
        return await self._post_or_edit(letter, shown, channel=release.home, thread=thread, keeping=False)

    async def _send_notice(self, letter: Letter) -> Mapping[str, MessageRef]:
        release = await self._release(letter)
        payload = letter.outgoing.payload
        event = parse_event(release.id, payload)
        told = notice(event, release, now=self._engine.clock.now())
        if told is None:
            return {}
        if (person := payload.get("person")) is not None:
            return await self._post_or_edit(letter, told.shown(own=False), person=person)
        if (elsewhere := payload.get("to")) is None and told.gathered:
            return {}  # the thread has it in a message that is edited in place
        thread = None if elsewhere else await self._thread(letter, release)
        return await self._post_or_edit(
            letter,
            told.shown(own=thread is not None),
            channel=elsewhere or release.home,
            thread=thread,
            broadcast=told.broadcast and thread is not None,
            keeping=None if told.urgent else elsewhere is None,
            by=event.actor.id,
        )

    async def _send_news(self, letter: Letter) -> Mapping[str, MessageRef]:
        """An event of no release: to a channel, or directly to a person."""
        payload = letter.outgoing.payload
        event = parse_event(None, payload)
        shown, person = render_news(event), payload.get("user")
        if person is not None:
            return await self._post_or_edit(letter, shown, person=person)
        channel, by = payload["channel"], event.actor.id
        return await self._post_or_edit(letter, shown, channel=channel, keeping=True, by=by)

    async def _send_digest(self, letter: Letter) -> Mapping[str, MessageRef]:
        lines = await self._links.of_lines(letter.tenant_id, read_lines(letter.outgoing.payload["lines"]))
        return await self._post_or_edit(letter, digest(lines), person=letter.outgoing.payload["user"])

    async def _send_file(self, letter: Letter) -> Mapping[str, MessageRef]:
        """A file into the thread of its release, or to a person; only its words where the app may not show files."""
        release, person = await self._release(letter), letter.outgoing.payload.get("user")
        made = await self._documents[letter.outgoing.payload["document"]](self._engine, letter)
        slack = await self._connect(letter.tenant_id)
        channel = await slack.open_direct(person) if person else release.home
        thread = None if person else await self._thread(letter, release)
        attachment = made.attachment(channel, thread)
        if letter.uncertain and await self._limits.find_file(slack, attachment, since=letter.since):
            return {}
        try:
            await self._limits.post_file(slack, attachment)
        except NeedsCredentials as error:
            if "unasked" in letter.outgoing.payload:
                return {}
            shown = Rendered(text=f"{made.text}\n{escape(error.reason)}", blocks=())
            return await self._post_or_edit(letter, shown, channel=channel, thread=thread)
        return {}

    async def _send_step(self, letter: Letter) -> Mapping[str, MessageRef]:
        payload, outputs = letter.outgoing.payload, letter.outgoing.payload.get("outputs")
        if outputs is not None and (started := payload.get("started")) is not None:
            outputs = json.dumps({**json.loads(outputs), "link": await self._links.address(letter, started)})
        await self._answers.complete_step(payload["step"], outputs, payload.get("error", ""))
        return {}

    async def _thread(self, letter: Letter, release: Release) -> str:
        """The thread under the release's card; what is said waits until the card is there."""
        card = await self.mailbox.ref(letter.tenant_id, f"card:{release.id}")
        if card is None:
            raise NotYet(wait_for_card(letter.attempts), "The card of the release comes first")
        return card.ts

    async def _post_or_edit(
        self,
        letter: Letter,
        rendered: Rendered,
        *,
        channel: str = "",
        person: str = "",
        thread: str | None = None,
        broadcast: bool = False,
        keeping: bool | None = None,
        by: str = "",
    ) -> Mapping[str, MessageRef]:
        """To a channel, or directly to a person. `keeping` is for those mentioned: see `Tact`; None calls them."""
        key = letter.outgoing.key
        slack = await self._connect(letter.tenant_id)
        known = await self.mailbox.ref(letter.tenant_id, key)
        if person:
            channel = known.channel if known is not None else await slack.open_direct(person)
        text, blocks = fitted(rendered)
        message = Message(
            key=key, channel=channel, text=text, blocks=blocks, thread=thread, broadcast=broadcast
        )
        if (at := await self._lost.edited(letter, slack, known, message)) is not None:
            return {key: at}
        if person and await self._tact.keeps(letter, person, rendered):
            return {}
        if keeping is not None:
            text, blocks = fitted(await self._tact.softened(letter, rendered, keeping=keeping, by=by))
        return {key: await self._limits.post(slack, replace(message, text=text, blocks=blocks))}
