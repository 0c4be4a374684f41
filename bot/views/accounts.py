"""What people are shown of connected accounts and of their settings: plain values, made of the vendors' models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestration.domain.people import Actor

CATEGORIES: Mapping[str, str] = {
    "scm": "Source control",
    "cicd": "CI/CD",
    "pm": "Project management",
    "test_platform": "Test management",
    "app_store": "App stores",
    "release_health": "Health of versions",
    "notification": "Messages",
}
"""The ports in the order in which they are listed."""


class Kind(StrEnum):
    """How a setting is asked for. LIVE is chosen from what the provider has, LIVE_MANY several of it."""

    TEXT = "text"
    LINES = "lines"
    NUMBER = "number"
    DECIMAL = "decimal"
    CHOICE = "choice"
    FLAG = "flag"
    LIVE = "live"
    LIVE_MANY = "live_many"


LIVE = frozenset({Kind.LIVE, Kind.LIVE_MANY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A setting. `value` is what stands there now, `labels` what people read for values that were chosen.

    `within` is the setting that narrows what is chosen from.
    """

    name: str
    title: str
    hint: str
    kind: Kind
    needed: bool
    value: object = None
    options: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    within: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckLine:
    """One thing that a connection needs, and what the provider said."""

    what: str
    ok: bool
    says: str
    later: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A connection as it is listed."""

    id: str
    name: str
    provider: str
    title: str
    categories: tuple[str, ...]
    state: str
    tried_at: datetime | None
    expires_at: datetime | None
    checks: tuple[CheckLine, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """A provider that can be connected."""

    key: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounts:
    """All of a workspace; `may_connect` whether the reader may change anything."""

    accounts: tuple[Account, ...]
    providers: tuple[Offered, ...]
    may_connect: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """What a form carries back: what it is about and where its list can be renewed.

    `connection` and `revision` name the connection that is edited, `draft` the draft that goes on; with neither it
    is a new one. `parents` are the choices, as JSON by field, within which others are made.
    """

    provider: str
    connection: str = ""
    revision: str = ""
    draft: str = ""
    home: str = ""
    parents: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The form of a connection's settings. `lenders` are connections (id, name) whose secrets may be used.

    `checks` are what came of the last try, `trouble` what belongs to no field.
    """

    title: str
    carried: Carried
    fields: tuple[Field, ...]
    id: str
    name: str
    lenders: tuple[tuple[str, str], ...] = ()
    checks: tuple[CheckLine, ...] = ()
    trouble: tuple[str, ...] = ()

    @property
    def new(self) -> bool:
        """Whether this is the first step of a new connection."""
        return not self.carried.draft and not self.carried.connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """A form as it was submitted, unchecked."""

    carried: Carried
    id: str = ""
    name: str = ""
    lender: str = ""
    new_secrets: bool = False
    values: Mapping[str, object] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """Who submits a form, and the form that waits in Slack. `shown` are words for the page for secrets."""

    tenant_id: str
    actor: Actor
    view_id: str | None
    shown: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenOrder:
    """A token that was asked for: of a program, or the person's `own`. `until` ends the link, in Unix seconds."""

    tenant: str
    person: str
    token: str
    name: str
    scopes: str
    days: str
    own: str = ""
    until: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretsLink:
    """Where the secrets are entered: at `url` until `until`, or where there is none by this `command`."""

    title: str
    connection: str
    url: str = field(default="", repr=False)
    until: datetime | None = None
    command: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """How a try ended: all holds (and is `saved`), or the provider was `away`, or neither."""

    title: str
    connection: str
    checks: Sequence[CheckLine]
    saved: bool
    away: bool = False
