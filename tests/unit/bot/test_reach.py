"""While Slack can't be reached one message at a time tries it, and all go on once it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.slack.limiter import Limiter
from bot.slack.outbox import Sender
from bot.slack.reach import LONGEST_WAIT
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater
from orchestration.ports.making import TooLate
from orchestration.ports.notification import MessageRef
from orchestration.ports.runtime import DatabaseAway, Letter, Outgoing, OutgoingKind
from tests.unit.bot.test_outbox import TAKEN, URL, Post, answer, at

GONE = TryLater("Slack could not be reached")
_AT_ONCE = 8


@dataclass
class Lanes(Post):
    """A mailbox with one alert for each of many channels, in a time of its own."""

    now: float = 0.0
    due: dict[int, float] = field(default_factory=dict)
    kind: OutgoingKind = OutgoingKind.ALERT
    attempts: int = 1
    calls: list[float] = field(default_factory=list)

    async def claim(self, *, limit: int) -> Sequence[Letter]:
        """What has been due for longest."""
        ready = sorted((when, number) for number, when in self.due.items() if when <= self.now)
        return [self._letter(number) for _, number in ready[:limit]]

    def _letter(self, number: int) -> Letter:
        payload = {
            "channel": f"C{number}",
            "text": "Ends soon",
            "user": "U1",
            "response_url": URL,
            "step": "fn",
        }
        outgoing = Outgoing(kind=self.kind, lane=f"channel:C{number}", key=f"{number}", payload=payload)
        return replace(answer(), id=number, outgoing=outgoing, attempts=self.attempts)

    async def later(self, letter: Letter, *, seconds: float, reason: str, uncertain: bool) -> None:
        """It rests."""
        await super().later(letter, seconds=seconds, reason=reason, uncertain=uncertain)
        self.due[letter.id] = self.now + seconds

    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """It is gone."""
        await super().sent(letter, refs)
        del self.due[letter.id]

    async def send_message(self, message: Any) -> MessageRef:
        """Post, or fail as ordered."""
        self.calls.append(self.now)
        return await super().send_message(message)


def _sender(post: Lanes) -> Sender:
    async def connect(_tenant: str) -> Any:
        return post

    return Sender(
        engine=at(TAKEN),
        mailbox=post,  # type: ignore[arg-type]  # what it calls
        connect=connect,
        answers=post,  # type: ignore[arg-type]  # no home is published here
        who=None,  # type: ignore[arg-type]  # see above
        limiter=Limiter(clock=lambda: post.now),
    )


async def _round(sending: Sender) -> int:
    """What a loop does at one moment; how many messages it took up."""
    taken = 0
    while letters := await sending.mailbox.claim(limit=_AT_ONCE):
        for letter in letters:
            await sending.handle(letter)
        taken += len(letters)
    return taken


async def _pass(post: Lanes, sending: Sender, seconds: float) -> None:
    until = post.now + seconds
    while post.now < until:
        post.now += 0.1
        await _round(sending)


def _lanes(number: int, **fields: Any) -> Lanes:
    return Lanes(due=dict.fromkeys(range(1, number + 1), 0.0), **fields)


async def test_half_an_hour_without_slack_costs_no_more_for_many_lanes() -> None:
    """Sixty channels wait, and the calls are those of one: a few at first, then one within each longest wait."""
    post = _lanes(60, error=GONE)
    sending = _sender(post)
    await _pass(post, sending, 1800)
    assert len(post.calls) <= _AT_ONCE + 5 + 2 * 1800 / LONGEST_WAIT
    gaps = [after - before for before, after in zip(post.calls, post.calls[1:], strict=False)]
    assert max(gaps) <= LONGEST_WAIT + 0.2


async def test_all_lanes_go_on_at_the_first_answer() -> None:
    """After half an hour the first message goes within the longest wait, and the others with it, each once."""
    post = _lanes(20, error=GONE)
    sending = _sender(post)
    await _pass(post, sending, 1800)
    back, post.error = post.now, None
    post.calls.clear()
    await _pass(post, sending, 2 * LONGEST_WAIT)
    assert post.calls[0] - back <= LONGEST_WAIT
    assert len(post.calls) == 20
    assert post.calls[-1] - post.calls[0] <= LONGEST_WAIT
    assert post.due == {}


async def test_one_at_a_time_is_tried_and_the_waits_grow() -> None:
    """After three calls in a row without an answer nothing is taken up until the next trial, and then one alone."""
    post = _lanes(60, error=GONE)
    sending = _sender(post)
    await _round(sending)
    waits = []
    for _ in range(6):
        assert await sending.mailbox.claim(limit=_AT_ONCE) == []
        wait = await sending.mailbox.next_in()
        assert wait is not None
        waits.append(wait)
        post.now += wait
        trial = await sending.mailbox.claim(limit=_AT_ONCE)
        assert len(trial) == 1
        assert await sending.mailbox.claim(limit=_AT_ONCE) == []
        assert await sending.mailbox.next_in() is None
        await sending.handle(trial[0])
    # Three quarters of the whole each: chance is the middle of the upper half here.
    assert waits == pytest.approx([0.75, 1.5, 3.0, 6.0, 7.5, 7.5])


@pytest.mark.parametrize(
    "answers",
    [
        TryLater("Slow down", after=timedelta(seconds=1)),
        Refused("Slack refused the layout"),
        NeedsCredentials("The token was revoked"),
        TooLate("The work may be another worker's"),
    ],
    ids=["429", "refused", "revoked", "not sent"],
)
@pytest.mark.parametrize("kind", [OutgoingKind.ALERT, OutgoingKind.ANSWER])
async def test_what_slack_answers_or_never_got_is_no_absence(answers: Exception, kind: OutgoingKind) -> None:
    """Of these each message has its own trouble, an answer to a person too: the others are taken up as ever."""
    post = _lanes(0, error=answers, kind=kind)
    sending = _sender(post)
    for number in range(1, 20):
        await sending.handle(post._letter(number))
    post.due = dict.fromkeys(range(100, 120), 0.0)
    assert len(await sending.mailbox.claim(limit=_AT_ONCE)) == _AT_ONCE


async def test_an_answer_between_failures_begins_the_count_anew() -> None:
    """A message that fails again and again, while others go, doesn't hold them up."""
    post = _lanes(0)
    sending = _sender(post)
    for number in range(1, 20, 3):
        for failing, error in ((0, GONE), (1, GONE), (2, None)):
            post.error = error
            post.due[number + failing] = 0.0
            await sending.handle(post._letter(number + failing))
    assert await sending.mailbox.next_in() is None


@pytest.mark.parametrize("lost", [DatabaseAway("gone"), RuntimeError("a fault")])
async def test_a_trial_that_ends_otherwise_is_followed_by_another(lost: Exception) -> None:
    """What became of it says nothing of Slack, and the next message is the trial."""
    post = _lanes(60, error=GONE)
    sending = _sender(post)
    await _round(sending)
    post.now += await sending.mailbox.next_in() or 0.0
    (trial,) = await sending.mailbox.claim(limit=_AT_ONCE)
    post.error = lost
    try:
        await sending.handle(trial)
    except DatabaseAway:
        assert isinstance(lost, DatabaseAway)
    assert len(await sending.mailbox.claim(limit=_AT_ONCE)) == 1


@pytest.mark.parametrize("kind", [OutgoingKind.ALERT, OutgoingKind.ANSWER, OutgoingKind.STEP])
async def test_whatever_went_out_ends_the_absence(kind: OutgoingKind) -> None:
    """A message, an answer to a person and the end of a step say alike that Slack is back: all lanes go on."""
    post = _lanes(60, error=GONE)
    sending = _sender(post)
    await _round(sending)
    post.error, post.kind = None, kind
    post.now += await sending.mailbox.next_in() or 0.0
    (trial,) = await sending.mailbox.claim(limit=_AT_ONCE)
    await sending.handle(trial)
    assert len(await sending.mailbox.claim(limit=_AT_ONCE)) == _AT_ONCE


@pytest.mark.parametrize("kind", [OutgoingKind.ANSWER, OutgoingKind.ALERT])
async def test_what_was_tried_in_vain_rests_until_the_next_trial(kind: OutgoingKind) -> None:
    """While Slack is away none waits for a pause of its own, an answer to a person as little as an alert."""
    post = _lanes(60, error=GONE, kind=kind, attempts=5)
    sending = _sender(post)
    await _round(sending)
    post.now += await sending.mailbox.next_in() or 0.0
    (trial,) = await sending.mailbox.claim(limit=_AT_ONCE)
    await sending.handle(trial)
    assert post.due[trial.id] - post.now == pytest.approx(1.5)


async def test_people_are_told_once_that_it_is_away_and_back() -> None:
    """One line of the log each, however many messages wait."""
    post = _lanes(30, error=GONE)
    sending = _sender(post)
    with capture_logs() as said:
        await _pass(post, sending, 60)
        post.error = None
        await _pass(post, sending, 20)
    told = [line["action"] for line in said if line.get("action") in {"slack_away", "slack_back"}]
    assert told == ["slack_away", "slack_back"]
