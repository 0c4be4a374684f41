"""GitHub's errors and what they mean to us, as a table.

Source: docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api and .../rate-limits-for-the-rest-api.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from integrations.answers import retry_after, until_reset
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

SECONDARY = timedelta(seconds=60)
"""How long to wait after a secondary limit that names no time (the documentation's own advice)."""

TAKEN = frozenset({HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT})
"""How GitHub says that a name may be taken already: then one looks."""

PROTECTING = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
PROTECTING_WORDS = (
    "protected",
    "rule violation",
    "through a pull request",
    "approving review",
    "required status check",
    "authorized to push",
)
"""A protection tells of itself in no code, only in words, which differ by the rule that was broken."""

LIMIT_WORDS = (
    "rate limit",
    "please wait a few minutes",
    "please retry your request again later",
    "abuse detection",
)


@dataclass(eq=False)
class Failed(Exception):
    """One request that did not go well; it never leaves this folder.

    `status` is None where no (readable) answer came, `unsent` True where the request surely never left.
    """

    verb: str
    status: int | None = None
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    unsent: bool = False

    @property
    def making(self) -> bool:
        """Whether the request was to change something."""
        return self.verb not in {"GET", "HEAD"}

    @property
    def protects(self) -> bool:
        """Whether a protection or a ruleset of the branch refused a commit that came without a pull request."""
        words = self.message.lower()
        return self.status in PROTECTING and any(word in words for word in PROTECTING_WORDS)

    @property
    def limited(self) -> bool:
        """Whether a rate limit, primary or secondary, is the cause."""
        if self.status not in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
            return False
        words = self.message.lower()
        return (
            self.status == HTTPStatus.TOO_MANY_REQUESTS
            or "retry-after" in self.headers
            or self.headers.get("x-ratelimit-remaining") == "0"
            or any(word in words for word in LIMIT_WORDS)
        )


Maker = Callable[[Failed], PortError]
Row = tuple[Callable[[Failed], bool], Maker]

TABLE: tuple[Row, ...] = (
    (lambda f: f.unsent, lambda _: TryLater("GitHub could not be reached")),
    (
        lambda f: f.status is None,
        lambda f: TryLater(f"GitHub did not answer: {f.message}", maybe_done=f.making),
    ),
    (lambda f: f.limited, lambda f: TryLater("GitHub asks us to slow down", after=pause(f.headers))),
    (
        lambda f: f.status == HTTPStatus.UNAUTHORIZED,
        lambda _: NeedsCredentials("GitHub does not accept the token any more"),
    ),
    (
        lambda f: f.status == HTTPStatus.FORBIDDEN,
        lambda f: NeedsCredentials(f"GitHub does not allow this: {f.message}"),
    ),
    (
        lambda f: f.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE},
        lambda f: Refused(f"GitHub does not know this: {f.message}"),
    ),
    (
        lambda f: f.status is not None and f.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        lambda f: TryLater(
            f"GitHub has trouble ({f.status})", after=retry_after(f.headers), maybe_done=f.making
        ),
    ),
    (
        lambda f: f.status is not None and f.status < HTTPStatus.MULTIPLE_CHOICES,
        lambda f: TryLater(f"GitHub's answer was not readable: {f.message}", maybe_done=f.making),
    ),
    (lambda _: True, lambda f: Refused(f"GitHub refused ({f.status}): {f.message}")),
)
"""First row whose condition holds."""


def translate(failed: Failed) -> PortError:
    """The port error of a failed request."""
    return next(make(failed) for holds, make in TABLE if holds(failed))


def pause(headers: Mapping[str, str]) -> timedelta:
    """How long to wait after a limit: Retry-After, else until the reset by GitHub's own clock, else a minute."""
    asked = retry_after(headers)
    if asked is not None:
        return asked
    used_up = headers.get("x-ratelimit-remaining") == "0"
    return (until_reset(headers.get("x-ratelimit-reset", ""), headers) if used_up else None) or SECONDARY
