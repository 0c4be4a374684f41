"""Secrets at rest: AES-256-GCM, bound to the tenant and the integration that they belong to.

A sealed secret that is copied to another row, another tenant or another database does not open. The key ring may
hold several keys: the first one seals, all of them open, so a key is changed without a stop.
"""

import base64
import contextlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_KEY = 32  # bytes, for AES-256
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,32}")


class VaultError(Exception):
    """A secret can't be opened: wrong key, or it was moved or changed."""


class Vault:
    """Seals and opens secrets; `keys` maps key ids to 32 bytes, the first one is used for sealing."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise VaultError("The key ring is empty")
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self._sealing = next(iter(keys))

    @property
    def sealing(self) -> str:
        """The id of the key that seals."""
        return self._sealing

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
        except (InvalidTag, ValueError):  # bytes that are too short to hold a nonce are a ValueError
            raise VaultError("A sealed secret does not belong to this integration, or was changed") from None
        opened: dict[str, str] = json.loads(plain)
        return opened


def _place(tenant_id: str, integration_id: str) -> bytes:
    return json.dumps(["stationmaster", tenant_id, integration_id]).encode()


def parse_ring(text: str) -> dict[str, bytes]:
    """A key ring from `id:base64,id:base64`, commas or lines between.

    VaultError where a part is no id with 32 bytes, or an id stands there twice; it names the place and never the
    text, which may be a key.
    """
    ring: dict[str, bytes] = {}
    parts = [part.strip() for part in text.replace("\n", ",").split(",")]
    for number, part in enumerate((part for part in parts if part), 1):
        name, found, encoded = part.partition(":")
        if not found or _NAME.fullmatch(name) is None:
            raise VaultError(f"Key {number} of the ring has no id: write it as id:base64")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:  # binascii's error is one, and so is that for letters outside ASCII
            raise VaultError(f"Key {number} of the ring is not base64") from None
        if len(key) != _KEY:
            raise VaultError(f"Key {number} of the ring has {len(key)} bytes instead of {_KEY}")
        if name in ring:
            raise VaultError(f"Key {number} of the ring has an id that stands there before")
        ring[name] = key
    return ring


def ring_file(path: Path) -> dict[str, bytes]:
    """The key ring of a file, which is made with one new key, readable by its owner only, where it is missing.

    The file appears whole or not at all: of two processes that start together one makes it, and both read it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return parse_ring(path.read_text())


def _make(path: Path) -> None:
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}-"
    ) as file:  # its mode is 0600
        file.write(f"k1:{base64.b64encode(os.urandom(_KEY)).decode()}\n")
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
