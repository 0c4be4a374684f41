"""Secrets at rest: AES-256-GCM, bound to the tenant and the integration that they belong to.

A sealed secret that is copied to another row, another tenant or another database does not open. The key ring may
hold several keys: the first one seals, all of them open, so a key is changed without a stop.
"""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class VaultError(Exception):
    """A secret can't be opened: wrong key, or it was moved or changed."""


class Vault:
    """Seals and opens secrets; `keys` maps key ids to 32 bytes, the first one is used for sealing."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise VaultError("The key ring is empty")
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._sealing = next(iter(keys))

    def seal(self, tenant_id: str, integration_id: str, secrets: Mapping[str, str]) -> tuple[str, bytes]:
        """(key id, sealed bytes)."""
        nonce = os.urandom(_NONCE)
        plain = json.dumps(dict(secrets)).encode()
        sealed = self._keys[self._sealing].encrypt(nonce, plain, _place(tenant_id, integration_id))
        return self._sealing, nonce + sealed

    def open(self, tenant_id: str, integration_id: str, key_id: str, sealed: bytes) -> dict[str, str]:
        """The secrets; VaultError where the key is unknown or the bytes do not belong here."""
        key = self._keys.get(key_id)
        if key is None:
            raise VaultError(f"The key {key_id} is not on the key ring")
        try:
            plain = key.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(tenant_id, integration_id))
        except InvalidTag:
            raise VaultError("A sealed secret does not belong to this integration, or was changed") from None
        opened: dict[str, str] = json.loads(plain)
        return opened


def _place(tenant_id: str, integration_id: str) -> bytes:
    return json.dumps(["stationmaster", tenant_id, integration_id]).encode()


def parse_ring(text: str) -> dict[str, bytes]:
    """A key ring from `id:base64,id:base64`; VaultError where a key is not 32 bytes."""
    ring = {}
    for part in text.replace("\n", ",").split(","):
        name, _, encoded = part.strip().partition(":")
        if not name:
            continue
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise VaultError(f"The key {name} is not base64") from None
        if len(key) != 32:  # noqa: PLR2004 - AES-256
            raise VaultError(f"The key {name} has {len(key)} bytes instead of 32")
        ring[name] = key
    return ring


def ring_file(path: Path) -> dict[str, bytes]:
    """The key ring of a file, which is made with one new key, readable by its owner only, where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return parse_ring(path.read_text())
    with os.fdopen(handle, "w") as file:
        file.write(f"k1:{base64.b64encode(os.urandom(32)).decode()}\n")
    return parse_ring(path.read_text())
