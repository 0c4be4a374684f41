"""Tokens of programs: `sm_<id>_<secret>`, of which only a digest is kept; scopes say what a token may do.

The digest is a plain SHA-256: the secret is drawn by lot with 250 bits and more, so there is nothing to guess.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from orchestration.domain.errors import Problem
from orchestration.domain.people import SCOPE_PREFIX, Actor, ActorKind

ID_LENGTH = 12
SECRET_LENGTH = 52
LONGEST_LIFE = timedelta(days=366)
LONGEST_NAME = 80
_TOKEN = re.compile(rf"sm_([0-9A-Z]{{{ID_LENGTH}}})_([0-9A-Z]{{{SECRET_LENGTH}}})")


class Scope(StrEnum):
    """What a token may do. BUILD_REPORT is what a CI job gets: it reports builds and reads nothing."""

    READ = "read"
    RELEASE_WRITE = "release:write"
    BUILD_REPORT = "build:report"
    ADMIN = "admin"


# A scope that holds others: who may change everything may look at it.
_HOLDS: Mapping[Scope, frozenset[Scope]] = {Scope.ADMIN: frozenset({Scope.READ})}


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token as it is stored. `id` is a part of its text and no secret; `last_used_on` is a day in UTC.

    `person` is whose own it is: they act with it, by their roles as they are then. None: a program's.
    """

    id: str
    tenant_id: str
    name: str
    digest: str = field(repr=False)
    scopes: tuple[Scope, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    last_used_on: date | None = None
    person: str | None = None

    @property
    def actor(self) -> Actor:
        """Who acts with it: the person whose own it is, or the token itself."""
        if self.person is not None:
            return Actor(id=self.person, token=self.id)
        return Actor(id=self.id, kind=ActorKind.TOKEN)

    @property
    def roles(self) -> frozenset[str]:
        """Its scopes as roles."""
        return frozenset(f"{SCOPE_PREFIX}{scope}" for scope in self.scopes)

    def allows(self, scope: Scope) -> bool:
        """Whether it has a scope, or one that holds it."""
        return any(scope is own or scope in _HOLDS.get(own, frozenset()) for own in self.scopes)

    def good(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Presented:
    """The two parts of a token's text."""

    id: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """As it is shown once to whoever made it."""
        return f"sm_{self.id}_{self.secret}"

    @property
    def digest(self) -> str:
        """What is stored of the secret."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def opens(self, token: Token | None) -> bool:
        """Whether the secret is the token's, in a time that tells nothing of it, nor of whether there is one."""
        kept = token.digest if token is not None else "0" * 64
        return hmac.compare_digest(self.digest, kept) and token is not None


def presented(text: str) -> Presented | None:
    """The parts of what was sent; None where it can't be a token."""
    found = _TOKEN.fullmatch(text)
    return Presented(id=found[1], secret=found[2]) if found else None


def order_problems(name: str, scopes: Iterable[str], life: timedelta) -> Iterator[Problem]:
    """What is wrong with an order for a token."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        yield Problem(field="name", message=f"Give it a name of at most {LONGEST_NAME} characters")
    wanted = list(scopes)
    if not wanted:
        yield Problem(field="scopes", message=f"Name at least one of {', '.join(Scope)}")
    for number, scope in enumerate(wanted):
        if scope not in set(Scope):
            yield Problem(field=f"scopes.{number}", message=f"is none of {', '.join(Scope)}")
    if not timedelta(0) < life <= LONGEST_LIFE:
        yield Problem(field="days", message=f"must be from 1 to {LONGEST_LIFE.days}")
