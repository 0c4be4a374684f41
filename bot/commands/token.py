"""`/release token`: tokens of programs and of one's own, listed, made on a page that shows them once, and revoked."""

from datetime import timedelta

from bot.commands.spec import Word
from bot.commands.subwords import run_subword
from bot.slack.desk import Call
from bot.views.accounts import TokenOrder
from bot.views.token_list import MAKE_OWN, token_command, token_list, token_nowhere, token_offer
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.tokens import Scope, Token
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import tokens

_MAKE = "/release token create nightly-ci build:report 90"
_DAYS = 90
_LONGEST_DAYS = 4
"""Digits of a number of days."""


async def run(call: Call) -> None:
    """The list, or the word that follows."""
    await run_subword(call, {"create": _create, "mine": _mine, "revoke": _revoke}, alone=_list, word="token")


async def _list(call: Call, _rest: str) -> None:
    """All for those who may grant, else one's own."""
    try:
        found = await tokens.list_all(call.engine, call.intent.tenant_id, actor=call.intent.actor)
    except NotAllowed:
        await _list_own(call)
    else:
        await call.answer(token_list(found, now=call.engine.clock.now()))


async def _list_own(call: Call) -> None:
    found = await tokens.list_own(call.engine, call.intent.tenant_id, actor=call.intent.actor)
    await call.answer(token_list(found, now=call.engine.clock.now(), own=True))


async def _create(call: Call, rest: str) -> None:
    name, scopes, days = _read(rest, _MAKE)
    url = await _ordered(call, name, scopes, days, own=False)
    tenant_id = call.intent.tenant_id
    await call.answer(token_offer(name, url) if url else token_command(tenant_id, name, scopes, days))


async def _mine(call: Call, rest: str) -> None:
    """One's own are listed, or one is ordered."""
    if not rest:
        await _list_own(call)
        return
    name, scopes, days = _read(rest, MAKE_OWN)
    url = await _ordered(call, name, scopes, days, own=True)
    await call.answer(token_offer(name, url) if url else token_nowhere())


async def _ordered(call: Call, name: str, scopes: list[str], days: int, *, own: bool) -> str:
    """The link. Nothing is made yet: the secret exists only in the answer of the page."""
    tenant_id, actor = call.intent.tenant_id, call.intent.actor
    ask = tokens.order_own if own else tokens.order
    token_id = await ask(
        call.engine, tenant_id, name=name, scopes=scopes, life=timedelta(days=days), actor=actor
    )
    order = TokenOrder(
        tenant=tenant_id,
        person=actor.id,
        token=token_id,
        name=name,
        scopes=" ".join(scopes),
        days=str(days),
        own="yes" if own else "",
    )
    return call.accounts.token_link(order)


def _read(text: str, example: str) -> tuple[str, list[str], int]:
    """(name, scopes, days); the days may be left out. NotNow."""
    words = text.replace(",", " ").split()
    numbers = [word for word in words if word.isdecimal() and len(word) <= _LONGEST_DAYS]
    days = int(numbers[-1]) if numbers and words[-1] == numbers[-1] else _DAYS
    if numbers and words[-1] == numbers[-1]:
        words = words[:-1]
    scopes = [word.lower() for word in words if word.lower() in set(Scope)]
    name = " ".join(word for word in words if word.lower() not in set(Scope))
    if not name or not scopes:
        raise NotNow(f"Give it a name and at least one scope of {', '.join(Scope)}, for example `{example}`.")
    return name, scopes, days


async def _revoke(call: Call, rest: str) -> None:
    if not rest or " " in rest:
        raise NotNow("Which one? `/release token` lists them; write its id after `revoke`.")

    async def along(work: UnitOfWork, token: Token) -> None:
        await call.store_answer(work, f"{token.name} is worth nothing from now on.")

    await tokens.revoke(
        call.engine, call.intent.tenant_id, rest.upper(), actor=call.intent.actor, along=along
    )


TOKEN = Word(
    word="token",
    usage="token [create <name> <scopes> [days] | mine [<name> <scopes> [days]] | revoke <id>]",
    does="The tokens with which programs, or you, use REST: list, make one, revoke one",
    example=_MAKE,
    run=run,
)
