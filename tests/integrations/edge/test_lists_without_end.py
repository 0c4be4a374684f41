"""Lists whose pages lead in a circle, and calls that go on when nobody waits any more."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import requests

from integrations.egress import Egress
from integrations.threads import Threads, guarded_session
from orchestration.ports.errors import TryLater
from tests.integrations.bitbucket.bitbucket_rig import bitbucket_rig
from tests.integrations.edge.conftest import Things
from tests.integrations.github.github_rig import github_rig
from tests.integrations.gitlab.gitlab_rig import gitlab_rig

Rig = Callable[[Path], AbstractAsyncContextManager[Any]]
ENOUGH = 30


@pytest.mark.parametrize("rows", [True, False], ids=["full pages", "empty pages"])
@pytest.mark.parametrize("rig_of", [github_rig, gitlab_rig, bitbucket_rig])
async def test_pages_that_lead_in_a_circle_are_told(tmp_path: Path, rig_of: Rig, rows: bool) -> None:
    """A cursor that comes twice ends the list as one that cannot be read: nothing is asked without an end."""
    async with rig_of(tmp_path) as rig:
        base = (await rig.scm.head_of("main")).sha
        rig.grow("main", [f"Change {number}" for number in range(101)])
        await rig.scm.compare(base, "main")
        page = next(e for e in rig.simulator.record if base in f"{e.path}?{e.query}" and "next" in _said(e))
        body = json.loads(page.response_body)
        if not rows:
            body = [] if isinstance(body, list) else {**body, "values": [], "commits": []}
        asked = len(rig.simulator.record)
        rig.simulator.fault(
            path=r"/commits\?|/compare/",
            times=ENOUGH,
            status=200,
            body=json.dumps(body),
            headers={
                name: text
                for name, text in page.response_headers.items()
                if name.lower() in {"link", "content-type"}
            },
        )
        with pytest.raises(TryLater, match="circle"):
            await rig.scm.compare(base, "main")
        assert len(rig.simulator.record) - asked < 6


async def test_a_blocking_call_asks_nothing_more_when_nobody_waits(things: Things) -> None:
    """A thread cannot be stopped; but what would go on page after page stops at its next request."""
    egress, asked, over = Egress(["127.0.0.1"]), [], threading.Event()
    threads = Threads(size=1, queue=1, egress=egress)
    with guarded_session(egress, things.url) as session:

        def on_and_on() -> None:
            try:
                while True:
                    asked.append(session.get(f"{things.url}/page").status_code)
            except requests.Timeout:
                over.set()

        with contextlib.suppress(TryLater):  # whether the thread or the wait ends first is chance
            await threads.run(on_and_on, timeout=0.2)
        assert await asyncio.to_thread(over.wait, 10)
    assert asked
    await threads.close()


def _said(exchange: Any) -> str:
    return f"{exchange.response_headers.get('Link', '')}{exchange.response_body.decode()}"
