"""Words for what kept an answer away: no names of Python's, no addresses."""

import socket

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NameResolutionError

from integrations.egress import Egress
from integrations.threads import guarded_session
from integrations.unanswered import in_words


def _no_such_host() -> requests.ConnectionError:
    lost = NameResolutionError("jira.exmaple", HTTPConnection("jira.exmaple"), OSError("no"))  # type: ignore[arg-type]  # as urllib3 raises it
    return requests.ConnectionError(MaxRetryError(HTTPConnectionPool("jira.exmaple"), "/", lost))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (_no_such_host(), "the host is not known"),
        (requests.exceptions.SSLError("self-signed"), "the certificate is not trusted"),
        (requests.exceptions.ConnectTimeout("x"), "no connection in time"),
        (requests.exceptions.ReadTimeout("x"), "no answer in time"),
        (requests.exceptions.JSONDecodeError("x", "<html>", 0), "the answer is not JSON"),
        (requests.exceptions.ChunkedEncodingError("x"), "the connection broke"),
        (requests.exceptions.ConnectionError(), "the connection broke"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else type(value).__name__,
)
def test_what_happened_is_told(error: requests.RequestException, words: str) -> None:
    """A wrong address, a certificate of one's own and a slow server are different things to mend."""
    assert in_words(error) == words


def test_a_host_that_is_not_there_is_known_by_the_real_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guarded session's own error is the one that is looked for."""

    def unknown(*_asked: object, **_how: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    session = guarded_session(Egress(), "https://nowhere.example")
    with session, pytest.raises(requests.ConnectionError) as caught:
        session.get("https://nowhere.example/")
    assert in_words(caught.value) == "the host is not known"
