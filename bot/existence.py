"""Does what a release configuration names exist? Looked up at the providers, as far as they can list such things."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bot.choosing import Chooser
from bot.connections import ConnectionBook
from bot.ticket_fields import field_checks
from integrations.choices import Asked, Kind
from integrations.registry import Check, Connection, unmet
from orchestration.domain.snapshot import Snapshot, TicketPlan
from orchestration.ports.errors import PortError, Refused
from orchestration.ports.runtime import Configuration
from orchestration.store.integrations import NoSuchIntegration

_AT_ONCE = 4
# What a store calls those who test: whichever the provider lists.
_TESTERS = (Kind.GROUPS, Kind.TRACKS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """What came of looking for the thing that stands at a place of the configuration."""

    place: tuple[str, ...]
    check: Check


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    place: tuple[str, ...]
    integration: str
    kinds: tuple[Kind, ...]
    value: str
    within: str = ""


async def look_for(
    chooser: Chooser, book: ConnectionBook, configuration: Configuration
) -> tuple[Looked, ...]:
    """Everything that is named and can be listed, in the order in which it stands there; reads only."""
    opened = {c.id: c for c in await book.of_tenant(configuration.tenant_id)}
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(wanted: _Wanted) -> Looked | None:
        async with gate:
            check = await _check(chooser, opened.get(wanted.integration), wanted)
        return Looked(place=wanted.place, check=check) if check is not None else None

    async def fields(key: str, plan: TicketPlan) -> tuple[Looked, ...]:
        async with gate:
            return await _fields(chooser, opened.get(snapshot.pm or ""), ("tickets", key, "fields"), plan)

    snapshot = configuration.snapshot
    found, filled = await asyncio.gather(
        asyncio.gather(*(look(wanted) for wanted in _everything(snapshot))),
        asyncio.gather(*(fields(key, plan) for key, plan in snapshot.tickets.items())),
    )
    return (*(each for each in found if each is not None), *(each for part in filled for each in part))


async def _fields(
    chooser: Chooser, connection: Connection | None, place: tuple[str, ...], plan: TicketPlan
) -> tuple[Looked, ...]:
    """Nothing where the provider can't list them; that there is no connection is told of the project."""
    if connection is None or Kind.TICKET_FIELDS not in connection.provider.choices:
        return ()
    try:
        checks = await field_checks(chooser, connection, plan)
    except NoSuchIntegration:
        return ()
    except PortError as error:
        return (Looked(place=place, check=unmet("other fields", error)),)
    return tuple(Looked(place=(*place, name) if name else place, check=check) for name, check in checks)


def _everything(snapshot: Snapshot) -> Iterator[_Wanted]:
    scm, pm, tests = snapshot.scm, snapshot.pm or "", snapshot.test_platform or ""
    yield _Wanted(place=("base_branch",), integration=scm, kinds=(Kind.BRANCHES,), value=snapshot.base_branch)
    for number, workflow in enumerate(snapshot.workflows):
        yield _Wanted(
            place=("workflows", str(number), "job"),
            integration=workflow.integration,
            kinds=(Kind.WORKFLOWS,),
            value=workflow.job,
        )
    for key, ticket in snapshot.tickets.items():
        place = ("tickets", key)
        yield from _project((*place, "project"), pm, Kind.PROJECTS, ticket.project)
        yield from _inside((*place, "issue_type"), pm, Kind.ISSUE_TYPES, (ticket.issue_type,), ticket.project)
        yield from _inside((*place, "done_statuses"), pm, Kind.STATUSES, ticket.done_statuses, ticket.project)
    for key, plan in snapshot.test_plans.items():
        place = ("test_plans", key)
        yield from _project((*place, "project"), tests, Kind.TEST_PROJECTS, plan.project)
        for kind in (Kind.SECTIONS, Kind.LABELS, Kind.SQUADS, Kind.PLATFORMS):
            yield from _inside((*place, kind.value), tests, kind, getattr(plan, kind.value), plan.project)
    for key, store in snapshot.stores.items():
        if store.group is not None:
            yield _Wanted(
                place=("stores", key, "group"),
                integration=store.integration,
                kinds=_TESTERS,
                value=store.group,
            )


def _project(place: tuple[str, ...], integration: str, kind: Kind, value: str) -> Iterator[_Wanted]:
    yield _Wanted(place=place, integration=integration, kinds=(kind,), value=value)


def _inside(
    place: tuple[str, ...], integration: str, kind: Kind, values: tuple[str, ...], project: str
) -> Iterator[_Wanted]:
    """Things of a project; a list has a place for each."""
    for number, value in enumerate(values):
        spot = place if kind is Kind.ISSUE_TYPES else (*place, str(number))
        yield _Wanted(place=spot, integration=integration, kinds=(kind,), value=value, within=project)


async def _check(chooser: Chooser, connection: Connection | None, wanted: _Wanted) -> Check | None:
    """None where the provider has no such list."""
    if connection is None:
        says = f"There is no connection {wanted.integration} that can be opened"
        return Check(what=wanted.value, ok=False, says=says)
    kind = next((k for k in wanted.kinds if k in connection.provider.choices), None)
    if kind is None:
        return None
    words = kind.value.replace("_", " ")
    try:
        there = await _there(chooser, connection, kind, wanted)
    except NoSuchIntegration:
        gone = Refused(f"The connection {wanted.integration} was removed meanwhile")
        return unmet(wanted.value, gone)
    except PortError as error:
        return unmet(wanted.value, error)
    says = {
        True: f"{connection.provider.title} has it among its {words}",
        False: f"{connection.provider.title} has no {wanted.value!r} among its {words}",
        None: f"It is not among the first {words} of {connection.provider.title}, which are very many",
    }[there]
    return Check(what=wanted.value, ok=there is True, says=says)


async def _there(chooser: Chooser, connection: Connection, kind: Kind, wanted: _Wanted) -> bool | None:
    """None where the list was too long to be read to its end."""
    last: str | None = None
    for words in (wanted.value, ""):
        # Words are compared with labels too, so an id may only be found in the whole list.
        asked = Asked(words=words, within=wanted.within)
        async for page in chooser.pages(connection.tenant_id, connection.id, kind, asked):
            if any(wanted.value in {option.value, option.label} for option in page.options):
                return True
            last = page.next
    return False if last is None else None
