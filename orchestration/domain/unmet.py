"""The smallest set of what is not met: each with whose it is, since when, and what settles it.

What goes away with something else is told there, and not as a matter of its own.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from orchestration.domain.explain import explain, gate_obstacles
from orchestration.domain.gates import ANY_APPROVER, Condition, Gate, GateState
from orchestration.domain.release import Release
from orchestration.domain.steps import CONDITION, Obstacle
from orchestration.domain.tasks import TaskState, WaitOwner

_PERSON = re.compile(r"[UW][A-Z0-9]{6,}")
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")

_GOES_WITH: Mapping[Condition, tuple[Condition, ...]] = MappingProxyType(
    {
        Condition.HEAD_IS_TESTED: (Condition.NO_ACTIVE_CYCLE, Condition.NO_SLOTS_LEFT),
        Condition.AUTOMATION_GREEN: (
            Condition.NO_ACTIVE_CYCLE,
            Condition.NO_SLOTS_LEFT,
            Condition.HEAD_IS_TESTED,
        ),
    }
)
"""A condition that the end of another cycle settles is no matter of its own while such a cycle is needed anyway."""

_TAKES_TIME = frozenset(f"{CONDITION}{c}" for c in (Condition.NO_ACTIVE_CYCLE, Condition.NO_SLOTS_LEFT))
"""What passes by itself: a cycle that runs, and slots that are planned."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmet:
    """A matter. `owner` is whose it is as people say it, `people` are the ids of those who can be asked.

    `area` is set where nobody is named: those who hold it can be asked. `along` are the other things that are settled
    with it.
    """

    matter: str
    what: str
    owner: str
    people: tuple[str, ...]
    since: datetime
    remedy: str
    link: str | None = None
    area: str | None = None
    along: tuple[str, ...] = ()


def unmet(release: Release, *, now: datetime) -> tuple[Unmet, ...]:
    """Everything that somebody must see to, first what stops most; nothing where the release has ended."""
    if release.ended:
        return ()
    found = explain(release, now=now).obstacles
    return (*_obstacles(release, found), *_by_hand(release), *_sign_offs(release))


def unmet_conditions(release: Release) -> tuple[Unmet, ...]:
    """The conditions of its open questions that somebody must see to; what only takes time is nobody's."""
    if release.ended:
        return ()
    found = [obstacle for gate in release.open_gates for obstacle in gate_obstacles(release, gate)]
    told = {each.matter: each for each in _obstacles(release, found) if each.matter.startswith(CONDITION)}
    return tuple(each for matter, each in told.items() if matter not in _TAKES_TIME)


def _obstacles(release: Release, found: Sequence[Obstacle]) -> Iterator[Unmet]:
    conditions = {o.matter.removeprefix(CONDITION): o for o in found if o.matter.startswith(CONDITION)}
    leads = {name: _lead(name, conditions) for name in conditions}
    for obstacle in found:
        name = obstacle.matter.removeprefix(CONDITION)
        if leads.get(name) is not None:
            continue
        along = tuple(conditions[other].what for other, lead in leads.items() if lead == name)
        yield Unmet(
            matter=obstacle.matter or _named(obstacle),
            what=obstacle.what,
            owner=obstacle.owner,
            people=people_in(release, obstacle.owner),
            since=obstacle.since,
            remedy=obstacle.remedy,
            link=obstacle.link,
            along=along,
        )


def _lead(name: str, conditions: Mapping[str, Obstacle]) -> str | None:
    """The unmet condition with which another one goes away; None where it stands alone."""
    leads = _GOES_WITH.get(Condition(name), ()) if name in set(Condition) else ()
    return next((lead.value for lead in leads if lead.value in conditions), None)


def _named(obstacle: Obstacle) -> str:
    """A name for a matter that has none of its own: the same words are the same matter."""
    return "words:" + hashlib.sha256(obstacle.what.encode(errors="replace")).hexdigest()[:12]


def _by_hand(release: Release) -> Iterator[Unmet]:
    """What only the captain can bring."""
    for task in release.tasks:
        wait = task.wait
        if task.state is TaskState.WAITING and wait is not None and wait.owner is WaitOwner.CAPTAIN:
            yield Unmet(
                matter=f"task:{task.id}",
                what=f"{task.title} waits for {wait.what}",
                owner=release.captain,
                people=(release.captain,),
                since=wait.since,
                remedy="/release done, with where it can be seen",
                link=wait.link,
            )


def _sign_offs(release: Release) -> Iterator[Unmet]:
    """Decisions that nothing else stands before."""
    for gate in release.open_gates:
        blocked = gate.evidence is None or bool(gate.evidence.unmet)
        if gate.state is GateState.OPEN and not blocked:
            yield from _of_gate(release, gate)


def _of_gate(release: Release, gate: Gate) -> Iterator[Unmet]:
    since = gate.asked_at or gate.opened_at
    for wanted in gate.missing():
        anybody = wanted == ANY_APPROVER or wanted.area == ANY_APPROVER.area
        signed = {signature.by for signature in gate.signatures}
        asked = tuple(person for person in wanted.people if person not in signed)
        yield Unmet(
            matter=f"sign:{gate.id}:{wanted.area}",
            what=gate.question if anybody else f"{gate.question}: {wanted.needed} more from {wanted.area}",
            owner=" ".join(f"<@{person}>" for person in asked)
            or (release.captain if anybody else wanted.area),
            people=asked or ((release.captain,) if anybody else ()),
            area=None if asked or anybody else wanted.area,
            since=since,
            remedy="/release approve, or reject it with a reason",
        )


def people_in(release: Release, owner: str) -> tuple[str, ...]:
    """The people whom an owner's words name; none for areas and systems."""
    mentioned = tuple(dict.fromkeys(_MENTION.findall(owner)))
    if mentioned:
        return mentioned
    return (owner,) if owner == release.captain or _PERSON.fullmatch(owner) else ()
