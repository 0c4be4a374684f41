"""Who acts, as the chat knows them at this moment: still there, and in which of the groups that hold roles."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from orchestration.domain.errors import NotAllowed
from orchestration.domain.people import Actor, is_group
from orchestration.ports.errors import PortError
from orchestration.ports.people import Membership
from orchestration.services.engine import Engine


async def recognised(engine: Engine, tenant_id: str, actor: Actor) -> Actor:
    """The actor with the groups in which they are now; NotAllowed for who was deactivated.

    What can't be read gives nothing: the reason goes with the actor, for whoever is refused because of it.
    """
    chat = engine.membership
    if chat is None or not actor.is_person or not actor.id:
        return actor
    if await gone(chat, tenant_id, actor.id):
        raise NotAllowed("Your account is deactivated in Slack, so nothing was done.")
    async with engine.look() as work:
        grants = await work.directory.grants(tenant_id)
    groups = sorted({grant.holder for grant in grants if is_group(grant.holder)})
    found = await asyncio.gather(*(_inside(chat, tenant_id, group, actor.id) for group in groups))
    return replace(
        actor,
        groups=frozenset(group for group, inside in zip(groups, found, strict=True) if inside is True),
        unread=tuple(reason for reason in found if isinstance(reason, str)),
        outside=await _outside(chat, tenant_id, actor.id),
    )


async def presented(engine: Engine, tenant_id: str, actor: Actor) -> Actor:
    """As `recognised`, for who shows a token of their own, which the chat does not vouch for at this moment.

    So a PortError where it can't say that they are still there: somebody who left might hold the token.
    """
    chat = engine.membership
    if chat is not None and not await chat.is_active(tenant_id, actor.id):
        raise NotAllowed("Your account is deactivated in Slack, so nothing was done.")
    return await recognised(engine, tenant_id, actor)


def recogniser(engine: Engine) -> Callable[[str, str], Awaitable[Actor]]:
    """Gives a person of a tenant as `recognised`, for a room that has no engine."""

    async def recognise(tenant_id: str, person: str) -> Actor:
        return await recognised(engine, tenant_id, Actor(id=person))

    return recognise


async def everyone(engine: Engine, tenant_id: str, people: Sequence[str]) -> list[Actor]:
    """Each of these as they are known now; who was deactivated is left out."""
    found = []
    for person in people:
        try:
            found.append(await recognised(engine, tenant_id, Actor(id=person)))
        except NotAllowed:
            continue
    return found


async def gone(chat: Membership, tenant_id: str, person: str) -> bool:
    """Whether the chat says that somebody is deactivated.

    Where it says nothing, nobody is taken for it: the chat itself lets no deactivated person send a request.
    """
    try:
        return not await chat.is_active(tenant_id, person)
    except PortError:
        return False


async def _outside(chat: Membership, tenant_id: str, person: str) -> bool:
    """Whether the chat says that somebody is of another company; as in `gone`, where it says nothing they are not."""
    try:
        return await chat.is_outside(tenant_id, person)
    except PortError:
        return False


async def _inside(chat: Membership, tenant_id: str, group: str, person: str) -> bool | str:
    """Whether a person is in a group, or why that is not known."""
    try:
        return person in await chat.members(tenant_id, group)
    except PortError as error:
        return f"What the user group {group} may do could not be looked up: {error.reason}."
