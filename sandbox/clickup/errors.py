"""Errors in ClickUp's words: a status, `err` and `ECODE`.

Codes of tokens and workspaces are those of https://developer.clickup.com/docs/common_errors; ITEM_013, ACCESS_083,
INPUT_003, FIELD_011 and APP_002 were seen by others on the real API. Those marked as guesses here are ours.
"""

NOT_SIMULATED = "SANDBOX_000"


class Failure(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, says: str, code: str) -> None:
        super().__init__(says)
        self.status = status
        self.says = says
        self.code = code


def header_missing() -> Failure:
    """No token was sent."""
    return Failure(400, "Authorization Header Required", "OAUTH_017")


def no_oauth_token() -> Failure:
    """What was sent after Bearer is no OAuth token; a personal one is none."""
    return Failure(401, "Oauth token not found", "OAUTH_019")


def token_invalid() -> Failure:
    """What was sent without Bearer is no personal token."""
    return Failure(401, "Token invalid", "OAUTH_025")


def unseen() -> Failure:
    """The workspace is not the token's to see, which is said too of what is nowhere."""
    return Failure(401, "Team not authorized", "OAUTH_027")


def no_access() -> Failure:
    """The task is in a space that the user does not see."""
    return Failure(401, "You do not have access to this task", "ACCESS_083")


def may_not_create() -> Failure:
    """The user may look only. The code is a guess."""
    return Failure(403, "You do not have permission to create tasks in this List", "ACCESS_004")


def deleted() -> Failure:
    """The task lies in the trash."""
    return Failure(404, "Task not found, deleted", "ITEM_013")


def invalid(what: str, code: str = "INPUT_005") -> Failure:
    """A value of a wrong form. Codes besides INPUT_003, of a list's number, are guesses."""
    return Failure(400, f"{what} invalid", code)


def no_field() -> Failure:
    """The list has no such custom field. The code is a guess."""
    return Failure(400, "Custom field not found", "FIELD_001")


def no_option() -> Failure:
    """A custom field can't hold that, in words that others have seen."""
    return Failure(400, "Value must be an option index or uuid", "FIELD_011")


def no_route() -> Failure:
    """There is no such address."""
    return Failure(404, "Route not found", "APP_001")


def too_many() -> Failure:
    """The token's requests of this minute are used up."""
    return Failure(429, "Rate limit reached", "APP_002")


def not_simulated(what: str) -> Failure:
    """ClickUp may know it, and this program does not: never silently accepted."""
    return Failure(500, f"not simulated: {what}", NOT_SIMULATED)
