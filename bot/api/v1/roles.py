"""Roles over REST: who may do what, granted and taken back by owners with tokens of their own."""

import re
from collections.abc import Awaitable

from bot.api.v1.call import Answer, Call
from bot.api.v1.people_shapes import Holder, RoleShape
from bot.api.v1.reading import parameter
from orchestration.domain.errors import NotNow
from orchestration.domain.people import EVERYBODY, Grant, is_group, valid_role
from orchestration.domain.workflow_steps import WORKFLOW
from orchestration.services import roles

_HOLDER = re.compile(r"[UWS][A-Z0-9]{1,40}")
_OTHERS: dict[str, Holder] = {EVERYBODY: "everybody", WORKFLOW.id: "workflow"}


async def list_roles(call: Call) -> Answer:
    """Every role that is held, by holder."""
    found = await roles.show(call.engine, call.tenant_id, actor=call.actor)
    return call.page({f"{grant.holder} {grant.role}": _shape(grant) for grant in found})


async def grant_role(call: Call) -> Answer:
    """Let a user, a user group, everybody (`*`) or `workflow` hold a role: owner, editor, viewer or approver:<area>."""
    wanted = _named(call)
    new = await settle(roles.grant(call.engine, call.tenant_id, wanted, actor=call.actor))
    return Answer(status=201 if new else 200, body=_shape(wanted))


async def revoke_role(call: Call) -> Answer:
    """Take a role back; never from the last person who is an owner."""
    await settle(roles.revoke(call.engine, call.tenant_id, _named(call), actor=call.actor))
    return Answer(status=204)


async def settle(act: Awaitable[None]) -> bool:
    """Whether this changed anything: where it was so already, nothing is left to do. NotNow."""
    try:
        await act
    except NotNow as error:
        if not error.settled:
            raise
        return False
    return True


def _named(call: Call) -> Grant:
    """What the path names. Trouble: 400 where it can be no holder, or is no role."""
    holder, role = call.names["holder"], call.names["role"]
    if holder not in _OTHERS and _HOLDER.fullmatch(holder) is None:
        raise parameter("holder", "must be a Slack user (U… or W…), a user group (S…), * or workflow")
    if not valid_role(role):
        raise parameter("role", "must be owner, editor, viewer or approver:<area>")
    return Grant(holder=holder, role=role)


def _shape(grant: Grant) -> RoleShape:
    kind: Holder = "group" if is_group(grant.holder) else "person"
    return RoleShape(holder=grant.holder, kind=_OTHERS.get(grant.holder, kind), role=grant.role)
