"""Requests as Slack and CI send them: to whichever bot is there, sometimes twice, sometimes late."""

import asyncio
import json
from collections.abc import Mapping
from random import Random
from typing import Any

from bot.slack.intent import key_of
from orchestration.ports.runtime import Incoming
from tests.simulation.process import Process
from tests.simulation.world import World


class Requests:
    """What is sent to the bots. `acknowledged` are the keys of those that a bot took upon itself."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._number = 0
        self.acknowledged: dict[str, str] = {}

    def types(self, who: str, text: str, *, tenant: str, lot: Random) -> None:
        """A slash command."""
        self._number += 1
        body = {
            "command": "/release",
            "text": text,
            "team_id": tenant,
            "user_id": who,
            "channel_id": "C0RELEASES",
            "trigger_id": f"trigger-{self._number}",
        }
        self._deliver("command", body, what=text, lot=lot)

    def clicks(self, who: str, action: str, value: Mapping[str, str], *, tenant: str, lot: Random) -> None:
        """A button on a card."""
        self._number += 1
        body = {
            "type": "block_actions",
            "team": {"id": tenant},
            "user": {"id": who},
            "channel": {"id": "C0RELEASES"},
            "container": {"message_ts": "1.0", "channel_id": "C0RELEASES"},
            "actions": [
                {"action_id": action, "action_ts": f"{self._number}.0", "value": json.dumps(dict(value))}
            ],
            "trigger_id": f"trigger-{self._number}",
        }
        self._deliver("action", body, what=action, lot=lot)

    def submits(
        self, who: str, form: str, value: Mapping[str, str], state: Any, *, tenant: str, lot: Random
    ) -> None:
        """A form."""
        self._number += 1
        view = {
            "id": f"V{self._number}",
            "hash": "1",
            "callback_id": form,
            "private_metadata": json.dumps(dict(value)),
            "state": {"values": state},
        }
        team, user = {"id": tenant}, {"id": who}
        body = {"type": "view_submission", "team": team, "user": user, "view": view}
        self._deliver("view", body, what=form, lot=lot)

    def _deliver(self, kind: str, body: Mapping[str, Any], *, what: str, lot: Random) -> None:
        """To a bot that lives; Slack, or an impatient finger, may send it once more, now or later."""
        copies = lot.choice((1, 1, 1, 2, 3))
        for _ in range(copies):
            process = lot.choice(self._world.processes) if self._world.processes else None
            if process is not None:
                wait = lot.choice((0.0, 0.0, 0.5, 30.0))
                process.spawn(self._receive(process, kind, body, what, wait))

    async def _receive(
        self, process: Process, kind: str, body: Mapping[str, Any], what: str, wait: float
    ) -> None:
        await asyncio.sleep(wait)
        await process.edge.receive(kind, body)
        self.acknowledged[key_of(kind, body)] = what

    def tells(self, tenant: str, key: str, run_id: str, *, lot: Random) -> None:
        """CI calls back."""
        if self._world.processes:
            process = lot.choice(self._world.processes)
            process.spawn(self._receive_news(process, tenant, key, run_id))

    async def _receive_news(self, process: Process, tenant: str, key: str, run_id: str) -> None:
        payload = {"run_id": run_id, "texts": []}
        incoming = Incoming(key=key, tenant_id=tenant, kind="callback", payload=payload)
        await process.store.inbox.receive(incoming)
        self.acknowledged[key] = "callback"
