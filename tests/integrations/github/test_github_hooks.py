"""GitHub's webhooks: only what is signed for us is believed."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from integrations.github.hooks import run_event, signed
from orchestration.ports.cicd import RunState
from orchestration.ports.errors import Refused

SECRET = "It's a Secret to Everybody"
BODY = b"Hello, World!"
GOOD = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
HEADERS = {"X-GitHub-Event": "workflow_run", "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"}


def test_githubs_own_example_is_accepted() -> None:
    """Secret, body and signature as GitHub's documentation prints them."""
    assert signed(secret=SECRET, body=BODY, header=GOOD)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        GOOD.removeprefix("sha256="),
        GOOD.upper(),
        GOOD + "0",
        GOOD[:-1],
        f" {GOOD}",
        f"{GOOD}\n",
        GOOD.replace("sha256", "sha1"),
        "sha256=" + "é" * 64,
        "sha256=" + "0" * 64,
    ],
)
def test_a_missing_or_malformed_signature_is_no_signature(header: str | None) -> None:
    """It is false, and never an exception."""
    assert not signed(secret=SECRET, body=BODY, header=header)


def test_another_body_or_secret_is_not_signed() -> None:
    """One byte more, another secret, or none at all."""
    assert not signed(secret=SECRET, body=BODY + b"\n", header=GOOD)
    assert not signed(secret="other", body=BODY, header=GOOD)
    nobody = hmac.new(b"", BODY, hashlib.sha256).hexdigest()
    assert not signed(secret="", body=BODY, header=f"sha256={nobody}")


def _body(**changes: Any) -> bytes:
    run = {
        "id": 30433642,
        "name": "Build",
        "display_title": "Build 1.2.0 b-7",
        "status": "completed",
        "conclusion": "success",
        "head_sha": "a" * 40,
        "run_number": 562,
        "html_url": "https://github.com/acme/app/actions/runs/30433642",
        **changes,
    }
    return json.dumps({"workflow_run": run, "repository": {"full_name": "acme/app"}}).encode()


def test_a_run_event_becomes_a_small_value() -> None:
    """Run, state, the title in which our id is looked for, and the delivery's id by which a repeat is known."""
    event = run_event(headers=HEADERS, body=_body())
    assert event is not None
    assert (event.run_id, event.state, event.title) == ("30433642", RunState.SUCCEEDED, "Build 1.2.0 b-7")
    assert (event.delivery, event.repository) == (HEADERS["X-GitHub-Delivery"], "acme/app")


def test_a_form_is_read_as_json_is() -> None:
    """GitHub sends a form unless JSON was chosen for the webhook: its field `payload` is the same event."""
    written = json.dumps(json.loads(_body(display_title="Für alle & jeden")), ensure_ascii=False)
    form = urlencode({"payload": written}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    event = run_event(headers={**HEADERS, **kind}, body=form)
    assert event == run_event(headers={**HEADERS, "Content-Type": "application/json"}, body=written.encode())
    for nothing in (b"", b"payload=", b"other=%7B%7D", b"payload=%FF"):
        with pytest.raises(Refused):
            run_event(headers={**HEADERS, **kind}, body=nothing)


@pytest.mark.parametrize(
    ("status", "conclusion", "state"),
    [
        ("requested", None, RunState.QUEUED),
        ("in_progress", None, RunState.RUNNING),
        ("completed", "timed_out", RunState.FAILED),
        ("completed", "something new", RunState.FAILED),
        ("completed", None, RunState.RUNNING),
        ("something new", None, RunState.RUNNING),
        (None, None, RunState.QUEUED),
    ],
)
def test_every_status_has_a_state(status: str | None, conclusion: str | None, state: RunState) -> None:
    """Status and conclusion are free strings: an unknown one must not raise, and is never a success."""
    event = run_event(headers=HEADERS, body=_body(status=status, conclusion=conclusion))
    assert event is not None
    assert event.state is state


def test_other_events_say_nothing_of_runs() -> None:
    """A ping, or any other event, is None."""
    assert run_event(headers={**HEADERS, "x-github-event": "ping"}, body=b"{}") is None
    assert run_event(headers={}, body=b"") is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff", _body(id="x"), _body(head_sha=None)])
def test_a_malformed_body_is_refused(body: bytes) -> None:
    """Refused in our words, whatever came."""
    with pytest.raises(Refused):
        run_event(headers=HEADERS, body=body)


@pytest.mark.parametrize("delivery", ["", "a b", "x" * 65, "a\n"])
def test_a_delivery_without_a_proper_id_is_refused(delivery: str) -> None:
    """The id is what a repeat is known by."""
    with pytest.raises(Refused):
        run_event(headers={**HEADERS, "X-GitHub-Delivery": delivery}, body=_body())
