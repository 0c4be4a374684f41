"""The desk: each stored request finds its handler, and ends with an answer whatever happens."""

from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from structlog.testing import capture_logs

from bot.commands import WORDS
from bot.router import CHECKS, ROUTES
from bot.slack.desk import Call, Desk, Handler, Routes
from bot.slack.intent import Intent, parse
from orchestration.domain.errors import Invalid, NotAllowed, NotNow, Problem, Unknown
from orchestration.domain.events import Event
from orchestration.domain.people import Actor
from orchestration.ports.errors import Refused, TryLater
from orchestration.ports.runtime import Incoming, NoSuchRelease, Outgoing, Request, StaleClaim
from orchestration.services.engine import Engine
from tests.support.engine import ManualClock, SteadyChance


@dataclass
class Book:
    """A unit of work and an inbox that remember."""

    did: list[tuple[Any, ...]] = field(default_factory=list)
    lost: bool = False

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close."""

    async def send(self, tenant_id: str, messages: list[Outgoing]) -> None:
        """Remember what is said to whom."""
        self.did += [("answer", tenant_id, m.payload["user"], m.payload["text"]) for m in messages]

    async def tell(self, tenant_id: str, events: list[Event]) -> None:
        """Remember what is recorded."""
        self.did += [("told", tenant_id, e.kind, dict(e.data)) for e in events]

    async def finish(self, request: Request) -> None:
        """The end, unless the lease was lost."""
        if self.lost:
            raise StaleClaim(request.incoming.key)
        self.did.append(("finished",))

    async def commit(self) -> None:
        """Make it last."""
        self.did.append(("committed",))

    async def close(self, request: Request, *, error: str | None = None) -> None:
        """End without a unit of work."""
        del request
        self.did.append(("closed", error))

    async def later(self, request: Request, *, seconds: float, reason: str) -> None:
        """Again."""
        del request, reason
        self.did.append(("later", seconds))

    @property
    def said(self) -> str:
        """The one answer."""
        (only,) = [one[3] for one in self.did if one[0] == "answer"]
        return str(only)


def desk(book: Book, error: Exception | None = None, *, work: Handler | None = None) -> Desk:
    """A desk with one word, `do`, which ends with the error, or is done by `work`."""

    async def ends(call: Call) -> None:
        if error is not None:
            raise error
        await call.answer("Done")

    async def load(_tenant: str) -> Any:
        raise AssertionError("no provider is asked here")

    engine = Engine(
        work=lambda: book,  # type: ignore[arg-type, return-value]  # what is called of it
        look=lambda: book,  # type: ignore[arg-type, return-value]  # what is called of it
        clock=ManualClock(),
        chance=SteadyChance(),
        integrations=load,
        heard={},
    )
    routes = Routes(
        commands={"do": work or ends},
        unknown_command=ends,
        actions={},
        views={},
        shortcuts={},
        events={"known": ends},
    )
    return Desk(engine=engine, inbox=book, screens=None, accounts=None, configurations=None, routes=routes)  # type: ignore[arg-type]  # what is called


def request(kind: str = "command", *, attempts: int = 1, **body: Any) -> Request:
    """A stored request."""
    given = {
        "team_id": "T1",
        "user_id": "U1",
        "text": "do",
        "response_url": "https://hooks.slack.com/x",
        **body,
    }
    incoming = Incoming(key="k", tenant_id="T1", kind=kind, payload={"body": given})
    return Request(incoming=incoming, fence=1, attempts=attempts)


async def test_the_answer_and_the_end_are_one_transaction() -> None:
    """Answered, finished, committed: in between nothing can be lost."""
    book = Book()
    await desk(book, None).handle(request())
    assert book.did == [("answer", "T1", "U1", "Done"), ("finished",), ("committed",)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotNow("Not yet."), "Not yet."),
        (NotAllowed("Ask an owner."), "Ask an owner."),
        (Invalid([Problem(field="a", message="One"), Problem(field="b", message="Two")]), "• One\n• Two"),
        (NoSuchRelease("REL-1"), "There is no such release here"),
        (TryLater("GitHub is slow"), "GitHub is slow. Please try again in a moment."),
        (Refused("No such branch"), "No such branch"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_a_refusal_is_an_answer(error: Exception, words: str) -> None:
    """The person reads the reason, once, and the request is over."""
    book = Book()
    await desk(book, error).handle(request())
    assert words in book.said
    assert book.did[-2:] == [("finished",), ("committed",)]


async def test_what_is_not_there_is_recorded() -> None:
    """It may be another workspace's: the answer says no more than that, and the audit log has who asked for what."""
    for error in (NoSuchRelease("REL-1"), Unknown("There is no such train.")):
        book = Book()
        await desk(book, error).handle(request())
        assert book.did[0] == ("told", "T1", "ACCESS_DENIED", {"kind": "command", "name": "do"})
        assert book.did[-2:] == [("finished",), ("committed",)]


async def test_a_fault_of_ours_is_tried_again_and_then_told_with_its_reference() -> None:
    """Three tries; then the person gets a reference that stands in the log, and no detail of the fault."""
    for attempts in (1, 2):
        book = Book()
        await desk(book, ZeroDivisionError("canary")).handle(request(attempts=attempts))
        assert book.did == [("later", float(attempts))]
    book = Book()
    with capture_logs() as logged:
        await desk(book, ZeroDivisionError("canary")).handle(request(attempts=3))
    assert "Something broke inside Stationmaster, and this was not done" in book.said
    assert logged[0]["ref"] in book.said
    assert "canary" not in book.said


async def test_a_lost_lease_says_nothing() -> None:
    """Another worker has the request: whatever we would say, it says."""
    book = Book(lost=True)
    await desk(book, None).handle(request())
    assert ("committed",) not in book.did
    refused = Book(lost=True)
    await desk(refused, NotNow("Not yet.")).handle(request())
    assert ("committed",) not in refused.did


@pytest.mark.parametrize("kind", ["action", "view", "shortcut"])
async def test_what_we_do_not_know_is_answered(kind: str) -> None:
    """A button, form or shortcut of another version: out of date, nothing was changed."""
    book = Book()
    await desk(book, None).handle(request(kind, callback_id="old", actions=[{"action_id": "old"}]))
    assert "out of date" in book.said


async def test_an_event_we_do_not_know_ends_silently() -> None:
    """Nobody asked, so nobody is answered; the request is over."""
    book = Book()
    await desk(book, None).handle(request("event", event={"type": "strange"}))
    assert book.did == [("finished",), ("committed",)]


async def test_a_stored_body_that_is_none_is_closed() -> None:
    """A row that can't be read again is no endless loop."""
    book = Book()
    incoming = Incoming(key="k", tenant_id="T1", kind="command", payload={"body": ["strange"]})
    await desk(book, None).handle(Request(incoming=incoming, fence=1, attempts=1))
    assert book.did == [("closed", "The stored body is no object")]


def test_every_word_has_its_route() -> None:
    """The help and the routes are the same list."""
    assert set(ROUTES.commands) == {word.word for word in WORDS}
    for word in WORDS:
        intent = parse("command", {"text": f"{word.word.upper()} x", "team_id": "T1", "user_id": "U1"})
        assert ROUTES.find(intent) is word.run


def test_every_form_that_is_judged_is_served() -> None:
    """A check without a handler would acknowledge what nobody does; the first forms only lead to their previews."""
    assert set(CHECKS) - set(ROUTES.views) == {"release.start", "train.form"}


def test_an_intent_is_its_kinds_business_only() -> None:
    """A form called like a button does not reach the button's handler."""
    forms = {name for name in ROUTES.actions if name not in ROUTES.views}
    assert forms
    for name in forms:
        form = Intent(kind="view", name=name, tenant_id="T1", actor=Actor(id="U1"))
        assert ROUTES.find(form) is not ROUTES.actions[name]
