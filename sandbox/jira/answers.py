"""Answers as Jira words them. An error's body holds `errorMessages` and, per field, `errors`."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

NO_ISSUE = "Issue does not exist or you do not have permission to see it."
NOT_LOGGED_IN = "You are not authenticated. Authentication required to perform this operation."
NO_CLIENT = {"message": "Client must be authenticated to access this resource.", "status-code": 401}
GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. "
    "A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


class Refusal(Exception):
    """A request is answered with this status and body."""

    def __init__(
        self,
        status: int,
        *messages: str,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, *messages)
        self.status = status
        self.body: dict[str, Any] = {"errorMessages": list(messages), "errors": dict(errors or {})}
        self.headers = dict(headers or {})


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON answer, with Jira's content type."""
    return web.Response(
        body=json.dumps(body).encode(),
        status=status,
        headers={"Content-Type": "application/json;charset=UTF-8", **(headers or {})},
    )


async def body_of(request: web.Request) -> dict[str, Any]:
    """The JSON object in the request's body. Refusal when it is something else."""
    if request.content_type != "application/json":
        raise Refusal(415, "Unsupported Media Type")
    try:
        body = json.loads(await request.text())
    except (ValueError, RecursionError):
        raise Refusal(
            400, "There was an error parsing JSON. Check that your request body is valid."
        ) from None
    if not isinstance(body, dict):
        raise Refusal(400, "Unexpected request body. A JSON object is expected.")
    return body


def number(values: Mapping[str, Any], name: str, default: int) -> int:
    """A whole number of a query or body. Refusal (404, as Jira's framework does) when it is none."""
    try:
        return int(values.get(name, default))
    except (TypeError, ValueError):
        raise Refusal(404, f"{name} is not a number") from None


def listed(values: Iterable[str]) -> list[str]:
    """A list given by repeating a parameter, by commas, or by both."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
