"""GitLab's errors and what they mean to us, as a table.

Source: docs.gitlab.com/api/rest/troubleshooting and docs.gitlab.com/administration/settings/user_and_ip_rate_limits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from integrations.answers import retry_after, until_reset
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

UNTOLD = timedelta(seconds=60)
"""How long to wait after a limit that names no time: GitLab counts by the minute."""

TAKEN = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
"""How GitLab may say that a name is taken already: 400 for branches and tags, 409 for others. Then one looks."""


@dataclass(eq=False)
class Failed(Exception):
    """One request that did not go well; it never leaves this folder.

    `status` is None where no (readable) answer came, `unsent` True where the request surely never left.
    Header names are in lower case.
    """

    verb: str
    status: int | None = None
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    unsent: bool = False

    @property
    def making(self) -> bool:
        """Whether the request was to change something."""
        return self.verb.upper() not in {"GET", "HEAD"}

    @property
    def hidden(self) -> bool:
        """Whether the whole project is out of sight: GitLab says 404, not 403, of what a token may not see."""
        return self.status == HTTPStatus.NOT_FOUND and "project not found" in self.message.lower()

    @property
    def absent(self) -> bool:
        """Whether the thing that was asked for is not there, in a project that is."""
        return self.status == HTTPStatus.NOT_FOUND and not self.hidden


Maker = Callable[[Failed], PortError]
Row = tuple[Callable[[Failed], bool], Maker]

TABLE: tuple[Row, ...] = (
    (lambda f: f.unsent, lambda _: TryLater("GitLab could not be reached")),
    (
        lambda f: f.status is None,
        lambda f: TryLater(f"GitLab did not answer: {f.message}", maybe_done=f.making),
    ),
    (
        lambda f: f.status == HTTPStatus.TOO_MANY_REQUESTS,
        lambda f: TryLater("GitLab asks us to slow down", after=pause(f.headers)),
    ),
    (
        lambda f: f.status == HTTPStatus.UNAUTHORIZED,
        lambda f: NeedsCredentials(f"GitLab does not accept the token any more: {f.message}"),
    ),
    (
        lambda f: f.status == HTTPStatus.FORBIDDEN,
        lambda f: NeedsCredentials(f"GitLab does not allow this: {f.message}"),
    ),
    (
        lambda f: f.hidden,
        lambda _: NeedsCredentials("GitLab shows the token no such project: it is gone, renamed or private"),
    ),
    (
        lambda f: f.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE},
        lambda f: Refused(f"GitLab does not know this: {f.message}"),
    ),
    (
        lambda f: f.status is not None and f.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        lambda f: TryLater(
            f"GitLab has trouble ({f.status})", after=retry_after(f.headers), maybe_done=f.making
        ),
    ),
    (
        lambda f: f.status is not None and f.status < HTTPStatus.MULTIPLE_CHOICES,
        lambda f: TryLater(f"GitLab's answer was not readable: {f.message}", maybe_done=f.making),
    ),
    (lambda _: True, lambda f: Refused(f"GitLab refused ({f.status}): {f.message}")),
)
"""First row whose condition holds."""


def translate(failed: Failed) -> PortError:
    """The port error of a failed request."""
    return next(make(failed) for holds, make in TABLE if holds(failed))


def pause(headers: Mapping[str, str]) -> timedelta:
    """How long to wait after a limit: Retry-After, else until RateLimit-Reset by GitLab's own clock, else a minute."""
    asked = retry_after(headers)
    return asked if asked is not None else until_reset(headers.get("ratelimit-reset", ""), headers) or UNTOLD
