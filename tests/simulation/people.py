"""What people, CI and the repository do: requests as Slack sends them, to whichever bot is there, sometimes twice."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

from bot.slack.intent import key_of
from bot.views import values
from orchestration.domain.freezes import Window
from orchestration.domain.gates import Condition, GateKind
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskState, WaitOwner
from orchestration.ports.runtime import Incoming, StaleRelease
from orchestration.services import freezing
from orchestration.services.credentials import keep_credentials_holds
from tests.simulation.agenda import Deed, Happening
from tests.simulation.process import Process
from tests.simulation.world import BEGIN, World
from tests.support.rehearsed import ANN, BO

STRANGER = "U00MALLORY"
HOME, ABROAD = "T0001", "T0002"


class People:
    """Everybody around one release. `acknowledged` are the keys of the requests that a bot took upon itself."""

    def __init__(self, world: World, desk: Process) -> None:
        self._world = world
        self.desk = desk
        self._number = 0
        self.acknowledged: dict[str, str] = {}
        self.release_id = ""
        self.picked = 0

    async def release(self) -> Release:
        """As it is now."""
        async with self.desk.store.look() as work:
            return await work.releases.get(HOME, self.release_id)

    def types(self, who: str, text: str, *, tenant: str = HOME, lot: Random) -> None:
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

    def clicks(self, who: str, action: str, value: Mapping[str, str], *, lot: Random) -> None:
        """A button on a card."""
        self._number += 1
        body = {
            "type": "block_actions",
            "team": {"id": HOME},
            "user": {"id": who},
            "channel": {"id": "C0RELEASES"},
            "container": {"message_ts": "1.0", "channel_id": "C0RELEASES"},
            "actions": [
                {"action_id": action, "action_ts": f"{self._number}.0", "value": json.dumps(dict(value))}
            ],
            "trigger_id": f"trigger-{self._number}",
        }
        self._deliver("action", body, what=action, lot=lot)

    def submits(self, who: str, form: str, value: Mapping[str, str], state: Any, *, lot: Random) -> None:
        """A form."""
        self._number += 1
        view = {
            "id": f"V{self._number}",
            "hash": "1",
            "callback_id": form,
            "private_metadata": json.dumps(dict(value)),
            "state": {"values": state},
        }
        body = {"type": "view_submission", "team": {"id": HOME}, "user": {"id": who}, "view": view}
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

    async def _receive_news(self, process: Process, key: str, run_id: str) -> None:
        payload = {"run_id": run_id, "texts": []}
        incoming = Incoming(key=key, tenant_id=HOME, kind="callback", payload=payload)
        await process.store.inbox.receive(incoming)
        self.acknowledged[key] = "callback"

    def do(self, happening: Happening) -> None:
        """A deed of the agenda, as soon as its doer has looked at the release."""
        self._world.in_world(self._do(happening))

    async def _do(self, happening: Happening) -> None:
        if not self.release_id:
            return
        lot = Random(happening.number)
        release = await self.release()
        await asyncio.sleep(lot.choice((0.0, 0.1, 5.0)))
        name, deed = release.id, Deed(happening.what)
        ann, bo = ANN.id, BO.id
        words: Mapping[Deed, tuple[str, str]] = {
            Deed.HOLD: (lot.choice((ann, "U000CAPT4")), f"hold {name} Wait"),
            Deed.RESUME: (ann, f"resume {name}"),
            Deed.CYCLE: (ann, f"cycle {name}"),
            Deed.SLOT_ADD: (ann, f"slot {name} add {self._ahead(lot, minutes=lot.randrange(1, 40))}"),
            Deed.SLOT_REMOVE: (ann, f"slot {name} remove {lot.choice((1, 2))}"),
            Deed.TARGET: (ann, f"edit {name} target {self._ahead(lot, minutes=60 * 24 * 9)} Later"),
            Deed.RETRY: (ann, f"retry {name}"),
            Deed.SKIP: (ann, f"skip {name} Not this time"),
            Deed.ARCHIVE: (ann, f"archive {name} Given up"),
            Deed.STRANGER: (STRANGER, f"{lot.choice(('hold', 'archive', 'resume'))} {name} Mine now"),
        }
        if deed in words:
            who, text = words[deed]
            self.types(who, text, tenant=ABROAD if deed is Deed.STRANGER else HOME, lot=lot)
        else:
            await self._other(deed, release, lot, who=lot.choice((ann, bo)))

    def _ahead(self, lot: Random, *, minutes: int) -> str:
        at = BEGIN + timedelta(seconds=self._world.loop.time(), minutes=minutes + lot.randrange(5))
        return f"{at:%Y-%m-%d %H:%M}"

    async def _other(self, deed: Deed, release: Release, lot: Random, *, who: str) -> None:
        providers = self._world.providers[HOME]
        match deed:
            case Deed.APPROVE | Deed.REJECT | Deed.FORCE:
                self.decide(deed, release, lot, who=who)
            case Deed.COMMIT:
                if release.branch in providers.scm.kept.branches:
                    providers.scm.grow(release.branch, [f"fix: {lot.randrange(1000)}"])
            case Deed.PICK:
                self.picked += 1
                sha = providers.scm.grow("main", [f"fix: late {self.picked}"])
                self.types(ANN.id, f"pick {sha} {release.id}", lot=lot)
            case Deed.CALLBACK:
                self._news(release, lot)
            case Deed.CREDENTIALS:
                await self._engine_acts(
                    lambda: keep_credentials_holds(self.desk.engine, HOME, "jira", "It expired")
                )
                await asyncio.sleep(lot.choice((30.0, 400.0)))
                await self._engine_acts(lambda: keep_credentials_holds(self.desk.engine, HOME, "jira", None))
            case Deed.FREEZE:
                await self._engine_acts(lambda: self._freeze(lot))
            case _:
                raise AssertionError(deed)

    async def _engine_acts(self, act: Callable[[], Any]) -> None:
        try:
            await act()
        except StaleRelease:
            return

    async def _freeze(self, lot: Random) -> None:
        now = BEGIN + timedelta(seconds=self._world.loop.time())
        begin = now + timedelta(seconds=lot.choice((-60, 30, 300)))
        window = Window(
            reason="Quiet days", starts_at=begin, ends_at=now + timedelta(seconds=900), zone="UTC"
        )
        await freezing.add(self.desk.engine, HOME, window, actor=ANN)

    def _news(self, release: Release, lot: Random) -> None:
        waiting = [t for t in release.tasks if t.wait is not None and t.wait.owner is WaitOwner.CI]
        runs = [b.run_id for b in release.builds if b.run_id is not None]
        if waiting and runs and self._world.processes:
            run_id = lot.choice(runs)
            key = f"callback:{run_id}:{lot.choice((1, 2))}"
            for _ in range(lot.choice((1, 2))):
                process = lot.choice(self._world.processes)
                process.spawn(self._receive_news(process, key, run_id))

    def decide(self, deed: Deed, release: Release, lot: Random, *, who: str) -> None:
        """Click on the approval card as it was seen."""
        gate = release.open_gate
        if gate is None or gate.kind is not GateKind.APPROVE_STAGE_3 or gate.evidence is None:
            return
        value = {"release": release.id, "gate": gate.id, "digest": gate.evidence.digest}
        if deed is Deed.APPROVE:
            self.clicks(who, values.APPROVE, value, lot=lot)
        else:
            form = values.REJECT if deed is Deed.REJECT else values.FORCE
            state = {"reason": {"reason": {"type": "plain_text_input", "value": "Because"}}}
            self.submits(who if deed is Deed.REJECT else ANN.id, form, value, state, lot=lot)

    def routine(self, release: Release, lot: Random) -> None:
        """What keeps a release going: retry what failed, resume what was held, approve what is fit."""
        failed = [t for t in release.tasks if t.state is TaskState.FAILED]
        if failed:
            for task in failed:
                about = (
                    f" {task.pair.platform.lower()}" if task.pair else f" {task.about}" if task.about else ""
                )
                self.types(ANN.id, f"retry {release.id} {task.type}{about}", lot=lot)
        for hold in release.holds:
            if hold.cause == "user":
                self.types(hold.by, f"resume {release.id}", lot=lot)
        gate = release.open_gate
        unmet = (
            {f.condition for f in gate.evidence.unmet}
            if gate is not None and gate.evidence is not None
            else ()
        )
        if Condition.HEAD_IS_TESTED in unmet and not release.holds:
            self.types(ANN.id, f"cycle {release.id}", lot=lot)
        if gate is not None and gate.evidence is not None and not gate.evidence.unmet and not release.holds:
            for signs in gate.missing():
                who = BO.id if signs.area == "qa" else ANN.id
                self.decide(Deed.APPROVE, release, lot, who=who)
