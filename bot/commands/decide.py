"""`/release approve` and `/release reject`: decide on what is waiting."""

from collections.abc import Collection

from bot.actions.gate import open_force
from bot.commands.naming import named_release, split_titled
from bot.commands.spec import Word
from bot.commands.submitting import gate_of, platforms_in, show_gate
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views.modals.reasons import MOST
from orchestration.domain.errors import NotNow
from orchestration.domain.gates import Gate, GateState
from orchestration.domain.release import Release
from orchestration.services import decide


def waiting_gate(release: Release, platforms: Collection[str] = (), word: str = "approve") -> Gate:
    """The question that is open; NotNow where there is none, saying what was decided last, or where several are."""
    gate = gate_of(release, platforms, word)
    if gate is None:
        settled = [g for g in release.gates if g.decision is not None and g.state is GateState.APPROVED]
        if settled and settled[-1].decision is not None:
            by = settled[-1].decision.by
            raise NotNow(f"Nothing waits for a decision; <@{by}> approved the last one.", settled=True)
        raise NotNow(f"Nothing about {release.title} waits for a decision.")
    if gate.evidence is None:
        raise NotNow("The evidence is still being read. Try again in a moment.")
    return gate


async def run_approve(call: Call) -> None:
    """Show what is to be approved, with its buttons: a yes counts for evidence that the person has seen.

    `force` opens the second look, with the reason filled in where one was typed.
    """
    words, rest = split_titled(call.intent.text)
    release = await named_release(call, words)
    platforms, rest = platforms_in(rest)
    gate = waiting_gate(release, platforms)
    force, reason = parted(rest)
    if force.lower() == "force":
        await open_force(call, release, gate, reason=reason[:MOST])
        return
    await show_gate(call, release, gate)


async def run_reject(call: Call) -> None:
    """Show what is to be rejected; the reason that was typed waits behind its button.

    A no is a decision too: it counts for evidence that the person has seen.
    """
    words, rest = split_titled(call.intent.text)
    release = await named_release(call, words)
    platforms, rest = platforms_in(rest)
    gate = waiting_gate(release, platforms, "reject")
    actor = call.intent.actor
    await decide.require_decider(call.engine, release.tenant_id, release.id, gate.id, actor=actor)
    await show_gate(call, release, gate, against=rest[:MOST])


APPROVE = Word(
    word="approve",
    usage="approve [release] [platform] [force <reason>]",
    does="Show what waits for approval with its evidence and buttons; `force` overrides, after a second look",
    example="/release approve 2.14.0",
    run=run_approve,
)
REJECT = Word(
    word="reject",
    usage="reject [release] [platform] [reason]",
    does="Show what waits for approval with its evidence; its button rejects it, with the reason typed here",
    example="/release reject Checkout fails on tablets",
    run=run_reject,
)
