"""ClickUp's errors as port errors: a status, and a body of `err` and `ECODE`.

https://developer.clickup.com/docs/common_errors, https://developer.clickup.com/docs/rate-limits
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from integrations.answers import Answer, raise_for, whole
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

TOKENS_PAGE: Final = "https://app.clickup.com/settings/apps"
WINDOW: Final = timedelta(minutes=1)  # of ClickUp's limit: no reset is further away
MILLISECONDS: Final = 10**11  # a reset above this is in milliseconds: in seconds it would be the year 5138
UNAUTHORIZED: Final = 401
TOO_MANY: Final = 429

# "Team not authorized": 401 for what the token may not see, and as well for what is nowhere.
UNSEEN: Final = frozenset({"OAUTH_023", "OAUTH_026", "OAUTH_027", *(f"OAUTH_0{n}" for n in range(29, 46))})
HINTS: Final[Mapping[int, str]] = {
    401: "connect a token that is valid and whose user may do that",
    402: "the workspace's plan does not have it",
    403: "the token's user needs the right to do that",
}


def check(answer: Answer, *, to: str) -> None:
    """Raise what an answer means when we wanted `to` ("create the task"); nothing for success."""
    if answer.status == TOO_MANY:
        raise TryLater(
            f"ClickUp's limit of requests a minute is used up; we wanted to {to}", after=_wish(answer)
        )
    message, code = _told(answer)
    told = " ".join(filter(None, (message, f"({code})" if code else "")))
    says = ": ".join(filter(None, (f"we wanted to {to}", told)))
    hint = HINTS.get(answer.status)
    raise_for(
        answer,
        says=f"{says}; {hint}" if hint else says,
        link=TOKENS_PAGE if answer.status in (UNAUTHORIZED, 403) else None,
    )


def unseen(answer: Answer) -> bool:
    """Whether ClickUp says that the workspace of a thing is not the token's to see."""
    return answer.status == UNAUTHORIZED and _told(answer)[1] in UNSEEN


def absent(of: str, workspace: str, *, reached: bool) -> PortError:
    """What `unseen` means: the thing (`of`) is not there, or the workspace is not `reached` at all."""
    if reached:
        return Refused(f"{of} is not in ClickUp, or the token's user may not see it")
    return NeedsCredentials(
        f"The token does not reach the workspace {workspace}: connect one of a member, "
        "or authorize the OAuth app for it",
        link=TOKENS_PAGE,
    )


def unreadable(to: str, *, making: bool) -> TryLater:
    """The error for an answer of another shape than it should have."""
    return TryLater(f"ClickUp's answer could not be read when asked to {to}", maybe_done=making)


def _told(answer: Answer) -> tuple[str, str]:
    """What an error says to people, and its code; empty where it does not."""
    body = answer.peek()
    if not isinstance(body, dict):
        return "", ""
    return str(body.get("err") or ""), str(body.get("ECODE") or "")


def _wish(answer: Answer) -> timedelta | None:
    """How long to wait: Retry-After, else until X-RateLimit-Reset, which is in unix seconds."""
    told = answer.retry_after()
    if told is not None:
        return told
    told_reset = whole((answer.header("X-RateLimit-Reset") or "").strip())
    if told_reset is None:
        return None
    reset = told_reset / 1000 if told_reset > MILLISECONDS else told_reset
    return min(max(timedelta(seconds=reset - answer.at), timedelta(0)), WINDOW)
