"""What a provider can be in the world, and what each role does there.

It is longer than the house rule, because the roles are one cast, read side by side.

A member is one provider of a world. It says what is entered to connect to it and what it holds, and does what people
and machines do there. A program of another process gets the same below `/_sandbox` of the member's simulator:

GET  member           what it holds: pages, runs, tickets, test runs, store builds, and what was made twice
POST listen           {"url": "http://…"}: send news of CI runs there
POST tickets/done     every ticket is moved to where it is done
POST tests/pass       every case of every test run passes
POST sessions         people use a build: {"version", "build", "sessions", "crashed"}
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from aiohttp import web

from sandbox.gitrepo import GitRepo
from sandbox.kit import CONTROL, Simulator, carrying_out
from sandbox.values import KINDS, Connection, Offer, Page, Run, StoreBuild, TestRun, Ticket

Json = dict[str, Any]
Order = Callable[[Json], None]
Clock = Callable[[], float]


class Member(ABC):
    """One provider of a world. `key` is its name in addresses and orders, `title` that for people."""

    key: ClassVar[str]
    title: ClassVar[str]
    simulator: Simulator

    @abstractmethod
    def connection(self) -> Connection:
        """What is entered to connect to it, once it listens."""

    def address(self) -> Json:
        """What has to be known of it outside, once it listens; as JSON."""
        return {"url": self.simulator.url, "title": self.title, **asdict(self.connection())}

    def holds(self) -> Json:
        """What it holds, as JSON."""
        return {}

    def orders(self) -> Mapping[str, Order]:
        """What can be ordered from outside, by path; each takes the JSON that came with it."""
        return {}

    async def tick(self) -> None:  # noqa: B027 - most have nothing of the kind
        """What goes on by itself; called ten times a second."""

    def follow(self, clock: Clock) -> None:  # noqa: B027 - most date nothing that matters
        """Date things by this clock, which gives unix seconds; limits and sign-ins keep real time."""

    def open_door(self) -> None:
        """Add the routes below `/_sandbox`, before it listens."""

        async def tell(_request: web.Request) -> web.Response:
            return web.json_response(self.holds())

        self.simulator.app.router.add_get(f"{CONTROL}/member", tell)
        for path, order in self.orders().items():
            self.simulator.app.router.add_post(f"{CONTROL}/{path}", carrying_out(order))


class Host(Member):
    """Source control: where the world's git repository is."""

    once: ClassVar[frozenset[str]] = frozenset({"branch", "tag", "release"})
    """What is made once, by kind. Not tag objects: one that never got its ref is garbage that nobody sees."""

    @abstractmethod
    def take(self, repo: GitRepo) -> None:
        """Offer the repository."""

    @abstractmethod
    def pages(self) -> Sequence[Page]:
        """The releases that were published, oldest first."""

    @abstractmethod
    def made(self) -> Mapping[tuple[str, str], int]:
        """How often each thing was made, by kind and natural key."""

    def publish(self, page: Page) -> None:
        """A release of the past, whose tag is there; it was not made by who is connected."""

    def doubled(self) -> Mapping[str, int]:
        """What was made more than once, or by now not at all, of what is made once."""
        return {f"{kind} {key}": n for (kind, key), n in self.made().items() if n != 1 and kind in self.once}

    def holds(self) -> Json:
        """Also: what was published, and what was made twice."""
        pages = [asdict(page) for page in self.pages()]
        return {**super().holds(), "pages": pages, "doubled": dict(self.doubled())}


class Builder(Member):
    """CI: jobs that build the world's repository. `own_host`: only where this provider has it itself."""

    own_host: ClassVar[bool] = True
    inputs: ClassVar[Mapping[str, str]] = {"platform": "{platform}", "version": "{version}"}

    @abstractmethod
    def files(self) -> Mapping[str, str]:
        """What the repository must hold for the jobs, text by path."""

    @abstractmethod
    def job(self, kind: str) -> str:
        """The job for this kind, as a release configuration names it."""

    @abstractmethod
    def runs(self) -> Sequence[Run]:
        """All runs, oldest first."""

    @abstractmethod
    def listen(self, url: str) -> None:
        """Send news of runs to one more address."""

    def hears(self, url: str) -> bool:
        """Whether news of runs are sent there already."""
        webhooks = getattr(self.simulator, "webhooks", None)
        return any(hook.url == url for hook in getattr(webhooks, "hooks", ()))

    def check_out(self, repo: GitRepo) -> None:
        """Build the commits of this repository."""

    @abstractmethod
    def steer(self, correlation: str, order: str) -> None:
        """Let a run that goes on `pass`, `fail`, `hang`, or `cancel` it."""

    @abstractmethod
    def expect(self, order: str) -> None:
        """Let the next runs `pass`, `fail` or `hang` by themselves."""

    def address(self) -> Json:
        """Also: the jobs by kind, and with what they are started."""
        jobs = {kind: self.job(kind) for kind in KINDS}
        return {**super().address(), "jobs": jobs, "inputs": dict(self.inputs)}

    def holds(self) -> Json:
        """Also: the runs."""
        return {**super().holds(), "runs": [asdict(run) for run in self.runs()]}

    def orders(self) -> Mapping[str, Order]:
        """Also: to listen."""
        return {**super().orders(), "listen": lambda order: self.listen(order["url"])}


class Counting(Protocol):
    """A repository in a simulator, which counts what is made in it, by kind and natural key."""

    made: Counter[tuple[str, str]]


H = TypeVar("H", bound=Counting)


class OwnCi(Host, Builder, Generic[H]):
    """A host with a CI of its own."""

    _hosted: H | None = None

    @abstractmethod
    def offer(self, repo: GitRepo) -> H:
        """Offer the repository."""

    def take(self, repo: GitRepo) -> None:
        """Offer it, and keep what the simulator knows of it."""
        self._hosted = self.offer(repo)

    @property
    def hosted(self) -> H:
        """The repository. RuntimeError before there is one."""
        if self._hosted is None:
            raise RuntimeError(f"{self.title} has no repository yet")
        return self._hosted

    def made(self) -> Mapping[tuple[str, str], int]:
        """As the simulator counted."""
        return self.hosted.made


class Tracker(Member):
    """Project management: the tickets of the releases."""

    issue_type: ClassVar[str] = "Release"

    @property
    @abstractmethod
    def project(self) -> str:
        """Where tickets are opened, as a release configuration names it."""

    @abstractmethod
    def tickets(self) -> Sequence[Ticket]:
        """All tickets, oldest first."""

    @abstractmethod
    def finish(self, key: str) -> None:
        """Move a ticket to where it is done, as a person does on the board."""

    @abstractmethod
    def statuses(self) -> Sequence[str]:
        """The columns of the board, from the first to the last."""

    @abstractmethod
    def move(self, key: str, status: str) -> None:
        """Move a ticket to a column of the board."""

    def finish_all(self) -> None:
        """Finish every ticket that is open."""
        for ticket in self.tickets():
            if not ticket.done:
                self.finish(ticket.key)

    def address(self) -> Json:
        """Also: where tickets are opened, and as what."""
        return {**super().address(), "project": self.project, "issue_type": self.issue_type}

    def holds(self) -> Json:
        """Also: the tickets."""
        return {**super().holds(), "tickets": [asdict(ticket) for ticket in self.tickets()]}

    def orders(self) -> Mapping[str, Order]:
        """Also: to finish the tickets."""
        return {**super().orders(), "tickets/done": lambda _order: self.finish_all()}


class Lab(Member):
    """Test management: the test runs of the releases."""

    project: ClassVar[str]

    @abstractmethod
    def test_runs(self) -> Sequence[TestRun]:
        """All runs, oldest first."""

    @abstractmethod
    def squads(self, key: str) -> Mapping[str, Mapping[str, int]]:
        """Who has cases in a run, and how many of them are in each state."""

    @abstractmethod
    def fill(self, key: str, squad: str, status: str) -> None:
        """Give the cases of a squad in a run that are not tested yet a result."""

    @abstractmethod
    def pass_all(self) -> None:
        """Give every case of every run the result of a pass."""

    def address(self) -> Json:
        """Also: whose cases are run."""
        return {**super().address(), "project": self.project}

    def holds(self) -> Json:
        """Also: the test runs."""
        return {**super().holds(), "test_runs": [asdict(run) for run in self.test_runs()]}

    def orders(self) -> Mapping[str, Order]:
        """Also: to let everything pass."""
        return {**super().orders(), "tests/pass": lambda _order: self.pass_all()}


class Office(Protocol):
    """A store's console: orders about versions, and about the account."""

    def offers(self) -> Sequence[Offer]:
        """As it shows them."""

    def order(self, number: str, name: str) -> None:
        """As people do it there."""

    def account_orders(self) -> Mapping[str, str]:
        """As people find it there."""

    def order_account(self, name: str) -> None:
        """As people do it there."""


class Shop(Member):
    """An app store: it gets the builds of `kind`, for the platform and target of `pair`. `group`: who tests them."""

    kind: ClassVar[str]
    pair: ClassVar[str]
    group: ClassVar[str]

    @abstractmethod
    def upload(self, version: str, number: int) -> None:
        """A build arrives, as CI uploads it."""

    @abstractmethod
    def builds(self) -> Sequence[StoreBuild]:
        """All builds, oldest first."""

    @abstractmethod
    def shelf(self) -> Sequence[Mapping[str, str]]:
        """All builds, oldest first: `number`, `version`, `state`, and the `testers` that have it."""

    @abstractmethod
    def orders_for(self, number: str) -> Mapping[str, str]:
        """What can be ordered for a build now, in words by name."""

    @abstractmethod
    def order(self, number: str, name: str) -> None:
        """Do one of them."""

    @abstractmethod
    def office(self) -> Office:
        """Where people of the store, and ours in its console, do what they do."""

    def offers(self) -> Sequence[Offer]:
        """The versions that are on their way to users, or with them; newest first."""
        return self.office().offers()

    def order_offer(self, number: str, name: str) -> None:
        """Do what an offer says can be done. ValueError where it can't any more."""
        self.office().order(number, name)

    def account_orders(self) -> Mapping[str, str]:
        """What people can do about the account or the app as a whole, in words by name."""
        return self.office().account_orders()

    def order_account(self, name: str) -> None:
        """Do one of them."""
        self.office().order_account(name)

    def orders(self) -> Mapping[str, Order]:
        """`offers` {"number", "order"}, and `account` {"order"}."""
        return {
            **super().orders(),
            "offers": lambda order: self.order_offer(str(order["number"]), str(order["order"])),
            "account": lambda order: self.order_account(str(order["order"])),
        }

    def address(self) -> Json:
        """Also: whose builds it has, and who tests them."""
        return {**super().address(), "pair": self.pair, "group": self.group}

    def holds(self) -> Json:
        """Also: the builds, and what users are offered."""
        offers = [asdict(offer) for offer in self.offers()]
        return {**super().holds(), "builds": [asdict(build) for build in self.builds()], "offers": offers}
