"""The key file of a service account, and what is signed with it.

Of Google's library only the signer is used: the requests are our own, so that the egress guard, the time-outs and
the breaker hold for the address of the sign-in, which stands in the key file, as for every other.
Source: https://developers.google.com/identity/protocols/oauth2/service-account#httprest
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from google.auth import crypt, jwt
from pydantic import SecretStr

SCOPE: Final = "https://www.googleapis.com/auth/androidpublisher"
KIND: Final = "service_account"
LIFETIME: Final = 3600
"""Seconds that an assertion holds: the most that Google takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceAccount:
    """Who signs in, where, and with which key."""

    email: str
    token_uri: str
    signer: crypt.RSASigner = field(repr=False)

    @classmethod
    def read(cls, secret: SecretStr) -> "ServiceAccount":
        """From the text of the file; ValueError, which repeats none of it, where it is no such file."""
        found = _object(secret.get_secret_value())
        if found.get("type") != KIND:
            raise ValueError(f"must be the key of a service account: its type is not {KIND}")
        return cls(email=_text(found, "client_email"), token_uri=_address(found), signer=_signer(found))

    def assertion(self, now: float) -> str:
        """What is given for an access token (RFC 7523); `now` in unix seconds."""
        claims = {
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_uri,
            "iat": int(now),
            "exp": int(now) + LIFETIME,
        }
        signed: bytes = jwt.encode(self.signer, claims)  # type: ignore[no-untyped-call] # the library has no types
        return signed.decode()


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("must be the whole JSON file of a service account's key")  # noqa: TRY004 - for pydantic
    return found


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"must be the whole JSON file of a service account's key: {name} is missing")
    return value


def _address(found: Mapping[str, Any]) -> str:
    """Where to sign in. Whether we may go there is judged by the egress guard, with every request."""
    address = _text(found, "token_uri")
    url = urlsplit(address)
    if url.scheme not in {"http", "https"} or not url.hostname or url.username or url.query or url.fragment:
        raise ValueError("must be the key of a service account: its token_uri is no plain address")
    return address


def _signer(found: Mapping[str, Any]) -> crypt.RSASigner:
    key, key_id = _text(found, "private_key"), found.get("private_key_id")
    try:
        signer: crypt.RSASigner = crypt.RSASigner.from_string(  # type: ignore[no-untyped-call] # see above
            key, key_id=key_id if isinstance(key_id, str) else None
        )
        signer.sign(b"")  # a key of another kind is told here, not when it is used
    except (TypeError, ValueError, UnsupportedAlgorithm):
        # The library's words may repeat a part of the key.
        raise ValueError("must be the key of a service account: its private_key can't be read") from None
    return signer
