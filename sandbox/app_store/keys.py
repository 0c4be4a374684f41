"""API keys, and the tokens that are signed with them.

https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.app_store.answers import NOT_AUTHORIZED, Refusal

AUDIENCE = "appstoreconnect-v1"
LONGEST = 20 * 60
ISSUER = "57246542-96fe-1a63-e053-0824d011072a"


@dataclass(kw_only=True)
class ApiKey:
    """A key. An individual one has no issuer. `sees`: bundle IDs, None for every app; `writes`: by its role."""

    id: str
    issuer: str | None = ISSUER
    sees: frozenset[str] | None = None
    writes: bool = True
    revoked: bool = False
    secret: EllipticCurvePrivateKey = field(
        default_factory=lambda: generate_private_key(SECP256R1()), repr=False
    )

    @property
    def pem(self) -> str:
        """The text of the file that Apple gives once."""
        return self.secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def key_of(header: str, keys: Iterable[ApiKey], now: float) -> ApiKey:
    """The key that signed a request's token; refused as NOT_AUTHORIZED for whatever is wrong, as Apple does not say."""
    word, _, token = header.partition(" ")
    try:
        named = jwt.get_unverified_header(token)
        key = next((k for k in keys if k.id == named.get("kid") and not k.revoked), None)
        if word != "Bearer" or key is None or named.get("typ") != "JWT":
            raise Refusal(NOT_AUTHORIZED)
        # The times are judged below, by the clock of this simulator.
        claims = jwt.decode(
            token,
            key.secret.public_key(),
            algorithms=["ES256"],
            audience=AUDIENCE,
            options={
                "verify_exp": False,
                "verify_iat": False,
                "require": ["exp", "iat", "aud"],
            },
        )
    except jwt.InvalidTokenError as error:
        raise Refusal(NOT_AUTHORIZED) from error
    who = {"iss": key.issuer} if key.issuer is not None else {"sub": "user"}
    if {name: claims[name] for name in ("iss", "sub") if name in claims} != who:
        raise Refusal(NOT_AUTHORIZED)
    if not (
        claims["iat"] <= now < claims["exp"] <= now + LONGEST and claims["exp"] - claims["iat"] <= LONGEST
    ):
        raise Refusal(NOT_AUTHORIZED)
    return key
