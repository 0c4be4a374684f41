"""Rehearse a configuration: the order that its next release would have, played on simulated providers."""

from datetime import timedelta

from orchestration.domain.builds import BuildKind
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.errors import Invalid, NotNow, Problem
from orchestration.domain.guessing import did_you_mean
from orchestration.domain.people import Actor
from orchestration.domain.rehearsed import Rehearsed
from orchestration.domain.snapshot import Snapshot
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType
from orchestration.ports.runtime import Configuration
from orchestration.services.engine import Engine
from orchestration.services.start_release import Proposal, propose

_KICK_OFF, _SLOT, _TARGET = timedelta(hours=1), timedelta(days=2), timedelta(days=7)
_FIRST = "1.0.0"


async def rehearse(
    engine: Engine, tenant_id: str, words: str, *, actor: Actor, captain: str | None = None
) -> Rehearsed:
    """Play the next minor release of a configuration, named by id or name; the default one where none is.

    For those who may start releases; who leads it is `captain`, else as it would be proposed. NotNow where there is
    no such configuration, Invalid where nobody leads it, TryLater where too many are played at this moment.
    """
    found = await propose(engine, tenant_id, chosen=None, kind=ReleaseType.MINOR, actor=actor)
    if engine.rehearsals is None:
        raise NotNow("Releases are rehearsed by the bot itself: use `/release rehearse` in Slack.")
    wanted = _meant(found, words)
    if wanted is not found.chosen:
        found = await propose(engine, tenant_id, chosen=wanted.id, kind=ReleaseType.MINOR, actor=actor)
    snapshot = found.chosen.snapshot
    order = _order(engine, snapshot, found, captain or found.captain)
    if order.captain == actor.id and not actor.is_person:
        raise Invalid([Problem(field="captain", message="Name who leads it: a program can't")])
    # A token is known to the real workspace alone: in the rehearsal its holder acts in their own name.
    return await engine.rehearsals.play(snapshot, order, actor=Actor(id=actor.id))


def _meant(found: Proposal, words: str) -> Configuration:
    asked = words.strip().casefold()
    if not asked:
        return found.chosen
    for each in found.configurations:
        if asked in {each.id.casefold(), each.name.casefold()}:
            return each
    choice = ", ".join(f"`{each.id}`" for each in found.configurations)
    meant = did_you_mean(words, ((each.id, each.name) for each in found.configurations))
    raise NotNow(f"Which configuration? Name one of {choice}.{meant}")


def _order(engine: Engine, snapshot: Snapshot, found: Proposal, captain: str) -> Order:
    """As the form proposes it, with one cycle two days after kick-off."""
    begin = engine.clock.now() + _KICK_OFF
    return Order(
        type=ReleaseType.MINOR,
        versions={pair.key: found.versions.get(pair) or _FIRST for pair in snapshot.pairs},
        kick_off_at=begin,
        target_at=begin + _TARGET,
        slots=(WantedSlot(at=begin + _SLOT, flags=CycleFlags(automation=_automated(snapshot))),),
        captain=captain,
    )


def _automated(snapshot: Snapshot) -> bool:
    """Whether the configuration has jobs of automated tests."""
    return any(workflow.kind is BuildKind.AUTOMATION for workflow in snapshot.workflows)
