"""Asks the simulated Google Play as any client would, with a clock in the test's hand and a token of its own making."""

import base64
import json as jsonlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.google_play import PACKAGE, Account, GooglePlaySimulator

SCOPE = "https://www.googleapis.com/auth/androidpublisher"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EDITS = f"/androidpublisher/v3/applications/{PACKAGE}/edits"
TRACKS = f"/androidpublisher/v3/applications/{PACKAGE}/tracks"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status and body."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return jsonlib.loads(self.text)

    @property
    def error(self) -> Mapping[str, Any]:
        """What an error says."""
        found: Mapping[str, Any] = self.json["error"]
        return found


@dataclass(kw_only=True)
class Caller:
    """A client that signs in once for each account."""

    session: aiohttp.ClientSession
    simulator: GooglePlaySimulator
    now: float = 1_790_000_000.0
    tokens: dict[str, str] = field(default_factory=dict)

    def assertion(self, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """A signed assertion of the usual account, with other claims where they are given."""
        account = self.simulator.captain
        usual = {
            "iss": account.email,
            "scope": SCOPE,
            "aud": self.simulator.token_uri,
            "iat": int(self.now),
            "exp": int(self.now) + 3600,
        }
        head = {"alg": "RS256", "typ": "JWT", "kid": account.key_id, **(header or {})}
        text = f"{_segment(head)}.{_segment({**usual, **claims})}"
        key = load_pem_private_key(account.key_file("")["private_key"].encode(), None)
        assert isinstance(key, RSAPrivateKey)
        return f"{text}.{_plain(key.sign(text.encode(), PKCS1v15(), SHA256()))}"

    async def grant(self, assertion: str, grant_type: str = GRANT) -> Answer:
        """Sign in."""
        form = {"grant_type": grant_type, "assertion": assertion}
        return await self._send("POST", "/token", data=form)

    async def ask(self, method: str, path: str, *, account: Account | None = None, **options: Any) -> Answer:
        """Send a request with the account's token."""
        who = account or self.simulator.captain
        if who.email not in self.tokens:
            token = f"ya29.test-{len(self.tokens)}"
            self.simulator.sign_in.tokens[token] = (who.email, self.now + 10 * 3600)
            self.tokens[who.email] = token
        headers = {"Authorization": f"Bearer {self.tokens[who.email]}"}
        return await self._send(method, path, headers=headers, **options)

    async def open(self, account: Account | None = None) -> str:
        """The path of a new edit."""
        opened = (await self.ask("POST", EDITS, account=account)).json
        return f"{EDITS}/{opened['id']}"

    async def _send(self, method: str, path: str, **options: Any) -> Answer:
        async with self.session.request(method, self.simulator.url + path, **options) as answer:
            return Answer(status=answer.status, text=await answer.text())


def _segment(value: Mapping[str, Any]) -> str:
    return _plain(jsonlib.dumps(value).encode())


def _plain(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@asynccontextmanager
async def google_play_caller() -> AsyncIterator[Caller]:
    """A Google Play of its own, and a caller."""
    caller: Caller | None = None
    simulator = GooglePlaySimulator(clock=lambda: caller.now if caller else 0.0)
    await simulator.start()
    try:
        async with aiohttp.ClientSession() as session:
            caller = Caller(session=session, simulator=simulator)
            yield caller
    finally:
        await simulator.stop()
