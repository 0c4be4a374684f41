"""Errors in Linear's words: `message`, and `extensions` with type, code and a sentence for people.

Shapes as they were seen by others on the real API (not found, not authenticated, limits); the sentence about an id
that is taken is a guess.
"""

from typing import Any

from graphql import GraphQLError

Json = dict[str, Any]


def extensions(kind: str, code: str, status: int, says: str) -> Json:
    """The extensions of an error. `kind` is Linear's `type`."""
    return {
        "type": kind,
        "code": code,
        "statusCode": status,
        "userError": 400 <= status < 500,
        "userPresentableMessage": says,
        "meta": {},
        "http": {"status": status},
    }


def refused(message: str, says: str) -> GraphQLError:
    """An input that Linear does not take."""
    return GraphQLError(message, extensions=extensions("invalid input", "INPUT_ERROR", 400, says))


def not_found(kind: str) -> GraphQLError:
    """A reference to nothing; `kind` is a type's name."""
    return refused(f"Entity not found: {kind}", f"Could not find referenced {kind}.")


def invalid(says: str) -> GraphQLError:
    """An argument of a wrong form."""
    return refused("Argument Validation Error", says)


def forbidden(says: str) -> GraphQLError:
    """An act that the token does not allow."""
    return GraphQLError(says, extensions=extensions("forbidden", "FORBIDDEN", 403, says))


def internal(message: str) -> GraphQLError:
    """A fault of the server's."""
    says = "Something went wrong."
    return GraphQLError(message, extensions=extensions("internal error", "INTERNAL_SERVER_ERROR", 500, says))


NOT_AUTHENTICATED: Json = {
    "message": "Authentication required, not authenticated",
    "extensions": extensions(
        "authentication error",
        "AUTHENTICATION_ERROR",
        401,
        "You need to authenticate to access this operation.",
    ),
}
KEY_AS_BEARER: Json = {
    "message": "bad request",
    "extensions": extensions(
        "authentication error",
        "AUTHENTICATION_ERROR",
        400,
        "It looks like you're trying to use an API key as a Bearer token. "
        "Remove the Bearer prefix from the Authorization header.",
    ),
}
RATELIMITED: Json = {
    "message": "Rate limit exceeded",
    "extensions": extensions("ratelimited", "RATELIMITED", 400, "You have exceeded the rate limit."),
}
TOO_COMPLEX: Json = {
    "message": "Query too complex",
    "extensions": extensions("invalid input", "INPUT_ERROR", 400, "The query is too complex."),
}
