"""What an operator does on the command line: what it is called must be a name, and what it changes is recorded."""

import argparse
import re
from collections.abc import Callable, Iterator

from bot.surroundings import SystemClock
from orchestration.domain.events import Event, EventKind
from orchestration.domain.people import Actor, ActorKind, valid_role
from orchestration.store.store import Store

CLI = Actor(id="cli", kind=ActorKind.SYSTEM)


def happened(kind: EventKind, **data: str) -> Event:
    """A fact about a workspace, done by an operator now. `data` holds names, no settings and no secrets."""
    return Event(kind=kind, at=SystemClock().now(), actor=CLI, release_id=None, data=data)


async def record(store: Store, tenant: str, kind: EventKind, **data: str) -> None:
    """Store such a fact by itself, where the change has a transaction of its own."""
    async with store.work() as work:
        await work.tell(tenant, [happened(kind, **data)])
        await work.commit()


_TENANT = re.compile(r"[TE][A-Z0-9]+")
_HOLDER = re.compile(r"[UWS][A-Z0-9]+|\*|workflow")
_PERSON = re.compile(r"[UW][A-Z0-9]+")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

_NAMES: tuple[tuple[str, Callable[[str], object], str], ...] = (
    ("tenant", _TENANT.fullmatch, "--tenant is no Slack workspace: T… or E…, in capitals"),
    (
        "person",
        _HOLDER.fullmatch,
        "The person is no Slack user: U… or W…, in capitals, S… for a group, * for everybody, or workflow",
    ),
    ("colleague", _PERSON.fullmatch, "The person is no Slack user: U… or W…, in capitals"),
    ("role", valid_role, "The role is none: owner, editor, viewer or approver:<area>"),
    ("id", _ID.fullmatch, "The connection's id is none: up to 40 of a-z, 0-9 and -, no - in front"),
)


def misnamed(arguments: argparse.Namespace) -> Iterator[str]:
    """One line for each argument that can't be a name of its kind; what was given is not repeated."""
    for name, fits, says in _NAMES:
        given = getattr(arguments, name, None)
        if given is not None and not fits(given):
            yield says
