"""Slack's errors and what they mean to us, as a table.

Sources: the error lists of docs.slack.dev/reference/methods/<method>, and .../apis/web-api/rate-limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import aiohttp

from orchestration.ports.errors import (
    ChannelClosed,
    MessageGone,
    NeedsCredentials,
    PortError,
    Refused,
    TryLater,
)


@dataclass(eq=False, kw_only=True)
class Failed(Exception):
    """One call that did not go well; it never leaves this folder.

    `code` is Slack's `error`, or one of ours: unsent, untrusted, unanswered, redirected, unreadable, server_error.
    `making` says whether the call has an effect; `needed` is the scope that is missing.
    """

    code: str
    making: bool
    needed: str = ""
    detail: str = ""
    after: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """`words` may hold {code}, {needed} and {detail}. `maybe`: a making call may have had its effect."""

    kind: type[PortError]
    words: str
    maybe: bool = False


def _refused(words: str) -> Row:
    return Row(kind=Refused, words=words)


def _gone(words: str) -> Row:
    return Row(kind=MessageGone, words=words)


def _closed(words: str) -> Row:
    return Row(kind=ChannelClosed, words=words)


def _account(words: str) -> Row:
    return Row(kind=NeedsCredentials, words=f"{words}. Install the app again and set the new token")


_INVITE = "invite Stationmaster there with `/invite @Stationmaster`, and try again"
_AWAY = Row(kind=TryLater, words="Slack has trouble ({code})", maybe=True)
_TOO_LATE = _refused("This form could not be opened in time: Slack allows 3 seconds. Please click again")
_BROKEN = _refused("Slack refused the layout of the message ({code}): {detail}")
_LONG = _refused("The message is too long for Slack ({code})")
_NOT_ALLOWED = _closed(
    "The workspace's settings don't let Stationmaster post there ({code}); ask a Slack administrator"
)

TABLE: Mapping[str, Row] = {
    # Ours: what became of the request.
    "unsent": Row(kind=TryLater, words="Slack could not be reached"),
    "untrusted": _refused("Slack's certificate is not trusted; check the Web API address and the proxy"),
    "unanswered": Row(kind=TryLater, words="Slack did not answer", maybe=True),
    "redirected": Row(
        kind=TryLater, words="Slack's address leads elsewhere; check the Web API address", maybe=True
    ),
    "unreadable": Row(kind=TryLater, words="Slack's answer could not be read: {detail}", maybe=True),
    "server_error": Row(kind=TryLater, words="Slack has trouble ({detail})", maybe=True),
    # Slack's own trouble.
    "ratelimited": Row(kind=TryLater, words="Slack asks us to slow down"),
    "rate_limited": Row(kind=TryLater, words="Slack asks us to slow down"),
    "message_limit_exceeded": Row(kind=TryLater, words="The workspace's limit of messages is reached"),
    "request_timeout": Row(kind=TryLater, words="Slack did not get the whole request"),
    "accesslimited": Row(kind=TryLater, words="Access to this workspace is limited for now"),
    "team_added_to_org": Row(kind=TryLater, words="The workspace is being moved into an organisation"),
    **dict.fromkeys(("internal_error", "fatal_error", "service_unavailable"), _AWAY),
    # The account.
    "invalid_auth": _account("Slack does not accept the token"),
    "not_authed": _account("No token was sent to Slack"),
    "token_revoked": _account("The token was revoked"),
    "token_expired": _account("The token has expired"),
    "account_inactive": _account("The app was removed from the workspace"),
    "org_login_required": _account("The workspace was moved to another organisation"),
    "team_access_not_granted": _account("The app may not act in this workspace"),
    "access_denied": _account("The app may not do this"),
    "ekm_access_denied": _account("A Slack administrator has suspended access to the data"),
    "no_permission": _account("The token lacks a permission"),
    "not_allowed_token_type": Row(
        kind=NeedsCredentials, words="The token is of the wrong kind: set the bot's, which starts with xoxb-"
    ),
    "missing_scope": _account("The Slack app lacks the scope {needed}: add it in the app's settings"),
    # Where a message goes.
    "not_in_channel": _closed(f"Stationmaster is not in that channel: {_INVITE}"),
    "channel_not_found": _closed(
        f"That channel does not exist or is private and Stationmaster is not in it: {_INVITE}"
    ),
    "method_not_supported_for_channel_type": _closed(f"Stationmaster can't join that channel: {_INVITE}"),
    "function_execution_not_found": _refused("Slack does not know this run of a workflow's step"),
    "parameter_validation_failed": _refused("Slack refused what the workflow's step hands on: {detail}"),
    "name_taken": _refused("There is a channel of that name already: rename it"),
    **dict.fromkeys(
        ("invalid_name", "invalid_name_required", "invalid_name_specials", "invalid_name_punctuation"),
        _refused("Slack takes no channel of that name ({code}): change the pattern in the configuration"),
    ),
    "invalid_name_maxlength": _refused("The name of the channel is too long: shorten the pattern"),
    "cant_archive_general": _refused("The workspace's general channel can't be archived"),
    **dict.fromkeys(
        ("is_archived", "is_inactive"),
        _closed("That channel is archived: unarchive it, or name another one in the configuration"),
    ),
    "user_not_in_channel": _refused("That person is not in the channel"),
    "user_not_found": _refused("Slack does not know that person"),
    "users_not_found": _refused("Slack does not know that person"),
    "user_disabled": _refused("That person's account is deactivated"),
    "user_not_visible": _refused("That person can't be seen by Stationmaster"),
    "cannot_dm_bot": _refused("A bot can't be written to"),
    "no_such_subteam": _refused("That user group does not exist"),
    "subteam_not_found": _refused("That user group does not exist"),
    "subteam_disabled": _refused("That user group is disabled: enable it in Slack, or name another one"),
    "permission_denied": _refused(
        "The workspace lets no app change user groups ({code}); a Slack administrator can allow it to everyone"
    ),
    "plan_upgrade_required": _refused("This workspace's plan has no user groups"),
    **dict.fromkeys(
        ("invalid_users", "invalid_user", "failed_for_some_users", "single_channel_guests_cannot_be_added"),
        _refused("Slack does not take one of these people into a user group ({code})"),
    ),
    **dict.fromkeys(
        (
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "restricted_action_non_threadable_channel",
            "restricted_action_thread_locked",
        ),
        _NOT_ALLOWED,
    ),
    # What the message says.
    "no_text": _refused("The message is empty"),
    **dict.fromkeys(("msg_too_long", "msg_blocks_too_long", "metadata_too_large"), _LONG),
    **dict.fromkeys(
        ("invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_metadata_format"), _BROKEN
    ),
    # What the message changes.
    "message_not_found": _gone("That message is gone: somebody deleted it"),
    "cant_update_message": _refused("That message is not ours, so it can't be changed"),
    "edit_window_closed": _refused("That message is too old: the workspace doesn't let it be changed"),
    "cannot_reply_to_message": _gone("The first message of that thread is gone"),
    "thread_not_found": _gone("The first message of that thread is gone"),
    # Files.
    "file_not_found": _refused("Slack lost the file before it was shown"),
    **dict.fromkeys(
        (
            "file_upload_size_restricted",
            "file_uploads_disabled",
            "file_type_not_allowed",
            "storage_limit_reached",
        ),
        _refused("The workspace does not take this file ({code}); a Slack administrator can allow it"),
    ),
    # Forms.
    **dict.fromkeys(("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"), _TOO_LATE),
    "hash_conflict": _refused("That form has been changed in the meantime"),
    "not_found": _refused("That form was closed"),
    "not_enabled": _refused("The Home tab is switched off in the Slack app's settings"),
    "push_limit_reached": _refused("No further form fits on this one"),
    "duplicate_external_id": _refused("That form is open already"),
    "view_too_large": _refused("The form is too large for Slack"),
    # Answers to an interaction.
    "used_url": _refused("This answer's address is used up: it takes five answers"),
    "expired_url": _refused("This answer's address has expired: it takes answers for 30 minutes"),
}
UNKNOWN = _refused("Slack refused this ({code}) {detail}")


def translate(failed: Failed) -> PortError:
    """The port error of a failed call."""
    row = TABLE.get(failed.code, UNKNOWN)
    detail = failed.detail or ("no details" if row is _BROKEN else "")
    needed = failed.needed or "that Slack names in its log"
    reason = row.words.format(code=failed.code, needed=needed, detail=detail).strip()
    if issubclass(row.kind, TryLater):
        return TryLater(reason, after=failed.after, maybe_done=row.maybe and failed.making)
    return row.kind(reason)


_UNSENT: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientConnectorCertificateError, "untrusted"),
    (aiohttp.ClientConnectorError, "unsent"),
    (aiohttp.ConnectionTimeoutError, "unsent"),
    (aiohttp.InvalidURL, "unsent"),
    (aiohttp.ClientPayloadError, "unreadable"),
    (aiohttp.TooManyRedirects, "redirected"),
)


def of_transport(error: Exception, *, making: bool) -> Failed:
    """What a failure below Slack's own answers means. The first row that fits; else nobody knows what happened."""
    code = next((code for kind, code in _UNSENT if isinstance(error, kind)), "unanswered")
    return Failed(code=code, making=making, detail=type(error).__name__)
