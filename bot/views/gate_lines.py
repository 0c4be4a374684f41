"""The lines of the approval card: what is tested, which conditions hold, who has signed, how it was settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.views import release_lines
from bot.views.offer_lines import offer_lines
from bot.views.release_lines import Room
from bot.views.text import Mrkdwn, and_more, bold, code, escape, joined, mention, say
from bot.views.words import brief, dotted, linked, owner, person, when
from orchestration.domain.gates import (
    ANY_APPROVER,
    Decision,
    Evidence,
    Finding,
    Gate,
    GateKind,
    GateState,
    Signature,
    SignOff,
    changes,
)
from orchestration.domain.people import APPROVER_PREFIX, SYSTEM
from orchestration.domain.release import Release
from orchestration.domain.reminders import ReminderKind
from orchestration.domain.tasks import TaskType

_SHA = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class GateRoom:
    """How much the card may say: characters per text from outside and per link, builds and people by number."""

    words: int = 400
    link: int = 400
    builds: int = 12
    people: int = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """How the approval of a gate is called: in the question, in news, on the button, and what follows from it."""

    asks: str
    noun: str
    button: str
    follows: str
    granted: str


ACTS = {
    GateKind.APPROVE_STAGE_3: Act(
        asks="Approve Stage 3",
        noun="Stage 3",
        button="Approve Stage 3",
        follows="The tested commit is tagged, the release notes are published and the store builds start.",
        granted="Stage 3 is approved",
    ),
    GateKind.START_STAGE_2: Act(
        asks="Start regression",
        noun="the start of regression",
        button="Start Regression",
        follows="The regression slots start their cycles.",
        granted="Regression may start",
    ),
    GateKind.SUBMISSION: Act(
        asks="Approve the submission",
        noun="the submission",
        button="Approve Submission",
        follows="The build is sent to its store for review.",
        granted="The submission is approved",
    ),
}


def tested(release: Release, gate: Gate, room: GateRoom) -> list[Mrkdwn]:
    """What the decision is about: commit, candidate, builds and test runs; for Stage 2 what kick-off left."""
    evidence = gate.evidence
    if evidence is None:
        return []
    if gate.kind is GateKind.START_STAGE_2:
        plain = Room(words=room.words, link=room.link)
        return [*release_lines.pairs(release, plain), *release_lines.links(release, plain)]
    what = [code(evidence.commit[:_SHA]) if evidence.commit else escape("no commit")]
    if evidence.tag is not None:
        what.append(linked(_tag_link(release, evidence.tag), brief(evidence.tag, room.words), room.link))
    lines = [say("{tested}: {what}", tested=bold("Tested"), what=dotted(what))]
    builds = _builds(release, evidence, room)
    if builds:
        lines.append(say("{label}: {builds}", label=bold("Builds"), builds=dotted(builds)))
    runs = _runs(release, evidence, room)
    if runs:
        lines.append(say("{label}: {runs}", label=bold("Test runs"), runs=dotted(runs)))
    return [*offer_lines(release, gate, words=room.words), *lines]


def _tag_link(release: Release, tag: str) -> str | None:
    cycle = next((c for c in reversed(release.cycles) if c.tag == tag), None)
    return release.output(TaskType.CREATE_RC_TAG, "url", cycle_id=cycle.id) if cycle else None


def _builds(release: Release, evidence: Evidence, room: GateRoom) -> list[Mrkdwn]:
    # In the order of the pairs, not in that in which CI happened to finish.
    shown = sorted((b for b in release.builds if b.id in evidence.builds), key=lambda build: build.pair)
    said = [
        linked(
            b.run_url,
            brief(f"{b.pair.title} {b.version}" + (f", build {b.number}" if b.number else ""), 60),
            room.link,
        )
        for b in shown[: room.builds]
    ]
    return [*said, escape(and_more(len(shown) - room.builds))] if len(shown) > room.builds else said


def _runs(release: Release, evidence: Evidence, room: GateRoom) -> list[Mrkdwn]:
    tasks = [t for t in release.tasks if t.type is TaskType.CREATE_TEST_SUITE and t.pair is not None]
    return [
        linked(t.output.get("url"), t.pair.title, room.link)
        for t in tasks
        if t.pair is not None and t.output.get("id") in evidence.suites
    ]


def conditions(release: Release, gate: Gate, room: GateRoom) -> list[Mrkdwn]:
    """A line per condition, the unmet ones first."""
    if gate.evidence is None:
        return []
    ordered = sorted(gate.evidence.findings, key=lambda finding: finding.met)
    return [_condition(release, finding, room) for finding in ordered]


def changed(gate: Gate, room: GateRoom) -> list[Mrkdwn]:
    """What is another now than when people last approved; nothing where nobody did, or all is as it was."""
    if gate.since is None or gate.evidence is None or gate.state is not GateState.OPEN:
        return []
    said = changes(gate.since, gate.evidence)
    if not said:
        return []
    label = bold("Changed since the last approval")
    return [say("{label}: {what}", label=label, what=brief("; ".join(said), room.words))]


def times(release: Release, gate: Gate) -> list[Mrkdwn]:
    """When a decision is due, as long as it is asked for."""
    row = next(
        (r for r in release.reminders if (r.subject, r.kind) == (gate.id, ReminderKind.APPROVAL_DUE)), None
    )
    return [say("Decision due {at}", at=when(row.at))] if row is not None else []


def _condition(release: Release, finding: Finding, room: GateRoom) -> Mrkdwn:
    says = linked(finding.link, brief(finding.says, room.words), room.link)
    if finding.met:
        accepted = say(" · accepted by {who}", who=person(finding.owner)) if finding.owner else ""
        return ":white_check_mark: Met: " + says + accepted
    line = ":x: Not met: " + says
    return say("{line} · {owner}", line=line, owner=owner(release, finding.owner)) if finding.owner else line


def sign_offs(gate: Gate, room: GateRoom) -> list[Mrkdwn]:
    """`qa: 1 of 2, signed by @ann, waiting for @bob`, a line per area."""
    missing = {wanted.area: wanted for wanted in gate.missing()}
    lines = []
    for wanted in gate.sign_offs:
        given = [s for s in gate.signatures if wanted.area in s.areas]
        left = missing.get(wanted.area)
        had = wanted.needed - (left.needed if left is not None else 0)
        parts = [bold(brief(wanted.area, 60)) + f": {had} of {wanted.needed}"]
        if given:
            parts.append("signed by " + joined((_signed(s) for s in given[: room.people]), ", "))
        if left is not None:
            who = asked([left], most=room.people) or escape("anyone who may approve")
            parts.append("waiting for " + who)
        lines.append(joined(parts, ", "))
    return lines


def _signed(signature: Signature) -> Mrkdwn:
    """Who gave it, and in whose place."""
    who = mention(signature.by)
    lender = signature.instead_of
    return say("{who} for {lender}", who=who, lender=mention(lender)) if lender is not None else who


def asked(missing: Sequence[SignOff], *, most: int) -> Mrkdwn:
    """Those who can still say yes: named people, and roles where an area has no names; empty where nobody is."""
    named = list(dict.fromkeys(who for wanted in missing for who in wanted.people))
    roles = [
        say("people with the role {role}", role=code(f"{APPROVER_PREFIX}{wanted.area}"))
        for wanted in missing
        if not wanted.people and wanted != ANY_APPROVER
    ]
    return joined([*([people(named, most=most)] if named else []), *roles], ", ")


def people(ids: Sequence[str], *, most: int) -> Mrkdwn:
    """Mentions with commas."""
    shown = joined((mention(who) for who in ids[:most]), ", ")
    return shown + f" {and_more(len(ids) - most)}" if len(ids) > most else shown


def settlement(release: Release, gate: Gate, room: GateRoom) -> Mrkdwn:
    """How the question ended, in a line; a rejected one may still be approved."""
    decision = gate.decision
    if gate.state is GateState.VOID or decision is None:
        return say("Withdrawn because {why}", why=brief(withdrawn_because(release, gate), room.words))
    if gate.state is GateState.REJECTED:
        reason = brief(decision.reason or "no reason given", room.words)
        return say(
            "Rejected by {who} · {at}: {reason} · Approve after all with {command}",
            who=person(decision.by),
            at=when(decision.at),
            reason=reason,
            command=code("/release approve"),
        )
    digest = gate.evidence.digest if gate.evidence is not None else "unknown"
    line = say("{by} · {at} · evidence {digest}", by=_by(gate, decision), at=when(decision.at), digest=digest)
    return line + _overridden(gate, decision, room)


def _by(gate: Gate, decision: Decision) -> Mrkdwn:
    if decision.by == SYSTEM.id:
        return escape("Approved by Stationmaster, as every condition is met")
    if _forced(gate):
        return "Forced by " + person(decision.by)
    signed = [
        say("{who} ({areas})", who=_signed(s), areas=", ".join(s.areas)) if s.areas else _signed(s)
        for s in gate.signatures
    ]
    return "Approved by " + (joined(signed, ", ") if signed else person(decision.by))


def _forced(gate: Gate) -> bool:
    """Whether conditions or sign-offs were overridden; what Stationmaster approves by itself never is."""
    decision = gate.decision
    return decision is not None and decision.by != SYSTEM.id and bool(decision.forced or gate.missing())


def _overridden(gate: Gate, decision: Decision, room: GateRoom) -> Mrkdwn:
    """What a forced approval overrode, and why."""
    if not _forced(gate):
        return escape("")
    findings = gate.evidence.findings if gate.evidence is not None else ()
    says = {finding.condition: finding.says for finding in findings}
    what = [brief(says.get(c, c), room.words) for c in decision.forced]
    what += [escape(f"{wanted.needed} sign-off from {wanted.area} missing") for wanted in gate.missing()]
    return say(
        "\nReason: {reason}\nOverridden: {what}",
        reason=brief(decision.reason or "none given", room.words),
        what=joined(what, "; "),
    )


def withdrawn_because(release: Release, gate: Gate) -> str:
    """Why a question is no longer asked, read from what happened to the release since."""
    if release.archived is not None:
        return "the release was archived"
    if any(c.started_at is not None and c.started_at >= gate.opened_at for c in release.cycles):
        return "a new regression cycle started"
    return "what was to be approved has changed"
