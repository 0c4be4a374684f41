"""The pieces of work that a bot claims: what each is called, whose it is, and what caused it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import singledispatch

from bot.contexts import known_by
from orchestration.domain.due import WorkKind
from orchestration.ports.planning import Duty
from orchestration.ports.runtime import Claim, Letter, Request
from orchestration.ports.tracing import Tracer
from orchestration.ports.webhooks import Errand
from orchestration.store.watch import Watched


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """`facts` stand in every line that is logged meanwhile: ids and kinds, nothing that somebody wrote."""

    name: str
    facts: Mapping[str, str]
    trace: str | None = None


def followed(tracer: Tracer, item: object) -> AbstractContextManager[None]:
    """Within the block logs tell of which piece they are, and what is handed over is known to be caused by it."""
    piece = piece_of(item)
    return known_by(tracer, piece.name, under=piece.trace, facts=piece.facts)


@singledispatch
def piece_of(item: object) -> Piece:
    """What a claimed item is called; TypeError for what nobody claims."""
    raise TypeError(type(item).__name__)


@piece_of.register
def _claim(item: Claim) -> Piece:
    facts = {"tenant": item.tenant_id, "release": item.release_id}
    about = "task" if item.kind is WorkKind.TASK else "subject"
    return Piece(name=f"work {item.kind.lower()}", facts={**facts, about: item.subject}, trace=item.trace)


@piece_of.register
def _request(item: Request) -> Piece:
    return Piece(
        name=f"request {item.incoming.kind}",
        facts={"tenant": item.incoming.tenant_id, "request": item.incoming.kind},
        trace=item.trace,
    )


@piece_of.register
def _letter(item: Letter) -> Piece:
    facts = {"tenant": item.tenant_id, "message": item.outgoing.kind.lower()}
    if item.outgoing.release_id is not None:
        facts["release"] = item.outgoing.release_id
    return Piece(name=f"message {item.outgoing.kind.lower()}", facts=facts, trace=item.trace)


@piece_of.register
def _duty(item: Duty) -> Piece:
    kind = item.kind.lower()
    return Piece(name=f"duty {kind}", facts={"tenant": item.tenant_id, "duty": kind})


@piece_of.register
def _watched(item: Watched) -> Piece:
    return Piece(name="connection", facts={"tenant": item.row.tenant_id, "connection": item.row.id})


@piece_of.register
def _errand(item: Errand) -> Piece:
    facts = {"tenant": item.webhook.tenant_id, "webhook": item.webhook.id}
    return Piece(name="webhook", facts=facts)
