"""App Store Connect's webhooks: the signature, and the news that a version's state has changed. Pure, no I/O.

Source: https://developer.apple.com/documentation/appstoreconnectapi/configuring-webhook-notifications. That the header
reads `hmacsha256=<hex>` is as others have received it.
"""

import re
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ValidationError

from integrations import signatures
from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings
from integrations.registry import About, Callback
from orchestration.ports.errors import Refused

HEADER: Final = "x-apple-signature"
WORD: Final = "hmacsha256"
DELIVERY: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
STATE_CHANGED: Final = "appStoreVersionAppVersionStateUpdated"


class _Key(BaseModel):
    id: str


class _Instance(BaseModel):
    data: _Key


class _Relations(BaseModel):
    instance: _Instance


class _Event(BaseModel):
    type: str
    id: str


class _Named(BaseModel):
    data: _Event


class _VersionEvent(_Event):
    relationships: _Relations


class _Changed(BaseModel):
    data: _VersionEvent


def receive(
    _settings: AppStoreSettings, secrets: AppStoreSecrets, headers: Mapping[str, str], body: bytes
) -> Callback | None:
    """The news, by the version's own id; None for other events, such as a ping. Refused where it is not signed.

    What the state is now is not taken from here: news may come late and in any order, so it is asked for.
    """
    named = {name.lower(): text for name, text in headers.items()}
    secret = secrets.webhook_secret.get_secret_value() if secrets.webhook_secret else ""
    if not signed(secret=secret, body=body, header=named.get(HEADER)):
        raise Refused("The signature is missing or wrong")
    try:
        if _Named.model_validate_json(body).data.type != STATE_CHANGED:
            return None
        event = _Changed.model_validate_json(body).data
    except ValidationError as error:
        raise Refused("The body is no event of App Store Connect") from error
    if DELIVERY.fullmatch(event.id) is None:
        raise Refused("The delivery has no id")
    return Callback(delivery=event.id, run_id=event.relationships.instance.data.id, about=About.STORE)


def signed(*, secret: str, body: bytes, header: str | None) -> bool:
    """Whether the header is right for the raw body; a missing or malformed one is not."""
    return signatures.signed(word=WORD, secret=secret, body=body, header=header)
