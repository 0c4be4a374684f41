"""Signatures of news: right for one secret and one body, and for nothing else."""

import hashlib
import hmac

import pytest

from integrations.signatures import signed

_SECRET, _BODY = "s3cret", b'{"action":"completed"}'


def _digits(secret: str = _SECRET, body: bytes = _BODY) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_what_the_vendor_signed_is_right() -> None:
    """The raw body, as it came, under the secret that both know."""
    assert signed(word="sha256", secret=_SECRET, body=_BODY, header=f"sha256={_digits()}")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        _digits(),
        f"sha1={_digits()}",
        f"sha256={_digits().upper()}",
        f"sha256={_digits()}0",
        f"sha256={_digits()[:-1]}",
        f"sha256= {_digits()}",
        f"sha256={_digits(secret='another')}",
        f"sha256={_digits(body=_BODY + b' ')}",
        f"sha256={'0' * 64}",
    ],
)
def test_nothing_else_is_right(header: str | None) -> None:
    """Missing, malformed, of another secret or another body: all the same no."""
    assert not signed(word="sha256", secret=_SECRET, body=_BODY, header=header)


def test_without_a_secret_nothing_is_right() -> None:
    """Anybody can sign with nothing."""
    assert not signed(word="sha256", secret="", body=_BODY, header=f"sha256={_digits(secret='')}")
