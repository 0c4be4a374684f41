"""REST on a company with two stores, for the tests of submissions and rollouts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from tests.rest.rest_rig import RELEASES, Reply, Rest, rest_on
from tests.support.databases import open_store
from tests.support.distribution import TwoStores, to_submission
from tests.support.engine import Bench
from tests.support.rehearsed import ANN


@dataclass
class Shop:
    """REST on a company with two stores, and a release that waits to be submitted to both."""

    rest: Rest
    bench: Bench
    release_id: str
    person: str
    company: TwoStores

    async def ask(self, method: str, path: str, body: object = None, **more: object) -> Reply:
        """Ask below the release."""
        return await self.rest.ask(method, f"{RELEASES}/{self.release_id}{path}", body, **more)  # type: ignore[arg-type]  # headers and the token

    async def names(self) -> dict[str, str]:
        """The names of the submissions, by pair."""
        return {each["pair"]: each["id"] for each in (await self.ask("GET", "/submissions")).body["items"]}


S = TypeVar("S", bound=Shop)


@asynccontextmanager
async def open_shop(sqlite_url: str, kind: type[S]) -> AsyncIterator[S]:
    """A release that waits to be submitted to both stores; requests carry a program's token that may write."""
    company, store = TwoStores(), open_store(sqlite_url)
    ports = replace(company.ports(), app_stores={"apple": company.apple, "play": company.play})
    async with rest_on(store, ports=ports) as rest:
        bench = Bench(store=store, clock=rest.clock, engine=rest.engine, ports=ports)  # type: ignore[arg-type]  # a clock is a clock
        release = await to_submission(bench, company)
        rest.token = await rest.issue("read", "release:write")
        person = await rest.own(ANN.id, "read", "release:write")
        yield kind(rest=rest, bench=bench, release_id=release.id, person=person, company=company)
    await store.close()
