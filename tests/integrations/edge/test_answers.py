"""From a provider's answer to what to do next, and what never gets into words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from integrations.answers import STATUSES, Answer, raise_for, retry_after, until_reset
from integrations.github import errors as github
from integrations.gitlab import errors as gitlab
from integrations.redaction import HIDDEN, redact, scrub
from orchestration.ports.errors import NeedsCredentials, PortError, Refused, TryLater

NOW = 1_790_000_000.0  # 2026-09-21 14:13:20 UTC


def answer(
    status: int = 200,
    body: bytes = b"{}",
    *,
    making: bool = False,
    kind: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Answer:
    """An answer with JSON."""
    given = {"Content-Type": kind, **(headers or {})}
    return Answer(status=status, headers=given, body=body, provider="Things", making=making, at=NOW)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, Refused),
        (400, Refused),
        (401, NeedsCredentials),
        (403, NeedsCredentials),
        (404, Refused),
        (408, TryLater),
        (409, Refused),
        (422, Refused),
        (429, TryLater),
        (500, TryLater),
        (502, TryLater),
        (599, TryLater),
    ],
)
@pytest.mark.parametrize("making", [True, False])
def test_statuses_say_what_to_do_next(status: int, error: type[PortError], making: bool) -> None:
    """Every status has one meaning; only a server error after a making request may have had its effect."""
    with pytest.raises(error, match=str(status)) as caught:
        raise_for(answer(status, making=making), says="no  such\nthing")
    assert "no such thing" in caught.value.reason
    if isinstance(caught.value, TryLater):
        assert caught.value.maybe_done is (making and status >= 500)


def test_vendors_extend_the_table() -> None:
    """A vendor's own statuses come before ours, and success raises nothing."""
    raise_for(answer(204, b""))
    with pytest.raises(Refused, match="423"):
        raise_for(answer(423), table={**STATUSES, 423: Refused})
    with pytest.raises(TryLater, match="409"):
        raise_for(answer(409), table={**STATUSES, 409: TryLater})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "120"}, 120),
        ({"retry-after": " 5 "}, 5),
        ({"Retry-After": "999999999999"}, 86_400),
        ({"Retry-After": "Mon, 21 Sep 2026 14:14:20 GMT"}, 60),
        ({"Retry-After": "Mon, 21 Sep 2026 14:00:00 GMT"}, 0),
        (
            {"Retry-After": "Thu, 01 Jan 2015 00:01:30 GMT", "Date": "Thu, 01 Jan 2015 00:00:00 GMT"},
            90,
        ),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "²"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_understood(headers: dict[str, str], seconds: int | None) -> None:
    """Seconds and dates are read, dates by the provider's own clock; nonsense is no wish."""
    wish = None if seconds is None else timedelta(seconds=seconds)
    assert answer(429, headers=headers).retry_after() == wish
    with pytest.raises(TryLater) as caught:
        raise_for(answer(429, headers=headers))
    assert caught.value.after == wish


SINCE = {"date": "Mon, 21 Sep 2026 14:13:20 GMT"}


@pytest.mark.parametrize(
    "wait",
    [github.pause, gitlab.pause, retry_after],
    ids=["github", "gitlab", "jira and slack"],
)
def test_a_proxy_may_say_a_date_to_every_client(wait: Callable[[dict[str, str]], timedelta]) -> None:
    """By the provider's own clock, which says when it answered; also where a vendor itself sends seconds."""
    assert wait({"retry-after": "Mon, 21 Sep 2026 14:15:20 GMT", **SINCE}) == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("reset", "headers", "seconds"),
    [
        ("1790000090", SINCE, 90),
        ("1789999000", SINCE, 1),
        ("999999999999999", SINCE, 86_400),
        ("1790000090", {}, None),
        ("1790000090", {"date": "soon"}, None),
        ("", SINCE, None),
        ("soon", SINCE, None),
    ],
)
def test_a_limit_is_over_at_its_reset(reset: str, headers: dict[str, str], seconds: int | None) -> None:
    """In so many seconds by the provider's clock, a second at least and a day at most; else nothing is known."""
    assert until_reset(reset, headers) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html>Please log in</html>", "text/html"),
        (b'{"a": 1', "application/json"),
        (b"", "application/json"),
        (b'{"a": 1}', "text/plain"),
        (b'{"a": 1}', ""),
        (b"\xff\xfe", "application/json"),
    ],
)
@pytest.mark.parametrize("making", [True, False])
def test_what_is_no_json_is_tried_again(body: bytes, kind: str, making: bool) -> None:
    """Malformed bodies and wrong content types are a proxy's doing: the effect may be there."""
    with pytest.raises(TryLater) as caught:
        answer(200, body, making=making, kind=kind).json()
    assert caught.value.maybe_done is making


def test_json_is_read_whatever_its_flavour() -> None:
    """Vendor types of JSON and charsets are JSON; `peek` never raises."""
    assert answer(200, b'{"a": 1}', kind="application/vnd.api+json; charset=utf-8").json() == {"a": 1}
    assert answer(500, b"<html>", kind="text/html").peek() is None


SECRETS = [
    "Authorization: Bearer abcdefghijk",
    "Authorization: token canary0123456789",
    "Basic dXNlcjpwYXNz",
    "xoxb-123-canary-abc",
    "xapp-1-canary",
    "ghp_canary1234567",
    "github_pat_canary12345",
    "glpat-canary-1234567",
    "ATATT3xFfGF0canary=",
    "lin_api_canary",
    "Bearer 2/1209107199254740/1209107199254741:canarycanary4711",
    "eyJhbGciOi.eyJjYW5hcnki.c2ln",
    "https://user:canary@example.com/x",
    "https://example.com/?access_token=canary&x=1",
    '{"client_secret": "canary"}',
    "password = canary",
    "https://hooks.slack.com/services/T1/B1/canary",
    "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_hidden(text: str) -> None:
    """Whatever looks like a secret is hidden, and hiding twice changes nothing."""
    hidden = redact(f"before {text} after")
    for word in ("canary", "abcdefghijk", "dXNlcjpwYXNz", "eyJjYW5hcnki"):
        assert word not in hidden
    assert HIDDEN in hidden
    assert hidden.startswith("before ")
    assert redact(hidden) == hidden


@pytest.mark.parametrize(
    "text", ["Run is locked", "release/1.0 has 3 keys", "PROJ-1: token bucket", "https://example.com/a:b"]
)
def test_ordinary_words_stay(text: str) -> None:
    """Messages for people stay readable."""
    assert redact(text) == text


def test_a_provider_that_echoes_a_token_does_not_leak_it() -> None:
    """A provider's own message is redacted before it becomes a reason."""
    with pytest.raises(NeedsCredentials) as caught:
        raise_for(answer(401), says="Bad token: Bearer canary-canary")
    assert "canary" not in caught.value.reason


def test_log_events_are_scrubbed() -> None:
    """By name and by value, also one level down."""
    headers = {"X-Api-Key": "canary", "Cookie": "canary", "X-Note": "Bearer canary1", "Accept": "text/html"}
    event: dict[str, Any] = {
        "event": "x",
        "token": "canary",
        "url": "https://a:canary@b",
        "headers": headers,
        "n": 1,
    }
    scrubbed = scrub(None, "info", event)
    assert "canary" not in repr(scrubbed)
    assert scrubbed["headers"] == {
        "X-Api-Key": HIDDEN,
        "Cookie": HIDDEN,
        "X-Note": f"Bearer {HIDDEN}",
        "Accept": "text/html",
    }
    assert event["n"] == 1
