"""A request that passed the door, and the answer to it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from bot.api.v1.file_reading import Upload
from bot.api.v1.problems import changed
from bot.api.v1.reading import etag, page_of, paged
from bot.build_files import BuildFiles
from bot.choosing import Chooser
from bot.connections import ConnectionBook
from integrations.edge import Edge
from integrations.registry import Provider
from orchestration.domain.change import Change
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.tokens import Token
from orchestration.ports.runtime import KeptAnswer, UnitOfWork
from orchestration.services.engine import Engine
from orchestration.services.saving import Along

_ANY: TypeAdapter[Any] = TypeAdapter(Any)
_DIGITS = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Backend:
    """What the routes work with."""

    engine: Engine
    book: ConnectionBook
    chooser: Chooser
    edge: Callable[[str], Edge]
    files: BuildFiles

    @property
    def providers(self) -> Mapping[str, Provider]:
        """The providers that can be connected."""
        return self.book.providers


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A yes. `body` is a shape, or JSON as it is; or a page of `html` or a `file` is sent; none: nothing is."""

    status: int = 200
    body: BaseModel | Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None
    html: str | None = None

    def text(self) -> str:
        """The body as JSON; empty where there is none."""
        if self.body is None:
            return ""
        return _ANY.dump_json(self.body).decode()


@dataclass(kw_only=True, slots=True)
class Call:
    """A request of a token that may make it, by `actor`: the program itself, or the person whose own it is.

    `names` are the parts of the path, `expected` the revisions that the client saw (None: any). `kept` tells
    whether the answer was stored with the change, for a client that asks again. `sent` is the body as it came, where
    it is JSON, and `upload` what comes where it is a file. `html`: the client wants a page where there is one.
    """

    backend: Backend
    token: Token
    actor: Actor
    tenant_id: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    body: dict[str, Any]
    expected: frozenset[int] | None
    key: str | None = None
    request: str = ""
    kept: bool = False
    sent: bytes = b"{}"
    upload: Upload | None = None
    html: bool = False

    @property
    def engine(self) -> Engine:
        """The use cases."""
        return self.backend.engine

    @property
    def target(self) -> tuple[Engine, str, str]:
        """What every act on a release begins with: the use cases, the workspace, the release that the path names."""
        return self.engine, self.tenant_id, self.names["id"]

    def seen(self, revision: int) -> int:
        """The revision to change from; 412 where the client saw another."""
        if self.expected is not None and revision not in self.expected:
            raise changed()
        return revision

    def pinned(self, revision: int) -> int | None:
        """As `seen`, for what needs no reading first: None where the client takes whatever is there."""
        return self.seen(revision) if self.expected is not None else None

    async def keep(self, work: UnitOfWork, answer: Answer) -> None:
        """Store the answer in the transaction of its change; AlreadyAnswered. Nothing without an Idempotency-Key."""
        if self.key is None:
            return
        await work.tokens.keep(
            self.token,
            KeptAnswer(
                key=self.key,
                request=self.request,
                status=answer.status,
                headers=dict(answer.headers),
                body=answer.text(),
            ),
        )
        self.kept = True

    def along(self, shown: "Shown") -> Along:
        """What belongs to a change of a release: it is the one that the client saw, and the answer is kept with it."""

        async def store(work: UnitOfWork, change: Change) -> None:
            self.seen(change.before.revision)
            await self.keep(work, shown(change.release))

        return store

    def part(
        self, found: Sequence[Any], limit: int, name: Callable[[Any], str], shown: Callable[[Any], Any]
    ) -> Answer:
        """A page of what was read with one more than `limit`; the cursor is the name of the last one."""
        after = paged(name(found[limit - 1])) if len(found) > limit else None
        return Answer(body={"items": [shown(each) for each in found[:limit]], "next": after})

    def page(self, items: Mapping[str, Any]) -> Answer:
        """A page of what is given by sortable keys, in their order."""
        keys = sorted(items)
        found, after = page_of([items[key] for key in keys], keys, self.query)
        return Answer(body={"items": found, "next": after})


Shown = Callable[[Release], Answer]


async def after(doing: Awaitable[Change], shown: Shown) -> Answer:
    """What is shown of a release once an act on it was done."""
    return shown((await doing).release)


def tagged(
    body: BaseModel | Mapping[str, Any], revision: int, *, status: int = 200, **headers: str
) -> Answer:
    """An answer with its ETag."""
    return Answer(status=status, body=body, headers={"ETag": etag(revision), **headers})


def revision_of(shape: BaseModel) -> int:
    """A number for what is shown, where that changes by itself: the ETag is of what was read."""
    return int(sha256(shape.model_dump_json().encode()).hexdigest()[:_DIGITS], 16)
