"""Deliveries of pipeline events to the configured addresses, in order."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import aiohttp

GIVE_UP = aiohttp.ClientTimeout(total=10)  # GitLab's own limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """Where deliveries go. With an empty secret they carry no token, with an empty signing token no signature."""

    url: str
    secret: str = ""
    signing_token: str = ""

    def signed(self, delivery: str, at: int, body: bytes) -> Mapping[str, str]:
        """The headers of a signature, in the form of Standard Webhooks; the key is what the token encodes."""
        if not self.signing_token:
            return {}
        key = base64.b64decode(self.signing_token.removeprefix("whsec_"))
        digest = hmac.digest(key, f"{delivery}.{at}.".encode() + body, "sha256")
        return {
            "webhook-id": delivery,
            "webhook-timestamp": str(at),
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        }


@dataclass(kw_only=True)
class Delivery:
    """One event for one hook; `status` is None until an answer came, 0 where none came."""

    hook: Hook
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None


class Webhooks:
    """Sends one after the other; `redeliver` is GitLab's own retry, with the same key."""

    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"deliveries"})

    def __init__(self) -> None:
        self.hooks: list[Hook] = []
        self.deliveries: list[Delivery] = []
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Begin to send."""
        self._session = aiohttp.ClientSession(timeout=GIVE_UP)
        self._task = asyncio.create_task(self._send())

    async def stop(self) -> None:
        """Stop sending; what waits is not sent."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def idle(self) -> None:
        """Wait until all that was to be sent is sent."""
        await self._queue.join()

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        """Queue an event for every hook."""
        body = json.dumps(payload).encode()
        for hook in self.hooks:
            number = len(self.deliveries) + 1
            key = f"00000000-0000-4000-a000-{number:012d}"
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "GitLab/sandbox",
                "X-Gitlab-Event": event,
                "X-Gitlab-Event-UUID": f"00000000-0000-4000-8000-{number:012d}",
                "X-Gitlab-Webhook-UUID": "00000000-0000-4000-9000-000000000001",
                "Idempotency-Key": key,
                **hook.signed(key, int(time.time()), body),
            }
            if hook.secret:
                headers["X-Gitlab-Token"] = hook.secret
            delivery = Delivery(hook=hook, headers=headers, body=body)
            self.deliveries.append(delivery)
            self._queue.put_nowait(delivery)

    def redeliver(self, number: int) -> Delivery:
        """Send a delivery again."""
        delivery = self.deliveries[number]
        self._queue.put_nowait(delivery)
        return delivery

    async def _send(self) -> None:
        while self._session is not None:
            delivery = await self._queue.get()
            try:
                async with self._session.post(
                    delivery.hook.url, data=delivery.body, headers=delivery.headers
                ) as answer:
                    delivery.status = answer.status
            except (aiohttp.ClientError, TimeoutError):
                delivery.status = 0
            finally:
                self._queue.task_done()
