"""What is logged opens no door, whoever logs it, however deep the secret stands."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from bot.logs import configure

TOKENS = [
    "xoxb-1234-canary",
    "xapp-1-A1-canary",
    "ghp_canary0123456789",
    "github_pat_canary0123456789",
    "ATATTcanary0123456789",
    "Bearer canary0123456789",
    "https://hooks.slack.com/services/canary",
    "https://ann:canary@jira.example.com/",
    "token=canary0123456789",
    '"client_secret": "canary0123456789"',
    "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----",
]
NAMES = [
    "token",
    "bot_token",
    "Authorization",
    "client_secret",
    "password",
    "trigger_id",
    "response_url",
    "api_key",
]
Written = Callable[[], str]


@pytest.fixture(params=["console", "json"])
def written(request: pytest.FixtureRequest) -> Iterator[Written]:
    """Everything logged in the test, by structlog and by the standard library, as it was written."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    others = {
        name: logging.getLogger(name).level
        for name in ("slack_sdk", "slack_bolt", "aiohttp.access", "github")
    }
    out, kept = io.StringIO(), structlog.get_config()
    configure(style=request.param, level="DEBUG", stream=out)
    yield out.getvalue
    structlog.configure(**kept)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in others.items():
        logging.getLogger(name).setLevel(before)


def logger() -> Any:
    """A logger of the test's own; a module's would keep this test's stream for ever."""
    return structlog.get_logger("test")


@pytest.mark.parametrize("secret", TOKENS)
def test_a_secret_in_a_text_is_hidden(written: Written, secret: str) -> None:
    """In the message, in a value, in a list, in an object: its own words go, the line stays."""
    logger().info(
        f"it said {secret} to us", answer=secret, rows=[secret, {"a": (secret,)}], error=ValueError(secret)
    )
    text = written()
    assert "canary" not in text
    assert "it said" in text


@pytest.mark.parametrize("name", NAMES)
def test_a_value_under_a_telling_name_is_hidden(written: Written, name: str) -> None:
    """Whatever it looks like and wherever it stands."""
    logger().info(
        "asked",
        **{name: "canary"},
        headers={name: "canary"},
        deep=[{"x": {name: ["canary"]}}],
        pair=({name: "canary"},),
    )
    assert "canary" not in written()
    assert name in written()


def test_a_trace_is_scrubbed(written: Written) -> None:
    """Exceptions carry what they were raised with."""
    try:
        raise RuntimeError("refused xoxb-1-canary")  # noqa: TRY301 - the trace is what is tested
    except RuntimeError:
        logger().exception("It broke")
        logging.getLogger("library").exception("It broke there")
    assert "canary" not in written()
    assert written().count("RuntimeError") >= 2


def test_the_standard_library_is_scrubbed_too(written: Written) -> None:
    """A library's own words pass the same redactor, arguments included."""
    logging.getLogger("library").warning(
        "sent %s with %s", "Authorization: Bearer canary0123", {"token": "canary"}
    )
    assert "canary" not in written()
    assert "sent" in written()


def test_harmless_values_stay_as_they_are(written: Written) -> None:
    """A log that hides everything helps nobody."""
    logger().info("moved", release="REL-1", count=7, share=0.5, done=True, nothing=None, names=["a", "b"])
    text = written()
    for part in ("moved", "REL-1", "7", "0.5", "True" if "True" in text else "true", "a", "b"):
        assert part in text
    assert "[hidden]" not in text


def test_bodies_in_bytes_are_not_written(written: Written) -> None:
    """Their length tells enough."""
    logger().info("got", body=b"canary")
    assert "canary" not in written()
    assert "6 bytes" in written()


def test_talkative_libraries_are_kept_quiet(written: Written) -> None:
    """They write headers and bodies at DEBUG, and Bolt the bodies of refused requests as warnings."""
    for name in ("slack_sdk.web", "aiohttp.access", "github.Requester"):
        logging.getLogger(name).info("canary %s", name)
        logging.getLogger(name).debug("canary %s", name)
    logging.getLogger("slack_bolt.App").warning("canary")
    assert written() == ""
    logging.getLogger("slack_bolt.App").error("heard")
    assert "heard" in written()


def test_lines_of_json_can_be_read_by_machines() -> None:
    """One object a line, with time, level and what belongs to all lines of one request."""
    out, kept = io.StringIO(), structlog.get_config()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure(style="json", level="WARNING", stream=out)
    try:
        with structlog.contextvars.bound_contextvars(release="REL-1"):
            logger().info("not wanted")
            logger().warning("wanted", action="a")
            logging.getLogger("library").warning("theirs")
    finally:
        structlog.configure(**kept)
        root.handlers[:] = handlers
        root.setLevel(level)
    ours, theirs = [json.loads(line) for line in out.getvalue().splitlines()]
    assert ours["timestamp"].endswith("Z")
    assert (ours["event"], ours["level"], ours["action"], ours["release"]) == (
        "wanted",
        "warning",
        "a",
        "REL-1",
    )
    assert (theirs["event"], theirs["release"]) == ("theirs", "REL-1")
