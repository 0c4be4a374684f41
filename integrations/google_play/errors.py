"""Google's errors as port errors: {"error": {"code", "message", "status", "errors": [{"reason"}], "details": [...]}}.

The status says little: 400 and 403 hold refusals of many kinds. So reasons are looked at first, then words, and what
is left goes by the status. No list of them is published; those here were told by other clients' users.
Sources: https://developers.google.com/android-publisher/api-ref/rest/v3/edits#error-codes (409, 403, 404),
https://github.com/Triple-T/gradle-play-publisher/issues/{805,811,956,970,998}, tramlinehq/store-quirks#6
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.answers import STATUSES, Answer, raise_for
from integrations.redaction import redact
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

Model = TypeVar("Model", bound=BaseModel)

PROVIDER: Final = "Google Play"
PEOPLE: Final = "https://play.google.com/console/users-and-permissions"
QUOTA: Final = timedelta(minutes=1)
"""Quotas are per minute, and Google names no other time to wait."""

LONGEST: Final = 300
GONE = frozenset({"editDeleted", "editExpired", "editAlreadyCommitted", "editNotFound", "concurrentUpdate"})
SPENT = frozenset(
    {
        "quotaExceeded",
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "dailyLimitExceeded",
        "RATE_LIMIT_EXCEEDED",
    }
)
OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
IN_REVIEW = frozenset({"CHANGES_ALREADY_IN_REVIEW", "changesAlreadyInReview"})

# "This Edit has been deleted.", "This edit has expired, please create a new Edit.", "A change was made to the
# application outside of this Edit, please create a new edit.", "… has already been successfully committed …"
_GONE_WORDS = re.compile(
    r"\bedit\b.*\b(deleted|expired|committed|not found)\b|outside of this edit", re.IGNORECASE
)
_REFUSED_WORDS = re.compile(r"\b(rollout|version code|apks?|app bundles?|draft app)\b", re.IGNORECASE)
_APP = re.compile(r"\b(package|application)\b", re.IGNORECASE)
_TO_TRUE = re.compile(r"cannot be sent for review automatically", re.IGNORECASE)
_UNSET = re.compile(r"changesNotSentForReview must not be set", re.IGNORECASE)

TABLE: Mapping[int, type[PortError]] = {**STATUSES, 400: Refused, 404: Refused, 409: TryLater}
HINTS: Mapping[int, str] = {
    401: "make a new key for the service account and connect again",
    403: (
        "invite the service account in Play Console (Users and permissions) and let it view this app and release to "
        "testing tracks, and to production for what everybody is to get; a new invitation may take a day to count"
    ),
    404: "the package name or the track is not known; an app's first bundle is uploaded by hand, in Play Console",
}
_DISABLED = "enable the Google Play Android Developer API in the Google Cloud project of the service account"
_DRAFT_APP = "the app was never published, so its first release is rolled out by hand, in Play Console"


class EditGone(TryLater):
    """The edit is no more: it expired, another was opened, or somebody changed the app. Nothing was done."""


class NoSuchTrack(Refused):
    """The app is there, the track is not."""


class ChangesInReview(Refused):
    """Something of the app is in review, and the commit would pull it back. Nothing was done."""


class WantsNotSent(Refused):
    """The commit is taken with changesNotSentForReview only: Google has refused changes that wait for a person."""


class WantsSent(Refused):
    """The commit is taken without changesNotSentForReview only."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What an error says."""

    message: str
    reasons: frozenset[str]


def fault_of(answer: Answer) -> Fault:
    """The parts of the error in an answer, whatever its shape."""
    body = answer.peek()
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return Fault(message="", reasons=frozenset())
    rows = [row for name in ("errors", "details") for row in _rows(error.get(name))]
    message = error.get("message")
    return Fault(
        message=" ".join(message.split()) if isinstance(message, str) else "",
        reasons=frozenset(str(row["reason"]) for row in rows if "reason" in row),
    )


def check(answer: Answer, *, in_edit: bool = False) -> None:
    """Raise what an error means; nothing for success. `in_edit`: the request was about an edit that we opened."""
    if answer.ok:
        return
    fault = fault_of(answer)
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or fault.reasons & SPENT:  # formerly with 403
        reason = f"{PROVIDER}'s quota is used up: {_said(fault, answer)}"
        raise TryLater(reason, after=answer.retry_after() or QUOTA)
    _check_review(fault)
    if in_edit and _gone(answer, fault):
        raise EditGone(f"{PROVIDER} ended our edit: {_said(fault, answer)}")
    forbidden = answer.status == HTTPStatus.FORBIDDEN
    if forbidden and _REFUSED_WORDS.search(fault.message):  # a rule, and no want of permission
        raise Refused(f"{PROVIDER} refused: {_said(fault, answer)}")
    says = "; ".join(filter(None, (_hint(answer, fault), fault.message)))
    raise_for(answer, table=TABLE, says=says, link=PEOPLE if forbidden else None)


def check_track(answer: Answer, track: str) -> None:
    """`check` for what was asked of a track without an edit: NoSuchTrack where Google knows the app, but not it."""
    fault = fault_of(answer)
    of_app = "applicationNotFound" in fault.reasons or _APP.search(fault.message)
    if answer.status == HTTPStatus.NOT_FOUND and fault.message and not of_app:  # and it is no page of a proxy
        raise NoSuchTrack(f"There is no track {track} in {PROVIDER}: {_said(fault, answer)}")
    check(answer)


def parsed(model: type[Model], answer: Answer, *, in_edit: bool = False) -> Model:
    """The body of a success as a model. TryLater where it has another shape."""
    check(answer, in_edit=in_edit)
    try:
        return model.model_validate(answer.json())
    except ValidationError as error:
        reason = f"{PROVIDER} answered in a form that is not known"
        raise TryLater(reason, maybe_done=answer.making) from error


def check_grant(answer: Answer) -> None:
    """Raise what the sign-in's error means: {"error": "invalid_grant", "error_description": "…"} (RFC 6749, 5.2)."""
    body = answer.peek()
    code = body.get("error") if isinstance(body, dict) and not answer.ok else None
    if not isinstance(code, str):
        raise_for(answer, table=TABLE)
        return
    said = redact(f"{code}: {' '.join(str(body.get('error_description') or '').split())}")[:LONGEST]
    if "timeframe" in said:
        raise Refused(f"Google did not accept our time; set this machine's clock: {said}")
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise_for(answer, table=TABLE, says=said)  # nothing of the key is said
    raise NeedsCredentials(
        f"Google did not accept the service account's key ({said}): make a new one and connect again"
    )


def _check_review(fault: Fault) -> None:
    if fault.reasons & IN_REVIEW:
        raise ChangesInReview(
            f"{PROVIDER} has changes of this app in review, and Stationmaster does not pull them back for this. Wait "
            "until the review is over and try again, or do it by hand, in Play Console"
        )
    if _TO_TRUE.search(fault.message):
        raise WantsNotSent(f"{PROVIDER}: {fault.message[:LONGEST]}")
    if _UNSET.search(fault.message):
        raise WantsSent(f"{PROVIDER}: {fault.message[:LONGEST]}")


def _gone(answer: Answer, fault: Fault) -> bool:
    if answer.status in (HTTPStatus.CONFLICT, HTTPStatus.GONE):
        return True
    return answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND) and bool(
        fault.reasons & GONE or _GONE_WORDS.search(fault.message)
    )


def _hint(answer: Answer, fault: Fault) -> str:
    if "draft app" in fault.message:
        return _DRAFT_APP
    return _DISABLED if fault.reasons & OFF else HINTS.get(answer.status, "")


def _said(fault: Fault, answer: Answer) -> str:
    return redact(fault.message)[:LONGEST] or f"it answered {answer.status}"


def _rows(value: object) -> list[Mapping[str, object]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
