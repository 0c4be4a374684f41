"""How Google's APIs answer, and how they say no.

Source: https://docs.cloud.google.com/apis/design/errors, and the errors that users of other clients show in
github.com/Triple-T/gradle-play-publisher (issues 805, 956, 970, 998) and github.com/tramlinehq/store-quirks.
"""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

STATES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
}
REASONS = {400: "badRequest", 401: "authError", 403: "forbidden", 404: "notFound", 409: "concurrentUpdate"}
PRECONDITION = "FAILED_PRECONDITION"
HEADERS = {"Content-Type": "application/json; charset=UTF-8", "Cache-Control": "private", "Vary": "Origin"}


class Refusal(Exception):
    """Stops a handler with one of Google's errors. `info` is the reason of a google.rpc.ErrorInfo among the details."""

    def __init__(
        self, status: int, message: str, *, state: str = "", reason: str = "", info: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.state = state or STATES[status]
        self.reason = reason or ("failedPrecondition" if state == PRECONDITION else REASONS.get(status, ""))
        self.info = info


def answered(body: Mapping[str, Any], *, status: int = 200) -> web.Response:
    """JSON, indented as Google does by default."""
    return web.Response(status=status, headers=HEADERS, text=json.dumps(body, indent=2))


def refused(refusal: Refusal) -> web.Response:
    """The body of an error: Google's own form, and the older list of errors in it."""
    error: dict[str, Any] = {
        "code": refusal.status,
        "message": refusal.message,
        "errors": [{"message": refusal.message, "domain": "global", "reason": refusal.reason}],
        "status": refusal.state,
    }
    if refusal.info:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "reason": refusal.info, "domain": "googleapis.com"}]
    return answered({"error": error}, status=refusal.status)
