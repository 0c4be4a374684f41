"""The tokens that App Store Connect takes: JSON web tokens, signed with our key.

Source: https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
"""

from collections.abc import Callable
from typing import Final

import jwt

from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings, signing_key

AUDIENCE: Final = "appstoreconnect-v1"
TOLERATED: Final = 4 * 60.0
"""How far our clock may be from Apple's: a token from the future is refused, and so is one that ends more than 20
minutes from now. So tokens are issued that much in the past, and leave more than that to the 20 minutes."""
LIFETIME: Final = 15 * 60.0
RENEWED_BEFORE: Final = 5 * 60.0


class Signer:
    """Signs for one key. `clock` gives unix seconds."""

    def __init__(
        self, *, settings: AppStoreSettings, secrets: AppStoreSecrets, clock: Callable[[], float]
    ) -> None:
        self._key = signing_key(secrets.private_key.get_secret_value())
        self._key_id = settings.key_id
        # An individual key has no issuer, and speaks for its user.
        self._who = {"iss": settings.issuer_id} if settings.issuer_id else {"sub": "user"}
        self._clock = clock
        self._token = ""
        self._good = (0.0, 0.0)

    def token(self) -> str:
        """A token that is good for at least five more minutes; also after our clock was put back."""
        now = self._clock()
        since, until = self._good
        if not self._token or not since <= now < until:
            claims = {
                **self._who,
                "aud": AUDIENCE,
                "iat": int(now - TOLERATED),
                "exp": int(now + LIFETIME),
            }
            self._token = jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": self._key_id})
            self._good = (now, now + LIFETIME - RENEWED_BEFORE)
        return self._token
