"""The releases of a store in memory: how they move by our verbs, and what a test has the store do with them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from orchestration.ports.app_store import GoLive, Rollout, StoreOrder, StoreState, StoreStatus
from orchestration.ports.errors import AlreadyDifferent, Refused

DAYS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""What share of the users has a phased release, by its day."""
BUDGET: Final = timedelta(days=30)
LONGEST_NOTE: Final = 500
TODO: Final = "send it for review in the store's console"

EDITABLE: Final = frozenset({StoreState.PENDING, StoreState.REJECTED, StoreState.CANCELLED})
REVIEWED: Final = frozenset({StoreState.SUBMITTED, StoreState.IN_REVIEW})
OUT: Final = frozenset(
    {StoreState.LIVE, StoreState.PAUSED, StoreState.IN_PROGRESS, StoreState.HALTED, StoreState.COMPLETE}
)


@dataclass(kw_only=True, slots=True)
class Sent:
    """A version in the store: what was ordered last, and how far it is."""

    order: StoreOrder
    status: StoreStatus
    reviews: int = 1


class Releases:
    """The versions of one app. `moving` and `stopped` are the two states of a version that is on its way out."""

    def __init__(self, *, rollout: Rollout, home: str) -> None:
        self._phased = rollout is Rollout.PHASED
        self._home = home
        self.longest_note = LONGEST_NOTE
        self.moving = StoreState.LIVE if self._phased else StoreState.IN_PROGRESS
        self.stopped = StoreState.PAUSED if self._phased else StoreState.HALTED
        self.sent: dict[tuple[str, str], Sent] = {}

    def find(self, version: str, number: str) -> StoreStatus | None:
        """How far a version is, None where it was never submitted. A phased store knows it by its version."""
        sent = self.sent.get(self._key(version, number))
        return None if sent is None else sent.status

    def submit(self, order: StoreOrder) -> StoreStatus:
        """Send for review, or find that it was."""
        self._check(order)
        key = self._key(order.build.version, order.build.number)
        sent = self.sent.get(key)
        if sent is not None and sent.status.state not in EDITABLE:
            _check_same(order, sent)
            return sent.status
        rivals = [of.status for at, of in self.sent.items() if at != key and of.status.state in REVIEWED]
        if rivals:
            raise Refused(f"{rivals[0].version} is in review: withdraw it first", link=rivals[0].url)
        status = StoreStatus(
            version=order.build.version,
            number=order.build.number,
            state=StoreState.SUBMITTED if order.send_for_review else StoreState.PENDING,
            url=f"{self._home}/versions/{order.build.version}",
            phased=order.phased,
            todo=None if order.send_for_review else TODO,
        )
        reviews = (0 if sent is None else sent.reviews) + int(order.send_for_review)
        self.sent[key] = Sent(order=order, status=status, reviews=reviews)
        return status

    def send(self, version: str, number: str) -> StoreStatus:
        """A person sends for review what was submitted unsent."""
        sent = self._sent(version, number)
        self._need(sent, "be sent", StoreState.PENDING)
        sent.status, sent.reviews = replace(sent.status, todo=None), sent.reviews + 1
        return self._move(sent, StoreState.SUBMITTED)

    def withdraw(self, version: str, number: str) -> StoreStatus:
        """Take it back."""
        sent = self._sent(version, number)
        if sent.status.state in (StoreState.PENDING, StoreState.CANCELLED):
            return sent.status
        self._need(sent, "be withdrawn", *REVIEWED)
        if not self._phased:
            raise Refused("Only a person can take it back, in the store's console", link=sent.status.url)
        return self._move(sent, StoreState.CANCELLED)

    def release(self, version: str, number: str) -> StoreStatus:
        """Let it out, unless it is."""
        sent = self._sent(version, number)
        if sent.status.state in OUT:
            return sent.status
        self._need(sent, "be released", StoreState.APPROVED)
        return self._out(sent)

    def set_rollout(self, version: str, number: str, percent: float) -> StoreStatus:
        """To so many percent."""
        sent = self._sent(version, number)
        if self._phased:
            raise Refused("This store has days of its own: pause it, or complete it", link=sent.status.url)
        self._need(sent, "be given to more users", StoreState.IN_PROGRESS)
        if not sent.status.percent <= percent < DAYS[-1]:
            raise Refused(
                f"{version} is at {sent.status.percent:g} %, and can't go to {percent:g} %: the share only grows, "
                "and completing it is a step of its own",
                link=sent.status.url,
            )
        return self._move(sent, StoreState.IN_PROGRESS, percent=percent)

    def stop(self, version: str, number: str) -> StoreStatus:
        """Pause or halt."""
        sent = self._sent(version, number)
        if sent.status.state is self.stopped:
            return sent.status
        self._need(sent, "be stopped", self.moving)
        return self._move(sent, self.stopped)

    def resume(self, version: str, number: str) -> StoreStatus:
        """Go on."""
        sent = self._sent(version, number)
        if sent.status.state is self.moving:
            return sent.status
        self._need(sent, "be resumed", self.stopped)
        return self._move(sent, self.moving)

    def complete(self, version: str, number: str) -> StoreStatus:
        """To everybody."""
        sent = self._sent(version, number)
        if sent.status.state is not StoreState.COMPLETE:
            self._need(sent, "be completed", self.moving)
            self._move(sent, StoreState.COMPLETE, percent=DAYS[-1])
        return sent.status

    def turn(
        self,
        version: str,
        number: str,
        state: StoreState,
        *,
        detail: str | None = None,
        todo: str | None = None,
    ) -> StoreStatus:
        """What the store or a person in its console makes of a version. An AUTOMATIC one that passed goes out."""
        sent = self._sent(version, number)
        if state is StoreState.APPROVED and sent.order.go_live is GoLive.AUTOMATIC:
            return self._out(sent)
        sent.status = replace(sent.status, detail=detail, todo=todo)
        return self._move(sent, state)

    def next_day(self, version: str, number: str) -> StoreStatus:
        """A day of the store's own passes: a phased release reaches more users, a paused one has a day less."""
        sent = self._sent(version, number)
        status = sent.status
        if status.state is StoreState.PAUSED and status.pause_left is not None:
            left = status.pause_left - timedelta(days=1)
            sent.status = replace(status, pause_left=left)
            return self._move(sent, StoreState.PAUSED if left else StoreState.LIVE)
        if status.state is StoreState.LIVE and status.day is not None:
            day = status.day + 1
            sent.status = replace(status, day=day)
            return self._move(
                sent,
                StoreState.COMPLETE if day == len(DAYS) else StoreState.LIVE,
                percent=DAYS[day - 1],
            )
        return status

    def _out(self, sent: Sent) -> StoreStatus:
        order = sent.order
        if self._phased and order.phased:
            sent.status = replace(sent.status, day=1, pause_left=BUDGET)
            return self._move(sent, StoreState.LIVE, percent=DAYS[0])
        if not self._phased and order.percent < DAYS[-1]:
            return self._move(sent, StoreState.IN_PROGRESS, percent=order.percent)
        return self._move(sent, StoreState.COMPLETE, percent=DAYS[-1])

    def _move(self, sent: Sent, state: StoreState, *, percent: float | None = None) -> StoreStatus:
        share = sent.status.percent if percent is None else percent
        sent.status = replace(sent.status, state=state, percent=share)
        return sent.status

    def _check(self, order: StoreOrder) -> None:
        long = [tag for tag, text in order.notes.items() if len(text) > LONGEST_NOTE]
        if long or len(order.fallback) > LONGEST_NOTE:
            raise Refused(f"What's new may have {LONGEST_NOTE} characters: shorten {', '.join(long)}")
        if self._phased and (order.percent < DAYS[-1] or order.update_priority):
            raise Refused("This store has days of its own: it takes neither a percentage nor a priority")
        if self._phased and (order.pull_back or not order.send_for_review):
            raise Refused("This store reviews what is submitted, and nothing else of the app is in its way")
        if not self._phased and (order.phased or order.go_live is not GoLive.AUTOMATIC):
            raise Refused("This store lets an approved version out at once, to a percentage")

    def _key(self, version: str, number: str) -> tuple[str, str]:
        return (version, "" if self._phased else number)

    def _sent(self, version: str, number: str) -> Sent:
        sent = self.sent.get(self._key(version, number))
        if sent is None:
            raise Refused(f"{version} ({number}) was not submitted")
        return sent

    def _need(self, sent: Sent, to: str, *states: StoreState) -> None:
        if sent.status.state not in states:
            said = sent.status.state.lower().replace("_", " ")
            raise Refused(f"{sent.status.version} is {said}, so that it can't {to}", link=sent.status.url)


def _check_same(order: StoreOrder, sent: Sent) -> None:
    """AlreadyDifferent where what is under way is not what is asked for."""
    for what, asked, found in (
        ("build", order.build.number, sent.order.build.number),
        ("text", str(dict(order.notes)), str(dict(sent.order.notes))),
        ("manner of release", _manner(order), _manner(sent.order)),
    ):
        if asked != found:
            raise AlreadyDifferent(
                f"Version {order.build.version} with another {what}", expected=asked, found=found
            )


def _manner(order: StoreOrder) -> str:
    return f"{order.go_live} {order.go_live_at or ''} {'phased' if order.phased else ''}".strip()
