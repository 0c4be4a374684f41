"""What the engine asks of its surroundings: time, chance, a database, work to do and messages to send.

It is longer than the house rule, because the engine's surroundings are one contract, read as a whole.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from orchestration.domain.chain import Head, Link
from orchestration.domain.change import Change
from orchestration.domain.due import WorkKind
from orchestration.domain.events import Event
from orchestration.domain.lineage import Ancestor
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Grant
from orchestration.domain.release import Release
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.tokens import Token
from orchestration.domain.version import Version
from orchestration.ports.app_store import AppStore
from orchestration.ports.attention import Attentions
from orchestration.ports.cicd import CICD
from orchestration.ports.homes import Homes, Places
from orchestration.ports.listing import Entry, ReleaseFilter
from orchestration.ports.notification import MessageRef, Notification
from orchestration.ports.people import People
from orchestration.ports.planning import Planning
from orchestration.ports.pm import ProjectManagement
from orchestration.ports.release_health import ReleaseHealth
from orchestration.ports.scm import SourceControl
from orchestration.ports.steps import Steps
from orchestration.ports.test_platform import TestPlatform
from orchestration.ports.turns import Turns
from orchestration.ports.webhooks import Webhooks


class StaleRelease(Exception):
    """Somebody else saved the release since it was read: read again and decide again."""


class StaleClaim(Exception):
    """The lease was lost: another worker has the work now, and nothing of this one may be written."""


class DatabaseAway(Exception):
    """The database does not answer, has no room, or somebody keeps a lock: what was begun is stored wholly or not at
    all, and nobody knows which.

    It is nobody's fault and no try of anybody's: whoever claims the same work next goes on.
    """


class ReleaseHeld(StaleRelease, DatabaseAway):
    """Somebody keeps rows locked for longer than is waited for, such as a process that was stopped meanwhile.

    Who decides anew on newer releases does so; for all others it is as if the database were away for a while.
    """


class GaveWay(StaleRelease, DatabaseAway):
    """The database undid what was begun, because it and another transaction waited for each other. Nothing is stored.

    It is begun anew at once by whoever can; for all others it is as if the database were away for a moment.
    """


class NoSuchRelease(Exception):
    """This tenant has no release of that id."""


class StaleConfiguration(Exception):
    """Somebody else saved the configuration since it was read."""


class StaleConfigurationDraft(Exception):
    """The draft was changed, or used up, since it was read."""


class Clock(Protocol):
    """The time, always with a zone."""

    def now(self) -> datetime:
        """The current moment in UTC."""


class Chance(Protocol):
    """Everything that is drawn by lot."""

    def fraction(self) -> float:
        """A number in [0, 1)."""

    def code(self, length: int) -> str:
        """`length` characters that are not guessed and not misread: no 0, 1, I, L, O, U."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Work that is ours until the lease ends. `fence` rises with every claim, so a late writer is known.

    `at` is when it was claimed by the clock of leases, which is the same for all processes, and `taken` the same moment
    by the time of the event loop, which goes on whatever becomes of the machine's clock.
    `trace`, here and below, is the context of what caused it, see `orchestration.ports.tracing`.
    """

    id: str
    tenant_id: str
    release_id: str
    kind: WorkKind
    subject: str
    fence: int
    trace: str | None = None
    at: datetime | None = None
    taken: float = 0.0


class Dispatcher(Protocol):
    """Hands out due work, each piece to one worker at a time, and again when a worker is gone.

    Any engine that keeps the contract suite may stand here.
    """

    async def claim(self, *, limit: int) -> Sequence[Claim]:
        """Take up to `limit` pieces that are due, the longest due first."""

    async def renew(self, claims: Sequence[Claim]) -> None:
        """Lengthen the leases that are still ours; those lost stay lost."""

    async def let_go(self, claim: Claim) -> None:
        """Give work back untouched: it is due again at once. Does nothing where the lease was lost."""


class OutgoingKind(StrEnum):
    """What a message is made of when sent: the card of a release, a gate or a store, a chapter: what a stage or cycle

    has left behind, an event, an answer to a person,

    an alert: words for a channel that belong to no release, news: an event that belongs to none, a digest: what was
    kept for a person, the answer to a step of a workflow, or a file: drawn when it is sent.
    A home is a person's own page; homes stands for all that people opened. Links are those of releases that somebody
    posted.
    """

    CARD = "CARD"
    GATE = "GATE"
    STORE = "STORE"
    CHAPTER = "CHAPTER"
    NOTICE = "NOTICE"
    ANSWER = "ANSWER"
    ALERT = "ALERT"
    NEWS = "NEWS"
    HOME = "HOME"
    HOMES = "HOMES"
    DIGEST = "DIGEST"
    STEP = "STEP"
    FILE = "FILE"
    LINKS = "LINKS"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outgoing:
    """A message to come. Those with the same `key` that were not sent yet become one.

    Messages of one `lane` are sent one after another in the order in which they were stored.
    """

    kind: OutgoingKind
    lane: str
    key: str
    release_id: str | None = None
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A message that was claimed for sending. `uncertain`: an earlier try may have sent it already.

    `version` tells whether the same message was ordered again while it was being sent.
    `attempts` counts from 1, and a try that was cut off once only, however often it was cut off.
    `since` is when it was first tried, in unix seconds; `taken_at` when it was claimed, by our own clock;
    `taken` the same moment by the time of the event loop.
    """

    id: int
    tenant_id: str
    outgoing: Outgoing
    version: int
    fence: int
    attempts: int
    uncertain: bool
    since: float
    taken_at: datetime
    taken: float | None = None
    trace: str | None = None


class Mailbox(Protocol):
    """The outbox as the sender sees it."""

    async def claim(self, *, limit: int) -> Sequence[Letter]:
        """The first unsent message of up to `limit` lanes, leased."""

    async def renew(self, letters: Sequence[Letter]) -> None:
        """Lengthen the leases that are still ours; those lost stay lost."""

    async def sent(self, letter: Letter, refs: Mapping[str, MessageRef]) -> None:
        """Record the delivery and where the messages stand, by message key. StaleClaim: lease lost."""

    async def later(self, letter: Letter, *, seconds: float, reason: str, uncertain: bool) -> None:
        """Try again after `seconds`; the rest of the lane waits behind it."""

    async def dead(self, letter: Letter, reason: str) -> None:
        """Give it up, keep it with the reason, record the event and let the lane go on."""

    async def ref(self, tenant_id: str, key: str) -> MessageRef | None:
        """Where the message of a key stands, None where it was never sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """A request that was received and stored before it was acknowledged. `key` tells repeats."""

    key: str
    tenant_id: str
    kind: str
    payload: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A stored request that is ours to work on. `attempts` counts from 1."""

    incoming: Incoming
    fence: int
    attempts: int
    trace: str | None = None


class Inbox(Protocol):
    """Requests, stored before they are acknowledged and worked on once."""

    async def receive(self, incoming: Incoming) -> bool:
        """Store a request; False where it was there already."""

    async def claim(self, *, limit: int, keys: Sequence[str] = ()) -> Sequence[Request]:
        """Take up to `limit` open requests, oldest first; only those of `keys` where given."""

    async def renew(self, requests: Sequence[Request]) -> None:
        """Lengthen the leases that are still ours; those lost stay lost."""

    async def close(self, request: Request, *, error: str | None = None) -> None:
        """Mark a request as worked on, where no unit of work did it."""

    async def later(self, request: Request, *, seconds: float, reason: str) -> None:
        """Try again after `seconds`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """A release configuration: its snapshot as it is now, and whether releases may use it.

    `revision` is what a writer must have read; 0 is one that was never stored.
    """

    id: str
    tenant_id: str
    name: str
    snapshot: Snapshot
    active: bool = True
    default: bool = False
    revision: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigurationDraft:
    """A configuration that a person is editing, until `expires_at`. `subject` is its id, empty for a new one.

    `document` is in the format of the configuration file, and may be unfinished and wrong. `based_on` is the
    revision that it changes, 0 for a new one.
    """

    tenant_id: str
    person: str
    subject: str
    document: Mapping[str, Any]
    based_on: int
    expires_at: datetime
    revision: int = 0


class ConfigurationDrafts(Protocol):
    """What people have not saved yet."""

    async def of_person(self, tenant_id: str, person: str, *, now: datetime) -> Sequence[ConfigurationDraft]:
        """Those of a person that are not over, by configuration."""

    async def find(
        self, tenant_id: str, person: str, subject: str, *, now: datetime
    ) -> ConfigurationDraft | None:
        """The one of a person for a configuration, None where there is none or it is over."""

    async def put(self, draft: ConfigurationDraft) -> ConfigurationDraft:
        """Store a new one (revision 0), in the place of an older one, or one as it was read.

        Returns it with its new revision; StaleConfigurationDraft.
        """

    async def remove(self, tenant_id: str, person: str, subject: str) -> None:
        """Forget one. Idempotent."""


class Directory(Protocol):
    """What a tenant has besides releases: configurations and roles."""

    async def configurations(self, tenant_id: str) -> Sequence[Configuration]:
        """All configurations, by name."""

    async def save_configuration(self, configuration: Configuration) -> Configuration:
        """Store one as it was read, or a new one; returns it with its new revision. StaleConfiguration."""

    async def remove_configuration(self, configuration: Configuration) -> None:
        """Forget one as it was read. StaleConfiguration."""

    async def roles(self, tenant_id: str, person: str, groups: Collection[str] = ()) -> frozenset[str]:
        """The roles granted to a person, to everybody (`*`), and to the user groups in which the person is."""

    async def grants(self, tenant_id: str) -> Sequence[Grant]:
        """Every role that is held, by role and holder."""

    async def grant(self, tenant_id: str, person: str, role: str) -> None:
        """Grant a role. Idempotent."""

    async def revoke(self, tenant_id: str, person: str, role: str) -> None:
        """Take a role back. Idempotent."""

    async def unverified(self, tenant_id: str, integrations: Sequence[str]) -> Mapping[str, str]:
        """Those of the integrations that are not verified, with their state or `missing`."""


class Releases(Protocol):
    """The releases of all tenants; every question names the tenant."""

    async def get(self, tenant_id: str, release_id: str) -> Release:
        """The release as it is now; NoSuchRelease."""

    async def find(self, tenant_id: str, words: str) -> Sequence[Release]:
        """Releases that people may mean by an id or a version, newest first."""

    async def active(self, tenant_id: str, *, limit: int | None = None) -> Sequence[Release]:
        """Releases that have not ended, newest first; so many of them where `limit` says so."""

    async def ended(self, tenant_id: str, *, limit: int) -> Sequence[Release]:
        """Releases that have ended, newest first."""

    async def page(
        self, tenant_id: str, wanted: ReleaseFilter, *, after: str | None, limit: int
    ) -> Sequence[Release]:
        """Those that are meant, newest first, from behind the release `after`; ended ones too."""

    async def latest_versions(self, tenant_id: str, app: str, *, but: str = "") -> Mapping[Pair, Version]:
        """The greatest version of each pair of an app, archived releases and the release `but` left out."""

    async def earlier(
        self, tenant_id: str, app: str, *, before: datetime, limit: int = 8
    ) -> Sequence[Release]:
        """Releases of an app that were created before a moment and not archived, newest first."""

    async def last_tag(self, tenant_id: str, app: str, *, below: Version | None = None) -> str | None:
        """The tag of the release with the greatest version of an app that got one; of those smaller than `below`."""

    async def ancestors(self, tenant_id: str, app: str, *, but: str = "") -> Sequence[Ancestor]:
        """The releases of an app that were not given up, newest first, the release `but` left out."""

    async def count_of(self, tenant_id: str, configuration_id: str) -> int:
        """How many releases were ever started with a configuration."""

    async def by_build(
        self, tenant_id: str, *, run_id: str, texts: Sequence[str]
    ) -> Sequence[tuple[str, str]]:
        """(release, task) of the builds with this CI run id, or whose id stands in one of the texts."""

    async def by_store(self, tenant_id: str, integration: str) -> Sequence[str]:
        """The ids of the submissions to this store, of releases that have not ended."""

    async def reviews(self, tenant_id: str, integration: str, *, limit: int = 20) -> Sequence[timedelta]:
        """How long the newest reviews of this store took that passed."""

    async def add(self, change: Change) -> None:
        """Store a new release with its events."""

    async def save(self, change: Change, *, claim: Claim | None = None, finish: bool = True) -> None:
        """Store the release, its rows, its events and what is due.

        StaleRelease where it was saved since it was read. With a claim, StaleClaim where the lease was lost;
        `finish` gives the lease back, otherwise it is lengthened.
        """

    async def events(self, tenant_id: str, release_id: str, *, limit: int = 100) -> Sequence[Event]:
        """What happened to a release, newest first."""

    async def history(
        self, tenant_id: str, release_id: str, *, before: int | None, limit: int
    ) -> Sequence[Entry]:
        """The same with the events' numbers, from below the number `before` on."""

    async def links(self, tenant_id: str, release_id: str) -> Sequence[Link]:
        """The part of the audit chain that is about a release, oldest first."""

    async def chain_head(self, tenant_id: str) -> Head:
        """The end of the tenant's audit chain."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptAnswer:
    """What was answered to a request that may be repeated. `request` is a digest of its method, path and body."""

    key: str
    request: str
    status: int
    headers: Mapping[str, str]
    body: str


class AlreadyAnswered(Exception):
    """A request with this key was answered meanwhile: that answer counts, and nothing of this one may be stored."""


class Tokens(Protocol):
    """The tokens of programs, and what was answered to them."""

    async def find(self, token_id: str) -> Token | None:
        """One by its id, of whatever tenant."""

    async def of_tenant(self, tenant_id: str) -> Sequence[Token]:
        """All of a tenant, oldest first."""

    async def roles(self, tenant_id: str, token_id: str) -> frozenset[str]:
        """What it may do in a tenant now; nothing where it is not that tenant's, revoked or expired."""

    async def add(self, token: Token) -> None:
        """Store a new one."""

    async def save(self, token: Token) -> None:
        """Store when it was revoked; nothing else of it changes."""

    async def used(self, token_id: str, *, on: date) -> None:
        """Note the day of its newest use."""

    async def answer(self, token_id: str, key: str) -> KeptAnswer | None:
        """What was answered to the request of this key."""

    async def keep(self, token: Token, answer: KeptAnswer) -> None:
        """Keep an answer for a day, with the change that it tells of; AlreadyAnswered where one is there."""


class UnitOfWork(Protocol):
    """One transaction. Leaving it without `commit` undoes everything."""

    @property
    def releases(self) -> Releases:
        """Releases in this transaction."""

    @property
    def directory(self) -> Directory:
        """Configurations and roles in this transaction."""

    @property
    def people(self) -> People:
        """Logins and deputies in this transaction."""

    @property
    def homes(self) -> Homes:
        """People's own pages in this transaction."""

    @property
    def places(self) -> Places:
        """Where messages stand, in this transaction."""

    @property
    def steps(self) -> Steps:
        """Steps of workflows that wait, in this transaction."""

    @property
    def attentions(self) -> Attentions:
        """How people want to be reached, and what is kept for them, in this transaction."""

    @property
    def tokens(self) -> Tokens:
        """Tokens of programs in this transaction."""

    @property
    def planning(self) -> Planning:
        """Trains, freezes and rotations in this transaction."""

    @property
    def webhooks(self) -> Webhooks:
        """Webhooks in this transaction."""

    @property
    def turns(self) -> Turns:
        """Whose turn it is in each store, in this transaction."""

    @property
    def configuration_drafts(self) -> ConfigurationDrafts:
        """Configurations that are being edited, in this transaction."""

    async def alone(self, tenant_id: str, name: str) -> None:
        """Wait until no other transaction of this tenant is alone with this name; until this one ends."""

    async def tell(self, tenant_id: str, events: Sequence[Event]) -> None:
        """Record facts that belong to no change of a release."""

    async def send(self, tenant_id: str, messages: Sequence[Outgoing]) -> None:
        """Store messages; they go out after the commit."""

    async def placed(self, tenant_id: str, key: str) -> MessageRef | None:
        """Where the message of a key stands, None where it was never sent."""

    async def finish(self, request: Request) -> None:
        """Mark a request as worked on, in this transaction. StaleClaim where the lease was lost."""

    async def nudge(
        self, tenant_id: str, subject: str, *, at: datetime, kind: WorkKind = WorkKind.TASK
    ) -> None:
        """Make a waiting task, or a look at a store, due at `at` or earlier; news about it came in."""

    async def suspect(self, tenant_id: str, integrations: Collection[str], *, at: datetime) -> None:
        """Have these connections tried at `at` or earlier; those that nobody watches are left alone."""

    async def commit(self) -> None:
        """Make everything last."""


UnitsOfWork = Callable[[], AbstractAsyncContextManager[UnitOfWork]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Integrations:
    """The ports that a tenant has, by integration id; several providers per category."""

    scm: Mapping[str, SourceControl] = field(default_factory=dict)
    cicd: Mapping[str, CICD] = field(default_factory=dict)
    pm: Mapping[str, ProjectManagement] = field(default_factory=dict)
    test_platform: Mapping[str, TestPlatform] = field(default_factory=dict)
    notification: Mapping[str, Notification] = field(default_factory=dict)
    app_stores: Mapping[str, AppStore] = field(default_factory=dict)
    release_health: Mapping[str, ReleaseHealth] = field(default_factory=dict)


LoadIntegrations = Callable[[str], Awaitable[Integrations]]
