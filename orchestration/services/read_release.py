"""Read releases for people: one by what they write, the active ones, and what happened to one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice

from orchestration.domain.errors import NotNow, Unknown
from orchestration.domain.people import Actor, Permission, permissions
from orchestration.domain.phase import Phase, phase
from orchestration.domain.release import Release
from orchestration.ports.listing import Entry, ReleaseFilter
from orchestration.ports.runtime import UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import require, roles_of

_BEST, _ENDED, _NEWEST = 3, 20, 20

_Held = dict[bool, frozenset[str]]
"""The roles that were asked for: those where the person leads a release, and those elsewhere."""


class Ambiguous(Exception):
    """Several releases fit what a person wrote."""

    def __init__(self, releases: tuple[Release, ...]) -> None:
        super().__init__(f"{len(releases)} releases fit")
        self.releases = releases


async def find_release(
    engine: Engine,
    tenant_id: str,
    words: str,
    *,
    actor: Actor,
    before: str = "",
    channel: str | None = None,
    thread: str | None = None,
    looking_back: bool = False,
) -> Release:
    """The release that a person means: by id or version, else the one whose thread it is, else the only active one,

    else the channel's newest. `looking_back`: where none runs, the one that ended last.
    `before` is what was written before the words: where it ends with an app's name, no other app's release is meant.

    Unknown or NotNow where there is none; Ambiguous where several fit.
    """
    held: _Held = {}
    async with engine.look() as work:
        of_thread = await work.places.release_at(tenant_id, channel, thread) if channel and thread else None
        if words:
            words = await _in_full(work, tenant_id, words, before)
            found = tuple(await work.releases.find(tenant_id, words))
        elif of_thread is not None:
            found = (await work.releases.get(tenant_id, of_thread),)
        else:
            newest = await _newest(work, tenant_id, channel, actor, held)
            found = await _around(work, tenant_id, channel, newest, looking_back=looking_back)
        readable = await _readable(work, found, actor, held)
        if found and not readable:
            require(await roles_of(work, found[0], actor), Permission.READ)
    chosen = tuple(_busy(readable)) or tuple(r for r in readable if not r.ended) or readable[:1]
    if not chosen:
        if words:
            raise Unknown(f"No release fits “{words}”.{await _meant(engine, tenant_id, words, actor)}")
        raise NotNow("No release is running. Start one with `/release start`.")
    if len(chosen) > 1:
        raise Ambiguous(chosen)
    return chosen[0]


async def _in_full(work: UnitOfWork, tenant_id: str, words: str, before: str) -> str:
    """The words behind an app's name, the longest with which the text before them ends, where it ends with one."""
    if not before:
        return words
    apps = {c.snapshot.app for c in await work.directory.configurations(tenant_id)}
    named = [app for app in apps if f" {before}".casefold().endswith(f" {app}".casefold())]
    return f"{max(named, key=len)} {words}" if named else words


def _busy(releases: Sequence[Release]) -> Iterator[Release]:
    """Those of which something is still to be done before they are submitted."""
    return (r for r in releases if not r.ended and phase(r) is not Phase.AWAITING_SUBMISSION)


async def _newest(
    work: UnitOfWork, tenant_id: str, channel: str | None, actor: Actor, held: _Held
) -> Sequence[Release]:
    """The releases that run: all, or only the newest where several of those may be meant, for one must be named then.

    Where hundreds run, reading and judging each of them for every command would hold all others up.
    """
    found = await work.releases.active(tenant_id, limit=_NEWEST)
    if len(found) < _NEWEST:
        return found
    here = await _readable(work, _of(found, channel), actor, held)
    several = len([*islice(_busy(here), 2)]) > 1
    return found if several else await work.releases.active(tenant_id)


async def _around(
    work: UnitOfWork, tenant_id: str, channel: str | None, running: Sequence[Release], *, looking_back: bool
) -> tuple[Release, ...]:
    """Those that run, or those that ended where none does; those of the channel alone, where it has some."""
    found = running
    if not found and looking_back:
        found = await work.releases.ended(tenant_id, limit=_ENDED)
    return _of(found, channel) or tuple(found)


def _of(releases: Sequence[Release], channel: str | None) -> tuple[Release, ...]:
    return tuple(r for r in releases if r.home == channel)


async def _meant(engine: Engine, tenant_id: str, words: str, actor: Actor) -> str:
    """Which running releases were probably meant, of those that the person may see; and where all stand."""
    async with engine.look() as work:
        running = await _readable(work, await work.releases.active(tenant_id), actor, {})
    names = [(name.upper(), r) for r in running for name in (r.id, r.version, r.title, r.snapshot.app)]
    close = get_close_matches(words.upper(), {name for name, _ in names}, n=_BEST)
    fitting = {r.id: r for match in close for name, r in names if name == match}
    choice = " or ".join(f"`{r.id}` ({r.title})" for r in [*fitting.values()][:_BEST])
    guess = f" Did you mean {choice}?" if choice else ""
    return f"{guess} `/release list` shows those that run."


async def _readable(
    work: UnitOfWork, found: Sequence[Release], actor: Actor, held: _Held
) -> tuple[Release, ...]:
    """Those that the actor may read. Roles are asked for twice at most: for what they lead, and for the rest."""
    for release in found:
        leads = release.captain == actor.id
        if leads not in held:
            held[leads] = await roles_of(work, release, actor)
    may = {leads for leads, roles in held.items() if Permission.READ in permissions(roles)}
    return tuple(release for release in found if (release.captain == actor.id) in may)


async def active_releases(engine: Engine, tenant_id: str, *, actor: Actor) -> tuple[Release, ...]:
    """All releases that have not ended, newest first."""
    async with engine.look() as work:
        running = await work.releases.active(tenant_id)
        readable = await _readable(work, running, actor, {})
        if not readable:
            require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        return readable


async def get_release(engine: Engine, tenant_id: str, release_id: str, *, actor: Actor) -> Release:
    """The release of this id, for one who may read it. NoSuchRelease."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.READ)
        return release


async def page_of_releases(
    engine: Engine, tenant_id: str, wanted: ReleaseFilter, *, after: str | None, limit: int, actor: Actor
) -> tuple[Release, ...]:
    """A page of those that are meant, newest first; who may not read all sees those that they lead."""
    async with engine.look() as work:
        if Permission.READ not in permissions(await roles_of(work, None, actor, tenant_id)):
            wanted = replace(wanted, captain=actor.id)
        found = tuple(await work.releases.page(tenant_id, wanted, after=after, limit=limit))
        if wanted.captain is not None and not found:
            require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        return found


async def history_of(
    engine: Engine, tenant_id: str, release_id: str, *, before: int | None, limit: int, actor: Actor
) -> tuple[Entry, ...]:
    """What happened to a release, newest first, from below an event's number on. NoSuchRelease."""
    async with engine.look() as work:
        release = await work.releases.get(tenant_id, release_id)
        require(await roles_of(work, release, actor), Permission.READ)
        return tuple(await work.releases.history(tenant_id, release_id, before=before, limit=limit))
