"""Service accounts, their keys, and the sign-in: an access token for an assertion signed with RS256 (RFC 7523).

Source: https://developers.google.com/identity/protocols/oauth2/service-account#httprest
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.google_play.answers import Refusal, answered

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
LIFETIME = 3600
SKEW = 300
VIEW, RELEASE_TO_TESTERS, RELEASE_TO_ALL = "view", "release to testing tracks", "release to production"
PERMISSIONS = frozenset({VIEW, RELEASE_TO_TESTERS})
TIMEFRAME = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp "
    "values in the JWT claim."
)


@cache
def _key(email: str) -> RSAPrivateKey:  # noqa: ARG001 - one for each; making one takes a while
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(kw_only=True)
class Account:
    """A service account. `invited` says what it may do with which app."""

    email: str
    key_id: str
    invited: dict[str, frozenset[str]] = field(default_factory=dict)
    deleted: bool = False
    own_key: RSAPrivateKey | None = None

    @property
    def key(self) -> RSAPrivateKey:
        """Its key, which it has from the first use on."""
        if self.own_key is None:
            self.own_key = _key(self.email)
        return self.own_key

    def key_file(self, token_uri: str) -> dict[str, str]:
        """What Google Cloud gives to download."""
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return {
            "type": "service_account",
            "project_id": "pixel-sandbox",
            "private_key_id": self.key_id,
            "private_key": pem.decode(),
            "client_email": self.email,
            "client_id": "104710000000000000000",
            "token_uri": token_uri,
            "universe_domain": "googleapis.com",
        }

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Whether a signature is of this account's key."""
        try:
            self.key.public_key().verify(signature, text, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


class _Denied(Exception):
    """The error of a token endpoint (RFC 6749, section 5.2)."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": code, "error_description": description}


@dataclass(kw_only=True)
class SignIn:
    """The accounts and the tokens that were given out. `clock` gives unix seconds."""

    clock: Callable[[], float]
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    issued: int = 0

    async def grant(self, request: web.Request, *, audience: str) -> web.Response:
        """POST /token."""
        form = await request.post()
        try:
            account = self._asserted(form, audience)
        except _Denied as denied:
            return answered(denied.body, status=400)
        self.issued += 1
        token = f"ya29.sandbox-{self.issued:06d}-access-token"
        self.tokens[token] = (account.email, self.clock() + LIFETIME)
        return answered({"access_token": token, "expires_in": LIFETIME - 1, "token_type": "Bearer"})

    def caller(self, request: web.Request) -> Account:
        """Whose request it is; 401 for a token that is unknown, old, or of an account that is no more."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        email, until = self.tokens.get(token, ("", 0.0))
        account = self.accounts.get(email)
        if scheme != "Bearer" or account is None or account.deleted or until <= self.clock():
            raise Refusal(
                401,
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
                "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
            )
        return account

    def revoke(self) -> None:
        """End all tokens early."""
        self.tokens.clear()

    def _asserted(self, form: Mapping[str, Any], audience: str) -> Account:
        if form.get("grant_type") != GRANT:
            raise _Denied("unsupported_grant_type", "Invalid grant_type")
        head, claims, text, signature = _parts(str(form.get("assertion", "")))
        account = self.accounts.get(str(claims.get("iss")))
        if account is None or account.deleted:
            raise _Denied("invalid_grant", "Invalid grant: account not found")
        known = head.get("alg") == "RS256" and head.get("kid", account.key_id) == account.key_id
        if not known or not account.signed(text, signature):
            raise _Denied("invalid_grant", "Invalid JWT Signature.")
        if claims.get("aud") != audience:
            raise _Denied(
                "invalid_grant", f"Invalid JWT: Failed audience check. The right audience is {audience}"
            )
        now, begin, end = self.clock(), _number(claims, "iat"), _number(claims, "exp")
        if not (begin <= now + SKEW and now - SKEW < end <= begin + LIFETIME):
            raise _Denied("invalid_grant", TIMEFRAME)
        if SCOPE not in str(claims.get("scope", "")).split():
            raise _Denied("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return account


def _parts(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any], bytes, bytes]:
    pieces = assertion.split(".")
    try:
        head, claims, signature = (
            base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)) for piece in pieces
        )
        return json.loads(head), json.loads(claims), ".".join(pieces[:2]).encode(), signature
    except ValueError as error:
        raise _Denied("invalid_request", "Bad Request") from error


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if not isinstance(value, int):
        raise _Denied("invalid_grant", TIMEFRAME)
    return float(value)
