"""Tokens over REST: the same as on the command line."""

from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from bot.api.v1.call import Answer, Call
from bot.api.v1.problems import unprocessable, wrongs
from bot.api.v1.shapes import NewTokenShape, TokenCreate, TokenShape
from orchestration.domain.tokens import Token
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import tokens


async def list_tokens(call: Call) -> Answer:
    """All tokens, oldest first, without their secrets."""
    found = await tokens.list_all(call.engine, call.tenant_id, actor=call.actor)
    return call.page({f"{t.created_at.timestamp():020.3f}{t.id}": TokenShape(**_fields(t)) for t in found})


async def create_token(call: Call) -> Answer:
    """A new token; its text is in this answer and nowhere else."""
    try:
        order = TokenCreate.model_validate(call.body)
    except ValidationError as error:
        raise unprocessable(wrongs(error)) from None

    async def keep(work: UnitOfWork, token: Token) -> None:
        await call.keep(work, _answer(token, None))

    made = await tokens.create(
        call.engine,
        call.tenant_id,
        name=order.name,
        scopes=order.scopes,
        life=timedelta(days=order.days),
        actor=call.actor,
        along=keep,
    )
    return _answer(made.token, made.text)


def _answer(token: Token, text: str | None) -> Answer:
    return Answer(status=201, body=NewTokenShape(text=text, **_fields(token)))


async def revoke_token(call: Call) -> Answer:
    """Let a token be worth nothing from now on; it stays in the list."""
    await tokens.revoke(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    return Answer(status=204)


def _fields(token: Token) -> dict[str, Any]:
    return {name: getattr(token, name) for name in TokenShape.model_fields}
