"""Signatures of news that vendors send us: HMAC-SHA256 of the raw body, in hexadecimal digits after a word."""

import hashlib
import hmac
import re

DIGITS = re.compile(r"[0-9a-f]{64}")


def signed(*, word: str, secret: str, body: bytes, header: str | None) -> bool:
    """Whether a header of the form `word=digits` is right for the body; a missing or malformed one is not.

    Compared in constant time. An empty secret signs nothing.
    """
    found, _, digits = (header or "").partition("=")
    if not secret or found != word or DIGITS.fullmatch(digits) is None:
        return False
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, digits)
