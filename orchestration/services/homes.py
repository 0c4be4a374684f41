"""What stands on a person's own page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from orchestration.domain.errors import NotAllowed
from orchestration.domain.matters import Waiting, waiting
from orchestration.domain.people import CAPTAIN, Actor, Permission, areas, ownerless, permissions, unread
from orchestration.domain.quiet import Attention
from orchestration.domain.release import Release
from orchestration.domain.standing import Me, Rights, Standing, seat
from orchestration.ports.listing import ReleaseFilter
from orchestration.ports.notification import MessageRef
from orchestration.services.decide import rights_by
from orchestration.services.engine import Engine
from orchestration.services.people import me_of
from orchestration.services.recognise import everyone, recognised
from orchestration.services.saving import require, roles_of

RECENT = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """Something that waits for the person, and of which release; of a decision what they may do about it."""

    release: Release
    waiting: Waiting
    rights: Rights | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """What one person's page shows. `active` and `recent` are newest first.

    `cards` are by release: those of what waits, of the active releases that are listed, and of the recent ones.
    """

    person: str
    me: Me
    allowed: frozenset[Permission]
    matters: tuple[Matter, ...] = ()
    active: tuple[Release, ...] = ()
    recent: tuple[Release, ...] = ()
    configured: bool = False
    ownerless: str = ""
    asked: Attention | None = None
    cards: Mapping[str, MessageRef] = field(default_factory=dict)


async def read_home(engine: Engine, tenant_id: str, person: str, *, listed: int = 0) -> Home:
    """What the person may see, by their roles as they are now; a person without a role sees no release.

    So many of the active releases are `listed`, with a way to their cards.
    """
    try:
        actor = await recognised(engine, tenant_id, Actor(id=person))
    except NotAllowed:
        return Home(person=person, me=Me(logins=(), deputy=None, stands_for=()), allowed=frozenset())
    async with engine.look() as work:
        me = await me_of(work, tenant_id, person, at=engine.clock.now())
    lent = await everyone(engine, tenant_id, [d.person for d in me.stands_for])
    async with engine.look() as work:
        roles = await roles_of(work, None, actor, tenant_id)
        lenders = {lender.id: await roles_of(work, None, lender, tenant_id) for lender in lent}
        running = await work.releases.active(tenant_id)
        ended = await work.releases.ended(tenant_id, limit=RECENT)
        asked = await work.attentions.of(tenant_id, person)
        configured = bool(await work.directory.configurations(tenant_id))
        eyes = {
            captain: _eyes(captain, person, roles, lenders)
            for captain in {release.captain for release in (*running, *ended)}
        }
        active = tuple(r for r in running if Permission.READ in eyes[r.captain].allowed)
        recent = tuple(r for r in ended if Permission.READ in eyes[r.captain].allowed)
        matters = tuple(found for r in active for found in _matters(r, eyes[r.captain], roles))
        shown = {r.id for r in (*active[:listed], *recent, *(found.release for found in matters))}
        cards = await work.places.cards(tenant_id, sorted(shown))
    return Home(
        person=person,
        me=me,
        allowed=permissions(roles),
        matters=matters,
        active=active,
        recent=recent,
        configured=configured,
        ownerless=ownerless(roles),
        asked=asked,
        cards=cards,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Eyes:
    """Who looks at the releases of one captain, in whose place they may sign (`others`), and what they may do."""

    me: Standing
    others: tuple[Standing, ...]
    allowed: frozenset[Permission]


def _eyes(captain: str, person: str, roles: frozenset[str], lenders: Mapping[str, frozenset[str]]) -> _Eyes:
    return _Eyes(
        me=_standing(captain, person, roles),
        others=tuple(_standing(captain, who, held) for who, held in lenders.items()),
        allowed=permissions(_held(captain, person, roles)),
    )


def _matters(release: Release, eyes: _Eyes, roles: frozenset[str]) -> Iterator[Matter]:
    for found in waiting(release, eyes.me, eyes.others):
        rights = None
        if (gate := found.gate) is not None:
            seated = seat(gate, eyes.me, eyes.others)
            rights = rights_by(release, gate.id, seated, allowed=eyes.allowed, unknown=unread(roles))
        yield Matter(release=release, waiting=found, rights=rights)


async def is_set_up(engine: Engine, tenant_id: str, *, actor: Actor) -> bool:
    """Whether something can be released here; NotAllowed for who may see none of it."""
    async with engine.look() as work:
        theirs = ReleaseFilter(ended=False, captain=actor.id)
        if await work.releases.page(tenant_id, theirs, after=None, limit=1):
            return True
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        return bool(await work.directory.configurations(tenant_id))


async def waiting_for(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Matter, ...]:
    """What waits for the one who asks; nothing ever waits for a program. NotAllowed for who sees no release."""
    home = await read_home(engine, tenant_id, actor.id) if actor.is_person else None
    if home is None or not home.active:
        async with engine.look() as work:
            require(await roles_of(work, None, actor, tenant_id), Permission.READ)
    return home.matters if home is not None else ()


async def needs_of(
    engine: Engine, tenant_id: str, *, actor: Actor
) -> tuple[tuple[Release, tuple[str, ...]], ...]:
    """The active releases that need something of this person, also as a deputy, with what; newest first."""
    home = await read_home(engine, tenant_id, actor.id)
    said: dict[str, list[str]] = {}
    for matter in home.matters:
        said.setdefault(matter.release.id, []).append(matter.waiting.says)
    return tuple((release, tuple(said[release.id])) for release in home.active if release.id in said)


def _held(captain: str, person: str, roles: frozenset[str]) -> frozenset[str]:
    return roles | {CAPTAIN} if captain == person else roles


def _standing(captain: str, person: str, roles: frozenset[str]) -> Standing:
    held = _held(captain, person, roles)
    return Standing(person=person, areas=areas(held), may_approve=Permission.APPROVE in permissions(held))
