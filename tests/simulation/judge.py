"""What must hold after every commit, read from the file itself by whoever committed.

Each rule compares what was there before with what is there now; none of them asks the code under test.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.domain.chain import GENESIS, Link
from orchestration.domain.gates import GATE_MOVES
from orchestration.domain.pairs import Target
from orchestration.domain.stages import CYCLE_MOVES, SLOT_MOVES, STAGE_MOVES
from orchestration.domain.store_states import Rollout
from orchestration.domain.submission import SUBMISSION_MOVES
from orchestration.domain.tasks import TASK_MOVES
from tests.simulation.ground import Reader
from tests.simulation.known import Known, digest_of, read

_OPEN_TASKS = frozenset({"PENDING", "RUNNING", "WAITING", "RETRYING", "FAILED"})
_STOPPING = frozenset({"user", "credentials", "freeze"})
# Every so many commits all tables are looked at, whatever was written.
_ALL_AFTER = 20
_QUEUES = (("work", "due_ms"), ("inbox", "not_before_ms"), ("outbox", "not_before_ms"), ("duties", "due_ms"))
_OF_RELEASES = frozenset({"releases", "tenants", "events"})
_ALL = _OF_RELEASES | {table for table, _due in _QUEUES}


class Broken(Exception):
    """A rule does not hold, and nobody wants to see what comes after it."""


def _reachable(moves: Mapping[Any, Any]) -> frozenset[tuple[str, str]]:
    """(from, to) in one move or several: one commit may take more than one step."""
    found = {(str(state), str(to)) for (state, _signal), to in moves.items()}
    while True:
        more = {(a, d) for a, b in found for c, d in found if b == c} - found
        if not more:
            return frozenset(found)
        found |= more


_LEGAL = {
    "tasks": _reachable(TASK_MOVES),
    "gates": _reachable(GATE_MOVES),
    "slots": _reachable(SLOT_MOVES),
    "cycles": _reachable(CYCLE_MOVES),
}
_LEGAL_STAGES = _reachable(STAGE_MOVES)
_LEGAL_SUBMISSIONS = {
    target.value: _reachable(
        SUBMISSION_MOVES[Rollout.PHASED if target is Target.APP_STORE else Rollout.STAGED]
    )
    for target in Target
}


@dataclass(kw_only=True)
class Step:
    """What one commit told: its events."""

    events: list[Link] = field(default_factory=list)

    def count(self, release: str, kind: str, **data: str) -> int:
        """How many events of a kind it told of a release."""
        return sum(
            e.release_id == release
            and e.kind == kind
            and all(str(e.data.get(key)) == value for key, value in data.items())
            for e in self.events
        )


class Judge:
    """Keeps what was true after the last commit. `broken` are the rules that did not hold, with their moments."""

    def __init__(self, now: Callable[[], str]) -> None:
        self._now = now
        self.broken: list[str] = []
        self.commits = 0
        self.looked: Counter[str] = Counter()
        self.told: dict[str, int] = {}
        self._granted: Counter[str] = Counter()
        self._releases: dict[str, Known] = {}
        self._homes: dict[str, str] = {}
        self._chains: dict[str, tuple[int, str]] = {}
        self._queues: dict[str, dict[Any, tuple[Any, ...]]] = {name: {} for name, _ in _QUEUES}

    def blame(self, rule: str, says: str) -> None:
        """Note that a rule does not hold."""
        self.broken.append(f"{self._now()}  {rule}: {says}")

    def committed(
        self, owner: str, raw: Reader, now_ms: int, *, written: frozenset[str] | None = None
    ) -> None:
        """Look at everything that this commit may have changed: at the tables that it wrote to.

        At every table where they are not known, and after so many commits, so that nothing changes unnoticed.
        """
        self.commits += 1
        if written is None or self.commits % _ALL_AFTER == 0:
            written = _ALL
        if written & _OF_RELEASES:
            self._changed(raw)
        for table, due in _QUEUES:
            if table in written:
                self._queue(raw, owner, table, due, now_ms)

    def _changed(self, raw: Reader) -> None:
        """What was told, and every release that has another revision."""
        step = Step(events=self._chain(raw))
        for release_id, revision, tenant in raw.execute(
            "SELECT id, revision, tenant_id FROM releases"
        ).fetchall():
            self._homes.setdefault(release_id, tenant)
            known = self._releases.get(release_id)
            if known is None or known.revision != revision:
                now = read(raw, release_id, revision, parts=_LEGAL)
                if known is not None:
                    self._compare(release_id, known, now, step)
                self._releases[release_id] = now
                if any(event.release_id == release_id for event in step.events):
                    self.told[release_id] = revision
        self._facts(step)

    def _chain(self, raw: Reader) -> list[Link]:
        """R12: what was told is at the end of an unbroken chain."""
        told = []
        for tenant, seq, head in raw.execute("SELECT id, chain_seq, chain_hash FROM tenants").fetchall():
            at, before = self._chains.get(tenant, (0, GENESIS))
            if at == seq:
                continue
            rows = raw.execute(
                "SELECT tenant_id, seq, release_id, at_ms, kind, actor_id, actor_kind, data, prev_hash, hash"
                " FROM events WHERE tenant_id = ? AND seq > ? ORDER BY seq",
                (tenant, at),
            ).fetchall()
            for row in rows:
                link = Link(
                    tenant_id=row[0], seq=row[1], release_id=row[2], at_ms=row[3], kind=row[4],
                    actor_id=row[5], actor_kind=row[6], data=json.loads(row[7]), prev_hash=row[8], hash=row[9],
                )  # fmt: skip
                if link.seq != at + 1 or link.prev_hash != before or link.hash != link.right_hash():
                    self.blame("R12 audit chain", f"{tenant} is broken at {link.seq}")
                at, before = link.seq, link.hash
                told.append(link)
            if (at, before) != (seq, head):
                self.blame("R12 audit chain", f"the head of {tenant} is not its last event")
            self._chains[tenant] = (seq, head)
        return told

    def _facts(self, step: Step) -> None:
        """R3: a gate is granted once. R10: nobody of another tenant did anything here."""
        for event in step.events:
            if event.kind == "APPROVAL_GRANTED":
                gate = str(event.data.get("gate"))
                self._granted[gate] += 1
                if self._granted[gate] > 1:
                    self.blame("R3 a click counts once", f"{gate} was granted {self._granted[gate]} times")
            if self._homes.get(event.release_id or "", event.tenant_id) != event.tenant_id:
                self.blame(
                    "R10 tenants never meet", f"{event.tenant_id} told {event.kind} of {event.release_id}"
                )
            stranger = event.actor_id == "U00MALLORY" and event.tenant_id == "T0001"
            if stranger and event.kind != "ACCESS_DENIED":
                self.blame("R10 tenants never meet", f"a stranger told {event.kind} of {event.release_id}")

    def _compare(self, release: str, was: Known, now: Known, step: Step) -> None:
        if now.revision != was.revision + 1:
            self.blame("one revision after the other", f"{release}: {was.revision} became {now.revision}")
        for name, legal in _LEGAL.items():
            for key, state in now.parts[name].items():
                old = was.parts[name].get(key)
                if old is not None and old != state and (old, state) not in legal:
                    self.blame("legal moves", f"{name} {key}: {old} became {state}")
        for stage, state in now.stages.items():
            if was.stages[stage] != state and (was.stages[stage], state) not in _LEGAL_STAGES:
                self.blame("legal moves", f"stage {stage}: {was.stages[stage]} became {state}")
        self._holds(release, was, now, step)
        self._gates(was, now)
        self._submissions(was, now)
        if now.archived:
            self._archived(release, was, now)
        self.looked["releases compared"] += 1

    def _holds(self, release: str, was: Known, now: Known, step: Step) -> None:
        """R9: what one cause placed, no other cause takes away, and each change is told as its own."""
        for cause, by in was.holds - now.holds:
            if not step.count(release, "HOLD_LIFTED", cause=cause, by=by):
                self.blame("holds of one cause", f"{release}: {cause} by {by} went without a word")
            if cause == "task_failure" and now.parts["tasks"].get(by) == "FAILED":
                self.blame("holds of one cause", f"{release}: the hold of {by} went, and it is still failed")
        for cause, by in now.holds - was.holds:
            if not step.count(release, "HOLD_PLACED", cause=cause, by=by):
                self.blame("holds of one cause", f"{release}: {cause} by {by} came without a word")
        standing = {cause for cause, _by in now.holds & was.holds} & _STOPPING
        begun = [
            k
            for k, s in now.parts["tasks"].items()
            if s == "RUNNING" and was.parts["tasks"].get(k) == "PENDING"
        ]
        if standing and begun:
            self.blame("nothing new starts under a hold", f"{release}: {begun} under {sorted(standing)}")
        if now.holds:
            moved = [stage for stage, state in now.stages.items() if state != was.stages[stage]]
            if moved:
                self.blame("a hold stops the release", f"{release}: {moved} moved under {sorted(now.holds)}")
        failed = {("task_failure", key) for key, state in now.parts["tasks"].items() if state == "FAILED"}
        if failed - now.holds and not now.archived:
            self.blame("a failed task holds", f"{release}: {sorted(failed - now.holds)}")

    def _gates(self, was: Known, now: Known) -> None:
        """R8: no pass without facts; what was signed counts for its evidence and no other."""
        for key, gate in now.gates.items():
            before = was.gates.get(key)
            if before is None:
                continue
            evidence, digest = gate.get("evidence"), digest_of(gate)
            unmet = {f["condition"] for f in (evidence or {}).get("findings", ()) if not f["met"]}
            if gate["state"] == "APPROVED" and before["state"] != "APPROVED":
                decision = gate.get("decision") or {}
                if gate["kind"] == "APPROVE_STAGE_3" and (
                    evidence is None or unmet - set(decision.get("forced", ()))
                ):
                    self.blame("R8 gates fail closed", f"{key} is approved with {sorted(unmet)} unmet")
            if digest is not None:
                stale = [s["by"] for s in gate.get("signatures", ()) if s["digest"] != digest]
                if stale and gate["kind"] == "APPROVE_STAGE_3" and gate["state"] != "VOID":
                    self.blame("an approval is void when its evidence changes", f"{key}: {stale}")
            gone = {s["by"] for s in before.get("signatures", ())} - {
                s["by"] for s in gate.get("signatures", ())
            }
            if gone and digest_of(before) == digest and gate["state"] not in {"VOID", "REJECTED"}:
                self.blame("an approval is void only when its evidence changes", f"{key}: {sorted(gone)}")
        if was.stages["PRE_RELEASE"] == "PENDING" != now.stages["PRE_RELEASE"]:
            passed = [
                g for g in now.gates.values() if (g["kind"], g["state"]) == ("APPROVE_STAGE_3", "APPROVED")
            ]
            if not passed:
                self.blame("R8 gates fail closed", "Stage 3 started and nobody approved it")

    def _submissions(self, was: Known, now: Known) -> None:
        """A store is sent what was approved and nothing else, and a share of users never shrinks by our hand."""
        for key, doc in now.submissions.items():
            before = was.submissions.get(key)
            if before is None:
                continue
            old, state = before["state"], doc["state"]
            legal = _LEGAL_SUBMISSIONS[doc["pair"]["target"]]
            if old != state and (old, state) not in legal:
                self.blame("legal moves", f"submission {key}: {old} became {state}")
            yes = any(g.get("subject") == key and g["state"] == "APPROVED" for g in now.gates.values())
            if old == "PENDING" != state and not yes and not doc["outside"]:
                self.blame("R8 gates fail closed", f"{key} is {state} and nobody approved it")
            if doc["percent"] < before["percent"]:
                self.blame("a share only grows", f"{key}: {before['percent']} became {doc['percent']}")

    def _archived(self, release: str, was: Known, now: Known) -> None:
        open_tasks = sorted(k for k, state in now.parts["tasks"].items() if state in _OPEN_TASKS)
        if open_tasks:
            self.blame("nothing runs for an archived release", f"{release}: {open_tasks}")
        if was.archived and now.sent - was.sent:
            self.blame(
                "nothing runs for an archived release", f"{release}: intends {sorted(now.sent - was.sent)}"
            )
        if was.archived and not now.archived:
            self.blame("archived is for good", release)

    def _queue(self, raw: Reader, owner: str, table: str, due: str, now_ms: int) -> None:
        """R4: a lease is taken when it is free, and ended or lengthened by its holder alone, fences only rise."""
        before = self._queues[table]
        rows = raw.execute(f"SELECT id, fence, owner, lease_until_ms, {due} FROM {table}").fetchall()  # noqa: S608 - from a table above
        for key, fence, holder, lease, due_ms in rows:
            old = before.get(key)
            now = (fence, holder, lease, due_ms)
            if old == now:
                continue
            before[key] = now
            if old is None:
                continue
            self._lease(f"{table} {key}", owner, old, now, now_ms=now_ms)

    def _lease(
        self, what: str, owner: str, old: tuple[Any, ...], now: tuple[Any, ...], *, now_ms: int
    ) -> None:
        (was_fence, was_holder, was_lease, _), (fence, _holder, lease, _due) = old, now
        if fence < was_fence:
            self.blame("R4 fences rise", f"{what}: {was_fence} became {fence}")
        elif fence > was_fence:
            if was_lease is not None and was_lease >= now_ms:
                self.blame("R4 one at a time", f"{what}: {owner} took it while {was_holder} had it")
        elif lease != was_lease and was_holder not in {owner, None}:
            self.blame(
                "R4 stale workers cannot write",
                f"{what}: {owner} wrote under the lease of {was_holder}",
            )
