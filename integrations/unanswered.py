"""What kept an answer away from a library that uses `requests`, in words for people; no address gets into them."""

from collections.abc import Mapping
from typing import Final

import requests
from urllib3.exceptions import MaxRetryError, NameResolutionError

_WORDS: Final[Mapping[type[requests.RequestException], str]] = {
    requests.exceptions.SSLError: "the certificate is not trusted",
    requests.exceptions.ConnectTimeout: "no connection in time",
    requests.exceptions.Timeout: "no answer in time",
    requests.exceptions.JSONDecodeError: "the answer is not JSON",
}


def in_words(error: requests.RequestException) -> str:
    """A few words that fit after a colon."""
    cause = error.args[0] if error.args else None
    if isinstance(cause.reason if isinstance(cause, MaxRetryError) else cause, NameResolutionError):
        return "the host is not known"
    found = (words for kind, words in _WORDS.items() if isinstance(error, kind))
    return next(found, "the connection broke")
