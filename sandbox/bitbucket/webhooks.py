"""Deliveries of events to the configured addresses, signed, in order."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.bitbucket.hosting import Hosted, when
from sandbox.bitbucket.pipelines import Pipeline
from sandbox.bitbucket.shapes import Shapes

STATES = {"SUCCESSFUL": "SUCCESSFUL", "STOPPED": "STOPPED"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """Where deliveries go. With an empty secret they are not signed, as at Bitbucket."""

    url: str
    secret: str = ""


@dataclass(kw_only=True)
class Delivery:
    """One event for one hook; `status` is None until an answer came, 0 where none came."""

    hook: Hook
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None


class Webhooks:
    """Sends one after the other; `redeliver` is Bitbucket's own next attempt, of the same request."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []
        self.deliveries: list[Delivery] = []
        self._queue: asyncio.Queue[Delivery] = asyncio.Queue()
        self._sender: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to send."""
        self._sender = asyncio.create_task(self._send())

    async def stop(self) -> None:
        """Stop sending; what waits is not sent."""
        if self._sender is not None:
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until all that was to be sent is sent."""
        await self._queue.join()

    def emit(self, event: str, payload: Mapping[str, Any]) -> None:
        """Queue an event for every hook."""
        body = json.dumps(payload).encode()
        for hook in self.hooks:
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "Bitbucket-Webhooks/2.0",
                "X-Event-Key": event,
                "X-Hook-UUID": "00000000-0000-4000-b000-000000000001",
                "X-Request-UUID": f"00000000-0000-4000-c000-{len(self.deliveries) + 1:012d}",
                "X-Attempt-Number": "1",
            }
            if hook.secret:
                made = hmac.new(hook.secret.encode(), body, hashlib.sha256).hexdigest()
                headers["X-Hub-Signature"] = f"sha256={made}"
            self._queue_up(Delivery(hook=hook, headers=headers, body=body))

    def redeliver(self, number: int) -> None:
        """Send a delivery again."""
        old = self.deliveries[number]
        attempt = str(int(old.headers["X-Attempt-Number"]) + 1)
        self._queue_up(
            Delivery(hook=old.hook, headers={**old.headers, "X-Attempt-Number": attempt}, body=old.body)
        )

    def _queue_up(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self._queue.put_nowait(delivery)

    async def _send(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            while True:
                each = await self._queue.get()
                try:
                    async with session.post(each.hook.url, data=each.body, headers=each.headers) as answer:
                        each.status = answer.status
                except (aiohttp.ClientError, TimeoutError):
                    each.status = 0
                finally:
                    self._queue.task_done()


def build_event(shapes: Shapes, hosted: Hosted, row: Pipeline) -> dict[str, Any]:
    """`repo:commit_status_updated`, as a pipeline sets it: by its number, and not by its UUID."""
    state = "INPROGRESS" if row.result is None else STATES.get(row.result, "FAILED")
    status = {
        "type": "build",
        "key": str(-1_000_000 - row.number),
        "state": state,
        "name": f"Pipeline #{row.number} for {row.ref_name}",
        "refname": row.ref_name,
        "description": "",
        "url": f"{shapes.web}/addon/pipelines/home#!/results/{row.number}",
        "commit": {"type": "commit", "hash": row.sha},
        "created_on": when(row.created),
        "updated_on": when(hosted.clock()),
    }
    return {"repository": shapes.repository(), "commit_status": status}


def span_event(hosted: Hosted, row: Pipeline) -> dict[str, Any]:
    """`pipeline:span_created` of a whole run: a span of OpenTelemetry, sent when it is over."""
    told = {
        "pipeline_run.uuid": row.uuid,
        "pipeline.repository.full_name": hosted.full_name,
        "pipeline.target.ref_name": row.ref_name,
        "pipeline.state.result.name": row.result or "",
    }
    attributes: list[dict[str, Any]] = [
        {"key": key, "value": {"stringValue": value}} for key, value in told.items()
    ]
    attributes.append({"key": "pipeline_run.run_number", "value": {"intValue": str(row.number)}})
    span = {"name": "bbc.pipeline_run", "traceId": "AA==", "spanId": "AA==", "attributes": attributes}
    scope = {"scope": {"name": "bitbucket-pipelines"}, "spans": [span]}
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [scope]}]}
