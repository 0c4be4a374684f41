"""Stories over REST alone: a company in memory, and people who act with tokens of their own."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any

from orchestration.domain.snapshot import Snapshot
from tests.rest.rest_rig import rest_on
from tests.rest.test_rest_journey import Story
from tests.support.databases import open_store
from tests.support.engine import Bench
from tests.support.rehearsed import Company, found

Hook = Callable[[str, str], None]


@asynccontextmanager
async def telling(
    url: str,
    configured: Snapshot | None = None,
    hook: Hook = lambda _port, _verb: None,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> AsyncIterator[Story]:
    """Everything connected and configured; requests carry a program's token that may write."""
    company, store = Company(hook=hook), open_store(url)
    async with rest_on(store, ports=company.ports(), more=more) as rest:
        bench = Bench(store=store, clock=rest.clock, engine=rest.engine, ports=company.ports())  # type: ignore[arg-type]  # a clock is a clock
        await found(bench, configured)
        rest.token = await rest.issue("read", "release:write")
        yield Story(rest=rest, bench=bench, company=company, refusing=[False])
    await store.close()


async def gate_of(story: Story, one: str) -> dict[str, Any]:
    """The newest gate of a release, read again at the providers."""
    gate = (await story.ask("GET", f"{one}/gates")).body["items"][-1]
    read = await story.ask("POST", f"{one}/gates/{gate['id']}/refresh")
    assert read.status == 200, read.text
    found_: dict[str, Any] = read.body
    return found_
