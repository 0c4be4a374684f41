"""What is asked about a submission, shown with its evidence; and which of several open questions is meant."""

from collections.abc import Collection
from datetime import timedelta

from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views.gate_card import gate_card
from bot.views.offer_lines import about_of
from orchestration.domain.errors import NotNow
from orchestration.domain.gates import Gate, GateKind, GateState
from orchestration.domain.pairs import TITLES
from orchestration.domain.release import Release
from orchestration.domain.store_states import StoreState
from orchestration.services.decide import rights
from orchestration.services.read_gate import read_gate

FRESH = timedelta(seconds=5)


def platforms_in(text: str) -> tuple[frozenset[str], str]:
    """(the platform that the text begins with, the rest of it)."""
    first, rest = parted(text)
    return (
        (frozenset({first.upper()}), rest.strip()) if first.upper() in TITLES else (frozenset(), text.strip())
    )


def gate_of(release: Release, platforms: Collection[str], word: str) -> Gate | None:
    """The question that is meant, None where none is open; NotNow with the choice where several are."""
    asked = [g for g in release.open_gates if not platforms or _platform(release, g) in platforms]
    pressing = [g for g in asked if g.state is GateState.OPEN] or asked
    if len(pressing) > 1 and all(g.subject is not None for g in pressing):
        words = [f"`/release {word} {str(_platform(release, g)).lower()}`" for g in pressing]
        raise NotNow(f"Several questions wait. Which one? {' or '.join(words)}")
    return pressing[-1] if pressing else None


def _platform(release: Release, gate: Gate) -> str | None:
    submission = release.submission(gate.subject) if gate.subject is not None else None
    return submission.pair.platform if submission is not None else None


async def show_gate(call: Call, release: Release, gate: Gate, *, against: str = "") -> None:
    """The card of a question, with evidence that was read just now: a yes counts for what the person has seen.

    The answer is for one person, and has the buttons that they may use.
    """
    await read_gate(call.engine, release.tenant_id, release.id, gate.id, fresh_for=FRESH)
    async with call.engine.look() as work:
        release = await work.releases.get(release.tenant_id, release.id)
    shown = next(g for g in release.gates if g.id == gate.id)
    mine = await rights(call.engine, release.tenant_id, release.id, gate.id, actor=call.intent.actor)
    await call.answer(gate_card(release, shown, now=call.engine.clock.now(), against=against, rights=mine))


async def show_question(call: Call, release: Release, platforms: Collection[str]) -> None:
    """The question about a submission; NotNow with what the store is waiting for where nothing is asked."""
    gate = gate_of(release, platforms, "rollout submit")
    if gate is None or gate.kind is not GateKind.SUBMISSION:
        raise NotNow(_nothing_asked(release, platforms))
    if gate.evidence is None:
        raise NotNow(f"The evidence{about_of(gate)} is still being read. Try again in a moment.")
    await show_gate(call, release, gate)


def _nothing_asked(release: Release, platforms: Collection[str]) -> str:
    known = [s for s in release.current_submissions if not platforms or s.pair.platform in platforms]
    if not known:
        return f"{release.title} has no store to be submitted to yet."
    missing = [s.pair.title for s in known if s.state is StoreState.PENDING and s.build is None]
    if missing:
        which = ", ".join(missing)
        return f"No build of {which} is known to its store. Name one: `/release rollout build <number>`."
    said = "; ".join(f"{s.pair.title} is {s.state.lower().replace('_', ' ')}" for s in known)
    return f"No submission waits for approval: {said}."
