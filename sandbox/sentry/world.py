"""What a Sentry holds: an organization, its projects, tokens with scopes, and what SDKs told of sessions."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

ORG_READ = frozenset({"org:read", "org:write", "org:admin"})
PROJECT_READ = frozenset({"project:read", "project:write", "project:admin"})
RELEASES = PROJECT_READ | {"project:releases", "org:ci"}
ALL_SCOPES = frozenset({"org:read", "project:read"})


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token. `projects` are those that it may see, None for all."""

    scopes: frozenset[str] = ALL_SCOPES
    projects: frozenset[int] | None = None

    def sees(self, project: int) -> bool:
        """Whether the project is shown to it."""
        return self.projects is None or project in self.projects


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project of the organization."""

    id: int
    slug: str
    platform: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """Sessions of one release that began at `at`; each of another user."""

    project: int
    release: str
    environment: str
    at: float
    sessions: int
    crashed: int


@dataclass(kw_only=True)
class World:
    """`clock` gives seconds since 1970 and dates sessions; limits go by `pace`.

    `allowed` is how many requests an endpoint answers within `window` seconds.
    """

    clock: Callable[[], float]
    pace: Callable[[], float]
    slug: str = "acme"
    name: str = "Acme"
    allowed: int = 40
    window: int = 1
    tokens: dict[str, Token] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    issues: dict[tuple[int, str], int] = field(default_factory=dict)
    asked: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def releases(self, projects: Iterable[int]) -> dict[str, list[int]]:
        """The releases of these projects in the order in which they were first told of, with their projects."""
        wanted = set(projects)
        found: dict[str, list[int]] = {}
        for project, release in self._known():
            if project in wanted and project not in found.setdefault(release, []):
                found[release].append(project)
        return found

    def _known(self) -> Iterator[tuple[int, str]]:
        yield from ((each.project, each.release) for each in self.told)
        yield from self.issues

    def within(self, project: int, environments: Iterable[str], since: float, until: float) -> list[Told]:
        """What was told of a project within a time; of every environment where none is named."""
        wanted = set(environments)
        return [
            each
            for each in self.told
            if each.project == project
            and since <= each.at < until
            and (not wanted or each.environment in wanted)
        ]
