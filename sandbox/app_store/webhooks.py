"""News that an account sends, signed as Apple signs them.

Source: https://developer.apple.com/documentation/appstoreconnectapi/webhook-notifications
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

from sandbox.app_store.answers import Json


@dataclass(frozen=True, kw_only=True)
class News:
    """A delivery: what it is sent with."""

    headers: dict[str, str]
    body: bytes


def state_changed(*, secret: str, delivery: str, version: str, before: str, after: str, root: str) -> News:
    """A version (its id) has another state."""
    link = f"{root}/v1/appStoreVersions/{version}"
    return _signed(
        secret,
        {
            "type": "appStoreVersionAppVersionStateUpdated",
            "id": delivery,
            "version": 1,
            "attributes": {"oldValue": before, "newValue": after, "timestamp": "2026-09-21T09:00:00.000Z"},
            "relationships": {
                "instance": {"data": {"type": "appStoreVersions", "id": version}, "links": {"self": link}}
            },
        },
    )


def ping(*, secret: str, delivery: str) -> News:
    """What is sent to try the address."""
    attributes = {"timestamp": "2026-09-21T09:00:00.000Z"}
    return _signed(
        secret, {"type": "webhookPingCreated", "id": delivery, "version": 1, "attributes": attributes}
    )


def _signed(secret: str, data: Json) -> News:
    body = json.dumps({"data": data}).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Apple-Signature": f"hmacsha256={signature}"}
    return News(headers=headers, body=body)
