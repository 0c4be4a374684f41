"""REST on a company with two stores, for the tests of submissions and rollouts."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from orchestration.domain.snapshot import Snapshot
from orchestration.ports.app_store import AppStore
from orchestration.ports.release_health import ReleaseHealth
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
async def open_shop(
    sqlite_url: str,
    kind: type[S],
    *,
    company: TwoStores | None = None,
    configured: Snapshot | None = None,
    counting: Mapping[str, ReleaseHealth] = MappingProxyType({}),
) -> AsyncIterator[S]:
    """A release that waits to be submitted to both stores; requests carry a program's token that may write.

    `counting` are the sources of health.
    """
    company, store = company or TwoStores(), open_store(sqlite_url)
    shelves: Mapping[str, AppStore] = {"apple": company.apple, "play": company.play}
    ports = replace(company.ports(), app_stores=shelves, release_health=counting)
    async with rest_on(store, ports=ports) as rest:
        bench = Bench(store=store, clock=rest.clock, engine=rest.engine, ports=ports)  # type: ignore[arg-type]  # a clock is a clock
        release = await to_submission(bench, company, configured)
        rest.token = await rest.issue("read", "release:write")
        person = await rest.own(ANN.id, "read", "release:write")
        yield kind(rest=rest, bench=bench, release_id=release.id, person=person, company=company)
    await store.close()
