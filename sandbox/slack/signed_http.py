"""Signed HTTP delivery to the app's request URL.

Source: docs.slack.dev/authentication/verifying-requests-from-slack and .../apis/events-api. The signature
uses real time (`wall`), which the app compares with its own clock.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.envelopes import Ack, Envelope, EnvelopeKind, Outcome
from sandbox.slack.workspace import Workspace


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the `v0=` signature over the raw body."""
    base = b"v0:" + str(timestamp).encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(envelope: Envelope) -> tuple[str, bytes]:
    """Return content type and body: forms for commands and interactions, JSON for events."""
    if envelope.kind is EnvelopeKind.EVENT:
        return "application/json", json.dumps(envelope.payload).encode()
    form = (
        envelope.payload
        if envelope.kind is EnvelopeKind.COMMAND
        else {"payload": json.dumps(envelope.payload)}
    )
    return "application/x-www-form-urlencoded", urlencode(form).encode()


@dataclass(frozen=True, kw_only=True, slots=True)
class SentRequest:
    """A signed request as it was sent, so that a test can send the very same again."""

    headers: Mapping[str, str]
    body: bytes


class SignedHttp:
    """Sends to the request URL of the settings, and keeps in `sent` what it sent."""

    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"sent"})

    def __init__(self, workspace: Workspace, *, wall: Callable[[], float]) -> None:
        self._workspace = workspace
        self._wall = wall
        self._session: aiohttp.ClientSession | None = None
        self.sent: list[SentRequest] = []

    def headers(self, envelope: Envelope, content_type: str, body: bytes) -> dict[str, str]:
        """Return the headers of a signed request."""
        timestamp = int(self._wall())
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": sign(self._workspace.app.signing_secret, timestamp, body),
        }
        if envelope.retry_attempt:
            headers["x-slack-retry-num"] = str(envelope.retry_attempt)
            headers["x-slack-retry-reason"] = envelope.retry_reason
        return headers

    async def send(self, envelope: Envelope) -> Ack:
        """Post the envelope and return the answer as an ack; anything but 200 is a refusal."""
        if not self._workspace.settings.request_url:
            return Ack(outcome=Outcome.UNREACHABLE, detail="no request URL is set")
        if self._session is None:
            self._session = aiohttp.ClientSession()
        content_type, body = encode(envelope)
        headers = self.headers(envelope, content_type, body)
        self.sent.append(SentRequest(headers=headers, body=body))
        try:
            async with (
                asyncio.timeout(self._workspace.settings.ack_seconds),
                self._session.post(
                    self._workspace.settings.request_url,
                    data=body,
                    headers=headers,
                    allow_redirects=False,
                ) as answer,
            ):
                return await _ack(answer)
        except TimeoutError:
            return Ack(outcome=Outcome.TIMEOUT, detail="no answer in time")
        except (aiohttp.ClientError, OSError) as error:
            return Ack(outcome=Outcome.UNREACHABLE, detail=str(error))

    async def send_and_drop(self, envelope: Envelope) -> None:
        """Post the envelope and give the answer away, as if the connection had broken."""
        await self.send(envelope)

    async def verify_url(self) -> bool:
        """Challenge the request URL as Slack does when it is entered; return whether it passes."""
        challenge = self._workspace.world.new_id("challenge-")
        payload = {
            "token": self._workspace.app.verification_token,
            "type": "url_verification",
            "challenge": challenge,
        }
        ack = await self.send(Envelope(id=challenge, kind=EnvelopeKind.EVENT, payload=payload))
        return ack.body in (challenge, {"challenge": challenge})

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _ack(answer: aiohttp.ClientResponse) -> Ack:
    text = await answer.text()
    if answer.status != 200:
        return Ack(
            outcome=Outcome.REFUSED,
            detail=f"{answer.status} {text[:200]}",
            no_retry=answer.headers.get("x-slack-no-retry") == "1",
        )
    if answer.content_type != "application/json" or not text:
        return Ack(outcome=Outcome.OK, body=text or None)
    try:
        return Ack(outcome=Outcome.OK, body=json.loads(text))
    except ValueError:
        return Ack(outcome=Outcome.OK, body=text)
