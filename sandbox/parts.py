"""The index of the providers that can be in a world, and the choice of some of them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sandbox.app_store.member import AppStoreMember
from sandbox.asana.member import AsanaMember
from sandbox.bitbucket.member import BitbucketMember
from sandbox.checkmate.member import CheckmateMember
from sandbox.clickup.member import ClickupMember
from sandbox.github.member import GithubMember
from sandbox.gitlab.member import GitlabMember
from sandbox.google_play.member import GooglePlayMember
from sandbox.jenkins.member import JenkinsMember
from sandbox.jira.member import JiraMember
from sandbox.roles import Member
from sandbox.sentry.member import SentryMember
from sandbox.values import Given


class Role(StrEnum):
    """What a provider can be."""

    SCM = "scm"
    CICD = "cicd"
    PM = "pm"
    TEST_PLATFORM = "test_platform"
    APP_STORE = "app_store"
    RELEASE_HEALTH = "release_health"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A provider in the index.

    `by_schema`: its simulator needs the text of the vendor's own schema, which is no part of this program.
    """

    roles: tuple[Role, ...]
    join: Callable[[Given], Member]
    by_schema: bool = False


def _linear(given: Given) -> Member:
    from sandbox.linear.member import LinearMember  # noqa: PLC0415 - needs graphql-core, which only tests have

    return LinearMember(given)


def _monday(given: Given) -> Member:
    from sandbox.monday.member import MondayMember  # noqa: PLC0415 - needs graphql-core, which only tests have

    return MondayMember(given)


PARTS: Mapping[str, Part] = {
    "github": Part(roles=(Role.SCM, Role.CICD), join=GithubMember),
    "gitlab": Part(roles=(Role.SCM, Role.CICD), join=GitlabMember),
    "bitbucket": Part(roles=(Role.SCM, Role.CICD), join=BitbucketMember),
    "jenkins": Part(roles=(Role.CICD,), join=JenkinsMember),
    "jira": Part(roles=(Role.PM,), join=JiraMember),
    "linear": Part(roles=(Role.PM,), join=_linear, by_schema=True),
    "asana": Part(roles=(Role.PM,), join=AsanaMember),
    "monday": Part(roles=(Role.PM,), join=_monday, by_schema=True),
    "clickup": Part(roles=(Role.PM,), join=ClickupMember),
    "checkmate": Part(roles=(Role.TEST_PLATFORM,), join=CheckmateMember),
    "app_store": Part(roles=(Role.APP_STORE,), join=AppStoreMember),
    "google_play": Part(roles=(Role.APP_STORE,), join=GooglePlayMember),
    "sentry": Part(roles=(Role.RELEASE_HEALTH,), join=SentryMember),
}
BUILDS_ANY_HOST = frozenset({"jenkins"})
"""CI that has no repository of its own and builds anybody's. The others build their own host's only."""


class NoSuchCast(ValueError):
    """The providers that were chosen can't be in one world; its text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """The providers of a world, by role."""

    scm: str = "github"
    cicd: str = "github"
    pm: str = "jira"
    test_platform: str = "checkmate"
    app_stores: tuple[str, ...] = ()
    release_health: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Each has its role, and CI can build what the host has; NoSuchCast."""
        chosen = [(Role.SCM, self.scm), (Role.CICD, self.cicd), (Role.PM, self.pm)]
        chosen += [(Role.TEST_PLATFORM, self.test_platform)]
        chosen += [(Role.APP_STORE, name) for name in self.app_stores]
        chosen += [(Role.RELEASE_HEALTH, name) for name in self.release_health]
        for role, name in chosen:
            if name not in PARTS or role not in PARTS[name].roles:
                raise NoSuchCast(f"{name} is none of {', '.join(with_role(role))}")
        if self.cicd != self.scm and self.cicd not in BUILDS_ANY_HOST:
            raise NoSuchCast(f"{self.cicd} builds its own repositories only, and not those of {self.scm}")

    @property
    def keys(self) -> tuple[str, ...]:
        """Every provider once."""
        keys = (self.scm, self.cicd, self.pm, self.test_platform, *self.app_stores, *self.release_health)
        return tuple(dict.fromkeys(keys))

    @classmethod
    def of(cls, names: Iterable[str]) -> "Cast":
        """The world with these providers, and the usual ones for the roles that nobody named; NoSuchCast."""
        named: dict[Role, list[str]] = {role: [] for role in Role}
        for name in dict.fromkeys(names):
            if name not in PARTS:
                raise NoSuchCast(f"{name} is none of {', '.join(PARTS)}")
            for role in PARTS[name].roles:
                named[role].append(name)
        scm = _single(named[Role.SCM], Role.SCM, "github")
        ci = [name for name in named[Role.CICD] if name != scm]
        return cls(
            scm=scm,
            cicd=_single(ci, Role.CICD, scm),
            pm=_single(named[Role.PM], Role.PM, "jira"),
            test_platform=_single(named[Role.TEST_PLATFORM], Role.TEST_PLATFORM, "checkmate"),
            app_stores=tuple(named[Role.APP_STORE]),
            release_health=tuple(named[Role.RELEASE_HEALTH]),
        )


def with_role(role: Role) -> Collection[str]:
    """The providers that can be this."""
    return [name for name, part in PARTS.items() if role in part.roles]


def _single(named: list[str], role: Role, usual: str) -> str:
    if len(named) > 1:
        raise NoSuchCast(f"{' and '.join(named)} are both {role}: a world has one")
    return named[0] if named else usual
