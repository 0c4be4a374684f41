"""Errors in monday.com's words: `message`, and `extensions` with a code and a status of their own.

Forms as they are documented or were seen by others on the real API; the sentences are guesses. An older form, with
`error_code` beside a list of bare strings, is still met.
https://developer.monday.com/api-reference/docs/error-handling
"""

from typing import Any

from graphql import GraphQLError

Json = dict[str, Any]


def refused(code: str, message: str, *, status: int = 200, **told: Any) -> GraphQLError:
    """An error of the application. It is answered with 200, whatever `status` says."""
    return GraphQLError(message, extensions={"code": code, "status_code": status, "error_data": {}, **told})


def forbidden(message: str = "User unauthorized to perform action") -> GraphQLError:
    """An act that the user may not do."""
    return refused("UserUnauthorizedException", message, status=403)


def bad_argument(message: str) -> GraphQLError:
    """An argument of a wrong form."""
    return refused("InvalidArgumentException", message)


def internal(message: str) -> GraphQLError:
    """A fault of the server's, or something that is not simulated."""
    return refused("INTERNAL_SERVER_ERROR", message, status=500)


def limit(code: str, message: str, seconds: int | None = None, **told: Any) -> Json:
    """A limit that is used up: an error before anything is run."""
    wait = {} if seconds is None else {"retry_in_seconds": seconds}
    return {"message": message, "extensions": {"code": code, "status_code": 429, **told, **wait}}


def legacy(error: Json) -> Json:
    """The same in the older form: the whole body."""
    told = error["extensions"]
    message = error["message"]
    if "retry_in_seconds" in told:
        message = f"{message}, budget remaining 0 reset in {told['retry_in_seconds']} seconds"
    return {
        "error_code": told["code"],
        "status_code": told["status_code"],
        "error_message": message,
        "error_data": {},
        "errors": [message],
        "account_id": 1,
    }


NOT_AUTHENTICATED: Json = {"errors": ["Not Authenticated"]}
