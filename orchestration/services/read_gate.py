"""Read the evidence of a gate: every condition from fresh facts, failing closed where they can't be had."""

from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.catalogue import GATE
from orchestration.catalogue.specs import Facts, GateSpec, listed
from orchestration.domain.asking import LOOKED_AT
from orchestration.domain.change import Change
from orchestration.domain.decisions import record_evidence
from orchestration.domain.distributing import store_build
from orchestration.domain.gates import Condition, Evidence, Finding, Gate, GateKind
from orchestration.domain.release import Release
from orchestration.domain.submission import Submission
from orchestration.domain.submitting import offered
from orchestration.domain.tasks import TaskType
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import Claim, Integrations
from orchestration.services.engine import Engine
from orchestration.services.people import matched
from orchestration.services.saving import change_release

_OF_PAIRS = frozenset({Condition.TESTS_PASSED, Condition.TICKETS_DONE})
"""The conditions that each pair has of its own."""


async def judge_all(engine: Engine, release: Release) -> Evidence:
    """The evidence as it is now."""
    ports = await engine.integrations(release.tenant_id)
    asked = release.snapshot.gate.conditions
    wanted = [s for s in GATE if (s.always or s.condition in asked) and s.applies(release)]
    judged = [await _judge(engine, spec, release, ports) for spec in wanted]
    known: Facts = next((facts for _, facts in judged if "people" in facts), {})
    suites = [release.output(TaskType.CREATE_TEST_SUITE, "id", pair=plan.pair) for plan in release.plans]
    cycle = release.tested_cycle
    return Evidence(
        commit=release.tested_commit,
        tag=cycle.tag if cycle else None,
        builds=tuple(build.id for build in release.tested_builds()),
        suites=tuple(suite for suite in suites if suite is not None),
        findings=tuple(finding for finding, _ in judged),
        read_at=engine.clock.now(),
        authors=listed(known.get("people")) or (),
        unknown=listed(known.get("unknown")) or (),
    )


async def judge_submission(engine: Engine, release: Release, submission: Submission) -> Evidence:
    """The evidence of a submission: what is offered, and what is known of its own pair; no other store's business."""
    ports = await engine.integrations(release.tenant_id)
    asked = release.snapshot.gate.conditions
    own = replace(release, plans=tuple(p for p in release.plans if p.pair == submission.pair))
    wanted = [s for s in GATE if s.condition in asked and s.condition in _OF_PAIRS and s.applies(own)]
    judged = [await _judge(engine, spec, own, ports) for spec in wanted]
    suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=submission.pair)
    build = store_build(release, submission.pair)
    return Evidence(
        commit=release.tested_commit,
        tag=release.output(TaskType.CREATE_RELEASE_TAG, "tag"),
        builds=(build.id,) if build is not None else (),
        suites=(suite,) if suite is not None else (),
        findings=tuple(finding for finding, _ in judged),
        read_at=engine.clock.now(),
        offer=offered(release, submission),
    )


async def _read(engine: Engine, release: Release, gate: Gate) -> Evidence | None:
    """None where nothing is asked any more that facts could tell."""
    if gate.kind is GateKind.APPROVE_STAGE_3:
        return await judge_all(engine, release)
    submission = release.submission(gate.subject or "")
    return await judge_submission(engine, release, submission) if submission is not None else None


async def _judge(
    engine: Engine, spec: GateSpec, release: Release, ports: Integrations
) -> tuple[Finding, Facts]:
    try:
        facts = await spec.read(release, ports)
    except PortError as error:
        says = f"{spec.title}: not known, because it can't be read now ({error.reason})"
        return Finding(condition=spec.condition, met=False, says=says, link=error.link), {}
    authors = listed(facts.get("authors"))
    if spec.people and authors is not None:
        facts = {**facts, **await matched(engine, release.tenant_id, authors)}
    return spec.judge(release, facts), facts


async def read_gate(
    engine: Engine,
    tenant_id: str,
    release_id: str,
    gate_id: str,
    *,
    claim: Claim | None = None,
    fresh_for: timedelta = timedelta(0),
) -> None:
    """Read and keep the evidence of a gate that is open; `fresh_for` spares a reading done just before."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
    gate = next((g for g in release.gates if g.id == gate_id), None)
    evidence = None
    if gate is not None and _is_asked(release, gate) and not _is_young(gate, engine.clock.now(), fresh_for):
        evidence = await _read(engine, release, gate)
    if evidence is None:
        if claim is not None:
            await change_release(engine, tenant_id, release_id, lambda _change: None, claim=claim)
        return
    every = release.snapshot.timing.gate_check_every

    def act(change: Change) -> None:
        record_evidence(change, gate_id, _as_of_now(change.release, gate_id, evidence), next_check=every)

    await change_release(engine, tenant_id, release_id, act, claim=claim)


def _is_asked(release: Release, gate: Gate) -> bool:
    return gate.kind in LOOKED_AT and gate in release.open_gates and not release.ended


def _is_young(gate: Gate, now: datetime, fresh_for: timedelta) -> bool:
    """What a clock read that was ahead is none: it would be left alone, and be due again at once, until then."""
    return gate.evidence is not None and timedelta(0) <= now - gate.evidence.read_at < fresh_for


def _as_of_now(release: Release, gate_id: str, evidence: Evidence) -> Evidence:
    """A submission may be edited while its evidence is read: what is offered is what it is when that is stored."""
    gate = next((g for g in release.gates if g.id == gate_id), None)
    submission = release.submission(gate.subject or "") if gate is not None else None
    return evidence if submission is None else replace(evidence, offer=offered(release, submission))
