"""What a provider may answer besides yes, named by what to do next.

    PortError
    ├── TryLater          wait, then ask again; the effect may or may not have happened
    ├── NeedsCredentials  a person must connect the account again
    ├── Refused           the provider understood and said no; a person must change something
    │   ├── Protected     the branch takes changes by pull request only
    │   ├── MessageGone   the message that is changed or answered was deleted
    │   └── ChannelClosed the channel takes nothing from us: gone, archived, or we may not enter
    └── AlreadyDifferent  the thing exists under our name, but it is not what we would have made

Adapters raise nothing else. A vendor's own exception never leaves the vendor's folder.
"""

from datetime import timedelta


class PortError(Exception):
    """Base of everything a port raises; `reason` is a sentence for people."""

    def __init__(self, reason: str, *, link: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.link = link


class TryLater(PortError):
    """Transient trouble: time-out, dropped connection, rate limit, server error.

    `after` is the provider's own wish (`Retry-After`), None where it gave none.
    `maybe_done` is True when the request may have had its effect (it was sent and no answer was read),
    so the caller must look for the effect before it asks again.
    """

    def __init__(
        self,
        reason: str,
        *,
        after: timedelta | None = None,
        maybe_done: bool = False,
        link: str | None = None,
    ) -> None:
        super().__init__(reason, link=link)
        self.after = after
        self.maybe_done = maybe_done


class NeedsCredentials(PortError):
    """The account is unknown, expired or lacks a permission (401, 403)."""


class Refused(PortError):
    """Permanent: not found, not valid, not allowed in this state. Nothing was changed."""


class Protected(Refused):
    """The branch is protected: it takes no commit but by a pull request. Nothing was changed."""


class MessageGone(Refused):
    """The message that is changed, or under which something is said, was deleted. Nothing was changed."""


class ChannelClosed(Refused):
    """The channel is not there, is archived, or we may not post in it: people change that, and then it goes."""


class AlreadyDifferent(PortError):
    """The natural key is taken by something else: expected and found are shown to a person."""

    def __init__(self, what: str, *, expected: str, found: str, link: str | None = None) -> None:
        super().__init__(
            f"{what} already exists and is different: expected {expected}, found {found}", link=link
        )
        self.what = what
        self.expected = expected
        self.found = found
