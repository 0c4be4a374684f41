"""Read the evidence of a gate: every condition from fresh facts, failing closed where they can't be had."""

from datetime import timedelta

from orchestration.catalogue import GATE
from orchestration.catalogue.specs import Facts, GateSpec, listed
from orchestration.domain.change import Change
from orchestration.domain.decisions import record_evidence
from orchestration.domain.gates import Evidence, Finding, GateKind, GateState
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskType
from orchestration.ports.errors import PortError
from orchestration.ports.runtime import Claim, Integrations
from orchestration.services.engine import Engine
from orchestration.services.people import matched
from orchestration.services.saving import change_release


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
    asked = gate is not None and gate.kind is GateKind.APPROVE_STAGE_3
    is_open = gate is not None and gate.state in {GateState.OPEN, GateState.REJECTED}
    known = gate.evidence if gate is not None else None
    young = known is not None and engine.clock.now() - known.read_at < fresh_for
    if not asked or not is_open or release.ended or young:
        if claim is not None:
            await change_release(engine, tenant_id, release_id, lambda _change: None, claim=claim)
        return
    evidence = await judge_all(engine, release)
    every = release.snapshot.timing.gate_check_every

    def act(change: Change) -> None:
        record_evidence(change, gate_id, evidence, next_check=every)

    await change_release(engine, tenant_id, release_id, act, claim=claim)
