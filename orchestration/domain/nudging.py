"""What somebody does about a matter of others: nudge them. Who may is checked before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from orchestration.domain.acts import require_alive
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.nudges import PAUSE, Nudge
from orchestration.domain.unmet import Unmet, unmet

NOBODY: Mapping[str, Sequence[str]] = MappingProxyType({})


def nudge(
    change: Change, matter: str, holders: Mapping[str, Sequence[str]] = NOBODY
) -> tuple[Unmet, tuple[str, ...]]:
    """Nudge those whose matter it is, or who hold its area by `holders`; gives it and who is told now.

    NotNow where it is settled, where nobody can be asked, where it is one's own, and too soon after the last time.
    """
    require_alive(change)
    found = next((u for u in unmet(change.release, now=change.now) if u.matter == matter), None)
    if found is None:
        raise NotNow("That is settled: it is not in the way any more.", settled=True)
    people = found.people or _not_signed(change, found, holders.get(found.area or "", ()))
    others = tuple(person for person in people if person != change.actor.id)
    if not people:
        raise NotNow(f"That waits for {found.owner}: there is nobody who could be nudged.")
    if not others:
        raise NotNow("That is yours: nobody else can be nudged about it.")
    fresh = tuple(n for n in change.release.nudges if change.now - n.at < PAUSE)
    lately = {n.person: n for n in fresh if n.matter == matter}
    due = tuple(person for person in others if person not in lately)
    if not due:
        last = max(lately.values(), key=lambda n: n.at)
        again = last.at + PAUSE
        raise NotNow(
            f"<@{last.person}> was nudged about this by <@{last.by}> at {last.at:%Y-%m-%d %H:%M} UTC. "
            f"They can be nudged again at {again:%Y-%m-%d %H:%M} UTC."
        )
    made = tuple(Nudge(matter=matter, person=p, by=change.actor.id, at=change.now) for p in due)
    change.release = replace(change.release, nudges=(*fresh, *made))
    change.tell(EventKind.NUDGED, matter=matter, what=found.what, people=" ".join(due))
    return found, due


def _not_signed(change: Change, found: Unmet, holders: Sequence[str]) -> tuple[str, ...]:
    """Who of an area has not said yes already."""
    gates = (gate for gate in change.release.gates if found.matter.startswith(f"sign:{gate.id}:"))
    signed = {who for gate in gates for each in gate.signatures for who in (each.by, each.instead_of)}
    return tuple(person for person in holders if person not in signed)
