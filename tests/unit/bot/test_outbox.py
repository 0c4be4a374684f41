"""The sender: what becomes of a message for each way in which sending can end.

It is longer than the house rule, because every end is one row of the same sender.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.blocks import Problem, validate
from bot.slack.fitting import fitted
from bot.slack.limiter import Limiter
from bot.slack.outbox import Sender
from bot.views.rendered import Rendered
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, Refused, TryLater
from orchestration.ports.making import check_before_making
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import Letter, Mailbox, NoSuchRelease, Outgoing, OutgoingKind, StaleClaim
from orchestration.services.engine import Engine
from tests.support.engine import ManualClock
from tests.support.memory import Memory

TAKEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
URL = "https://hooks.slack.com/actions/T1/1/x"


@dataclass
class Post:
    """A mailbox, a chat and the answers' addresses in one, all of which remember."""

    error: Exception | None = None
    spent: Refused | None = None
    outside: bool = False
    refs: dict[str, MessageRef] = field(default_factory=dict)
    found: MessageRef | None = None
    did: list[tuple[Any, ...]] = field(default_factory=list)

    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """Remember."""
        del letter
        self.did.append(("sent", dict(refs)))

    async def later(self, letter: Letter, *, seconds: float, reason: str, uncertain: bool) -> None:
        """Remember."""
        del letter
        self.did.append(("later", seconds, reason, uncertain))

    async def dead(self, letter: Letter, reason: str) -> None:
        """Remember."""
        del letter
        self.did.append(("dead", reason))

    async def ref(self, tenant_id: str, key: str) -> MessageRef | None:
        """Where it stands."""
        del tenant_id
        return self.refs.get(key)

    async def respond(self, response_url: str, payload: Mapping[str, object]) -> None:
        """Answer, or fail as ordered."""
        if (error := self.error or self.spent) is not None:
            raise error
        self.did.append(("respond", response_url, dict(payload)))

    async def views_update(
        self, *, view_id: str, view: Mapping[str, object], view_hash: str | None = None
    ) -> None:
        """Show in a form, which only the view `open` is."""
        del view_hash
        if view_id != "open":
            raise Refused("It was closed")
        self.did.append(("view", view_id, dict(view)))

    async def complete_step(self, step: str, outputs: str | None, error: str) -> None:
        """End a step."""
        self.did.append(("step", step, outputs, error))

    async def send_message(self, message: Any) -> MessageRef:
        """Post, or fail as ordered; as every adapter does, not after the time that it was taken for."""
        check_before_making()
        if self.error is not None:
            raise self.error
        self.did.append(("post", message.channel, message.text))
        return MessageRef(channel=message.channel, ts="1.1")

    async def send_ephemeral(
        self,
        *,
        channel: str,
        user: str,
        text: str,
        blocks: Sequence[Mapping[str, object]] = (),
        thread: str | None = None,
    ) -> None:
        """Show, to who is in the channel."""
        del blocks, thread
        if self.outside:
            raise Refused("That person is not in the channel")
        self.did.append(("ephemeral", channel, user, text))

    async def open_direct(self, user: str) -> str:
        """Their conversation."""
        return f"D-{user}"

    async def update_message(self, ref: MessageRef, message: Any) -> None:
        """Edit."""
        self.did.append(("edit", ref.ts, message.text))

    async def find_message(self, message: Any, *, since: float) -> MessageRef | None:
        """What was found."""
        self.did.append(("find", message.key, since))
        return self.found

    @property
    def ends(self) -> list[tuple[Any, ...]]:
        """How the letter ended."""
        return [one for one in self.did if one[0] in {"sent", "later", "dead"}]


def sender(post: Post, mailbox: Mailbox | None = None) -> Sender:
    """A sender whose engine is never asked; without a mailbox `post` is that too."""

    async def connect(_tenant: str) -> Any:
        return post

    return Sender(
        engine=at(TAKEN),
        mailbox=mailbox or post,  # type: ignore[arg-type]  # what it calls
        connect=connect,
        answers=post,  # type: ignore[arg-type]  # no home is published here
        who=None,  # type: ignore[arg-type]  # see above
        limiter=Limiter(clock=lambda: 0.0),
    )


def at(moment: datetime) -> Engine:
    """An engine of which nothing is asked but the time: answers belong to no release."""
    return Memory(release=None).engine(ManualClock(at=moment))  # type: ignore[arg-type]  # see above


def answer(**fields: Any) -> Letter:
    """An answer to a person."""
    payload = {"text": "Done", "response_url": URL, **fields.pop("payload", {})}
    made = Letter(
        id=1,
        tenant_id="T1",
        outgoing=Outgoing(
            kind=OutgoingKind.ANSWER,
            lane="answer:U1",
            key="answer:1",
            payload={key: value for key, value in payload.items() if value},
        ),
        version=1,
        fence=1,
        attempts=1,
        uncertain=False,
        since=TAKEN.timestamp(),
        taken_at=TAKEN,
    )
    return replace(made, **fields)


async def test_an_answer_goes_to_the_address_of_its_request() -> None:
    """For the person alone, and never in the place of the message with the button."""
    post = Post()
    await sender(post).handle(answer())
    assert post.did == [
        ("respond", URL, {"response_type": "ephemeral", "replace_original": False, "text": "Done"}),
        ("sent", {}),
    ]


async def test_without_an_address_the_person_is_told_where_they_are() -> None:
    """In the channel where there is one, else directly."""
    post = Post()
    await sender(post).handle(answer(payload={"response_url": "", "channel": "C1", "user": "U1"}))
    await sender(post).handle(answer(payload={"response_url": "", "user": "U1"}))
    assert [one for one in post.did if one[0] != "sent"] == [
        ("ephemeral", "C1", "U1", "Done"),
        ("post", "D-U1", "Done"),
    ]


@pytest.mark.parametrize(
    ("where", "outside", "told"),
    [
        ({"channel": "C1"}, False, ("ephemeral", "C1", "U1", "Done")),
        ({"channel": "C1"}, True, ("post", "D-U1", "Done")),
        ({}, False, ("post", "D-U1", "Done")),
    ],
    ids=["in the channel", "who has left it", "asked nowhere"],
)
async def test_an_address_that_is_used_up_loses_no_answer(
    where: dict[str, str], told: tuple[str, ...], *, outside: bool
) -> None:
    """It takes five answers, also from senders that were killed before they noted one: then it goes another way."""
    post = Post(spent=Refused("This answer's address is used up"), outside=outside)
    await sender(post).handle(answer(payload={"user": "U1", **where}, uncertain=True, attempts=9))
    assert [one for one in post.did if one[0] != "find"] == [told, ("sent", {})]


async def test_a_direct_message_in_doubt_is_looked_for() -> None:
    """The answer to the last try was lost: found by its key, it is not sent again."""
    post = Post(found=MessageRef(channel="D-U1", ts="1.1"))
    doubtful = answer(payload={"response_url": "", "user": "U1"}, uncertain=True)
    await sender(post).handle(doubtful)
    assert post.did == [("find", "answer:1", TAKEN.timestamp()), ("sent", {})]


@pytest.mark.parametrize(
    ("error", "attempts", "end"),
    [
        (TryLater("slow"), 1, ("later", 2.0, "slow", False)),
        (TryLater("slow"), 4, ("later", 16.0, "slow", False)),
        (TryLater("slow", after=timedelta(seconds=7)), 1, ("later", 7.0, "slow", False)),
        (TryLater("lost", maybe_done=True), 1, ("later", 2.0, "lost", True)),
        (TryLater("slow"), 6, ("later", 64.0, "slow", False)),
        (NeedsCredentials("revoked"), 1, ("later", 60.0, "revoked", False)),
        (Refused("too long"), 1, ("dead", "too long")),
        (
            AlreadyDifferent("v1", expected="a", found="b"),
            1,
            ("dead", "v1 already exists and is different: expected a, found b"),
        ),
        (NoSuchRelease("REL-1"), 1, ("dead", "REL-1")),
        (ZeroDivisionError("ours"), 1, ("later", 2.0, "A fault of ours (ZeroDivisionError)", True)),
        (ZeroDivisionError("ours"), 5, ("dead", "A fault of ours (ZeroDivisionError)")),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else type(value).__name__,
)
async def test_each_failure_has_one_end(error: Exception, attempts: int, end: tuple[Any, ...]) -> None:
    """Later what may go well later, aside what never will; each letter ends once, and nothing escapes."""
    post = Post(error=error)
    await sender(post).handle(answer(attempts=attempts))
    assert post.ends == [end]


@pytest.mark.parametrize(("minutes", "end"), [(24, "later"), (25, "dead")])
async def test_an_answer_is_given_up_by_its_age(minutes: int, end: str) -> None:
    """Slack takes it for half an hour; until then it is tried, however often that was."""
    post, asked = Post(error=TryLater("away")), TAKEN.timestamp() - 60 * minutes
    await sender(post).handle(answer(attempts=minutes, since=asked))
    assert [one[0] for one in post.ends] == [end]


async def test_a_lost_lease_writes_nothing() -> None:
    """Somebody else sends it now."""
    post = Post(error=StaleClaim("answer:1"))
    await sender(post).handle(answer())
    assert post.did == []


async def test_doubt_is_never_forgotten() -> None:
    """Once nobody knows whether it was sent, a later plain failure does not take the doubt away."""
    post = Post(error=TryLater("slow"))
    await sender(post).handle(answer(uncertain=True))
    assert post.ends == [("later", 2.0, "slow", True)]


async def test_a_fault_of_ours_is_logged_with_its_key() -> None:
    """So that it can be found; the message's text is not in the log."""
    with capture_logs() as logged:
        await sender(Post(error=ZeroDivisionError("ours"))).handle(answer(payload={"text": "canary"}))
    assert [entry["action"] for entry in logged] == ["letter_fault"]
    assert "canary" not in str(logged)


@pytest.mark.parametrize(
    "block",
    [{"type": "no such block"}, {"type": "actions", "elements": []}, {"type": "section"}, {}],
    ids=str,
)
def test_a_fault_in_a_view_costs_a_block_and_not_the_message(block: dict[str, Any]) -> None:
    """What Slack would refuse is left out; the point and the good blocks arrive."""
    good = {"type": "section", "text": {"type": "mrkdwn", "text": "Good"}}
    text, blocks = fitted(Rendered(text="The point", blocks=(good, block)))
    assert text == "The point"
    assert blocks[0] == good
    assert not validate({"text": text, "blocks": list(blocks)}, "message")


def test_what_slack_takes_as_it_is_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that needs no change is sent as it was rendered; what was changed is looked at once more."""
    looks: list[str] = []

    def look(payload: Mapping[str, Any], surface: str) -> tuple[Problem, ...]:
        looks.append(payload["text"])
        return validate(payload, surface)

    monkeypatch.setattr("bot.slack.fitting.validate", look)
    good = {"type": "section", "text": {"type": "mrkdwn", "text": "Good"}}
    assert fitted(Rendered(text="The point", blocks=(good,))) == ("The point", (good,))
    assert looks == []
    assert fitted(Rendered(text=" The point", blocks=(good,))) == ("The point", (good,))
    assert looks == ["The point"]


FORM = {"view_id": "open", "view": '{"type": "modal"}'}


async def test_an_answer_that_belongs_into_a_form_is_shown_there() -> None:
    """The form that waits goes on, and nobody gets a message besides."""
    post = Post()
    await sender(post).handle(answer(payload={"user": "U1", **FORM}))
    assert post.did == [("view", "open", {"type": "modal"}), ("sent", {})]


async def test_who_closed_the_form_gets_a_message() -> None:
    """Slack refuses a form that is gone: the words go to the person instead."""
    post = Post()
    closed = {**FORM, "view_id": "closed", "response_url": ""}
    await sender(post).handle(answer(payload={"user": "U1", **closed}))
    assert ("post", "D-U1", "Done") in post.did


async def test_an_answer_can_take_the_place_of_the_one_before() -> None:
    """A list that was acted on is replaced; any other answer is added."""
    for given, replaced in (({"replace": "yes"}, True), ({}, False)):
        post = Post()
        await sender(post).handle(answer(payload=given))
        (_, _, payload) = post.did[0]
        assert payload["replace_original"] is replaced


async def test_an_alert_goes_to_its_channel_once() -> None:
    """It belongs to no release, and is found again by its key after a doubt."""
    post = Post()
    alert = replace(
        answer(),
        outgoing=Outgoing(
            kind=OutgoingKind.ALERT,
            lane="channel:C1",
            key="expiring:github",
            payload={"channel": "C1", "text": "Ends soon"},
        ),
    )
    await sender(post).handle(alert)
    assert ("post", "C1", "Ends soon") in post.did
    doubtful = Post()
    doubtful.found = MessageRef(channel="C1", ts="1.1")
    await sender(doubtful).handle(replace(alert, uncertain=True))
    assert not [one for one in doubtful.did if one[0] == "post"]


@pytest.mark.parametrize(("slept", "posts"), [(14, True), (16, False)])
async def test_a_sender_that_slept_posts_nothing(slept: int, *, posts: bool) -> None:
    """After half a lease another one may have posted it: the late one sends nothing, comes back, and has no doubt."""
    post = Post()

    async def connect(_tenant: str) -> Any:
        return post

    late = Sender(
        engine=at(TAKEN + timedelta(seconds=slept)),
        mailbox=post,  # type: ignore[arg-type]  # what it calls
        connect=connect,
        answers=post,  # type: ignore[arg-type]  # no home is published here
        who=None,  # type: ignore[arg-type]  # see above
        limiter=Limiter(clock=lambda: 0.0),
    )
    await late.handle(answer(payload={"response_url": "", "user": "U1"}))
    assert [one[0] for one in post.did] == (["post", "sent"] if posts else ["later"])
    if not posts:
        assert post.did[-1][-1] is False


async def test_a_sender_whose_clock_was_set_back_while_it_slept_posts_nothing() -> None:
    """The time of its loop goes on whatever becomes of the clock."""
    post, slept = Post(), asyncio.get_running_loop().time() - 120
    letter = answer(payload={"response_url": "", "user": "U1"})
    await sender(post).handle(replace(letter, taken=slept))
    assert [one[0] for one in post.did] == ["later"]
