"""The card of a release that is over: what it took, who decided, what went wrong, and thanks to those who wrote it."""

from collections import Counter
from datetime import datetime

from bot.views.gate_lines import ACTS, people
from bot.views.health import health_line
from bot.views.offer_lines import about_of
from bot.views.store_lines import name
from bot.views.text import Mrkdwn, bold, code, duration, plural, say
from bot.views.words import brief, dotted, person, when
from orchestration.domain.gates import Gate, GateKind, GateState
from orchestration.domain.people import SYSTEM
from orchestration.domain.release import Release
from orchestration.domain.tasks import TASK_TITLES, TaskState, TaskType

_MOST = 20
_WORDS = 120


def authors_of(release: Release) -> tuple[str, ...]:
    """The people who wrote what was approved last, as far as they are known."""
    gate = release.gate(GateKind.APPROVE_STAGE_3)
    return gate.evidence.authors if gate is not None and gate.evidence is not None else ()


def retro(release: Release, *, at: datetime) -> list[Mrkdwn]:
    """Its lines: the dates and health of each store, the lead time, approvals, overrides, failures, thanks."""
    lines = [
        _lead(release, at),
        *_stores(release),
        *_health(release),
        *_approvals(release),
        *_failures(release),
        *_troubles(release),
    ]
    authors = authors_of(release)
    if authors:
        lines.append(say("Thanks to {who}: everybody has what you wrote.", who=people(authors, most=_MOST)))
    return [*lines, say("How the time went: {word}", word=code(f"/release report {release.id}"))]


def _lead(release: Release, at: datetime) -> Mrkdwn:
    late = at - release.target_at
    target = f"{duration(late)} after its target" if late.total_seconds() > 0 else "before its target"
    return say(
        "{label}: {span} from kick-off to everybody, {target}, with {cycles}",
        label=bold("It took"),
        span=duration(at - release.kick_off_at),
        target=target,
        cycles=plural(len(release.cycles), "regression cycle"),
    )


def _stores(release: Release) -> list[Mrkdwn]:
    lines = []
    for each in release.current_submissions:
        moments = (("submitted", each.submitted_at), ("live", each.live_at), ("everybody", each.completed_at))
        parts = [say("{label} {at}", label=label, at=when(moment)) for label, moment in moments if moment]
        again = [plural(each.number, "submission")] if each.number > 1 else []
        lines.append(dotted([bold(name(each)), *parts, *again]))
    return lines


def _health(release: Release) -> list[Mrkdwn]:
    """How each version did among its users when it was read last."""
    found = ((each, health_line(release, each)) for each in release.current_submissions)
    return [say("{which}: {line}", which=name(each), line=line) for each, line in found if line is not None]


def _failures(release: Release) -> list[Mrkdwn]:
    """By kind of task, the most frequent first."""
    counted = Counter[TaskType]()
    for task in release.tasks:
        counted[task.type] += task.failures
    rows = sorted(((-n, TASK_TITLES[kind]) for kind, n in counted.items() if n))
    if not rows:
        return []
    told = ", ".join(f"{title} {plural(-n, 'time')}" for n, title in rows)
    return [say("Failed: {what}", what=brief(told, _WORDS * 2))]


def _approvals(release: Release) -> list[Mrkdwn]:
    decided = [g for g in release.gates if g.state is GateState.APPROVED and g.decision is not None]
    return [_approval(gate) for gate in decided]


def _approval(gate: Gate) -> Mrkdwn:
    by = gate.decision.by if gate.decision is not None else SYSTEM.id
    who = people([s.by for s in gate.signatures], most=_MOST) if gate.signatures else person(by)
    noun = f"{ACTS[gate.kind].noun}{about_of(gate)}"
    forced = gate.decision is not None and by != SYSTEM.id and bool(gate.decision.forced or gate.missing())
    if not forced or gate.decision is None:
        return say("Approved {what}: {who}", what=noun, who=who)
    return say(
        ":warning: Overrode {what}: {who}, {why}",
        what=noun,
        who=person(by),
        why=brief(gate.decision.reason or "no reason given", _WORDS),
    )


def _troubles(release: Release) -> list[Mrkdwn]:
    """What did not go by itself, and what the stores turned back."""
    skipped = [t.title for t in release.tasks if t.state is TaskState.SKIPPED]
    back = [name(s) for s in release.submissions if s.turned_back]
    found = [("Skipped", skipped), ("Turned back by a store", back)]
    return [
        say("{label}: {what}", label=label, what=brief(", ".join(rows), _WORDS * 2))
        for label, rows in found
        if rows
    ]
