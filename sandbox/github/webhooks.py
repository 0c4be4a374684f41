"""Signed `workflow_run` deliveries to the configured addresses, in order."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import aiohttp

GIVE_UP = aiohttp.ClientTimeout(total=10)  # GitHub's own limit


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """Where deliveries go. An empty secret sends them unsigned, as GitHub does."""

    url: str
    secret: str = ""


@dataclass(kw_only=True)
class Delivery:
    """One event for one hook; `status` is None until an answer came, 0 where none came."""

    id: str
    hook: Hook
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None


class Webhooks:
    """Sends one after the other, and does not try again: GitHub does not either."""

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
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "GitHub-Hookshot/sandbox",
                "X-GitHub-Event": event,
                "X-GitHub-Delivery": f"00000000-0000-4000-8000-{number:012d}",
                "X-GitHub-Hook-ID": "1",
            }
            if hook.secret:
                digest = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
                headers["X-Hub-Signature-256"] = f"sha256={digest}"
            delivery = Delivery(id=headers["X-GitHub-Delivery"], hook=hook, headers=headers, body=body)
            self.deliveries.append(delivery)
            self._queue.put_nowait(delivery)

    def redeliver(self, number: int) -> Delivery:
        """Send a delivery again, with the same id, as the button on GitHub's page does."""
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
