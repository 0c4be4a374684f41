"""B1, B2, B7 and B8: what people wait for, in Slack and at their desk."""

import asyncio
import sys
from contextlib import AsyncExitStack
from functools import partial

from orchestration.store.migrate import upgrade
from sandbox.free_port import free_port
from tests.bench.apps import bolt, open_loop, our_bot, started
from tests.bench.engine_cases import POSTGRES, SQLITE, TITLES
from tests.bench.measure import Figures, latencies, quantile
from tests.bench.plan import OURS, Absent, Benchmark, Case, Medians, Place
from tests.bench.processes import ROOT, numbers, own
from tests.bench.small_slack import CHANNEL, PERSON, TEAM, SmallSlack

BOLT = "Bolt's default, empty handler"
_WAYS = {"http": "HTTP", "socket": "Socket Mode"}
_ACK_MS, _CLICK_MS, _START_S, _READ_MS, _FAST_S = 10.0, 250.0, 2.0, 20.0, 60.0


async def _acks(kind: str, transport: str, place: Place) -> Figures:
    """`kind` empty: the peer."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SmallSlack().running())
        releases = place.sizes.of(1000, tiny=5)
        opened = (
            our_bot(place, slack, kind=kind, releases=releases, transport=transport)
            if kind
            else bolt(place, slack, transport=transport)
        )
        send = await stack.enter_async_context(opened)
        took = await open_loop(
            send, slack, per_second=place.sizes.of(200, tiny=20), count=place.sizes.of(800, tiny=10)
        )
    return latencies(took)


def acknowledged() -> Benchmark:
    """B1."""
    ours = [
        Case(subject=OURS, circumstance=f"{_WAYS[way]}, {TITLES[kind]}", run=partial(_acks, kind, way))
        for kind, way in ((SQLITE, "http"), (SQLITE, "socket"), (POSTGRES, "http"))
    ]
    peers = [
        Case(subject=BOLT, circumstance=_WAYS[way], run=partial(_acks, "", way)) for way in ("http", "socket")
    ]
    return Benchmark(
        id="B1",
        title="Slash command → acknowledgement",
        work="200 signed `/release status` a second by the clock, 1,000 running releases; "
        "ours is stored before it is acknowledged, and answered meanwhile",
        aim="p99 below 10 ms and below Bolt's own default",
        cases=(*ours, *peers),
        picture="p99_ms",
        meets=_acks_hold,
    )


async def _clicks(place: Place) -> Figures:
    return numbers(await own("clicks", {"samples": place.sizes.of(6, tiny=1)}))


async def _bolt_clicks(place: Place) -> Figures:
    clock = asyncio.get_running_loop().time
    took = []
    async with SmallSlack().running() as slack, bolt(place, slack, transport="socket"):
        await slack.connected()
        for number in range(place.sizes.of(6, tiny=1)):
            click = {
                "type": "block_actions",
                "team": {"id": TEAM},
                "user": {"id": PERSON},
                "api_app_id": "A0",
                "channel": {"id": CHANNEL},
                "message": {"ts": f"{number}.1"},
                "actions": [{"type": "button", "action_id": "gate.approve", "block_id": "b", "value": "x"}],
            }
            begun = clock()
            await slack.over_socket("interactive", click)
            await slack.edited.get()
            took.append(clock() - begun)
    return latencies(took)


def decided() -> Benchmark:
    """B2."""
    return Benchmark(
        id="B2",
        title="Click → decision stored → card updated",
        work="approvals, one after the other; Slack's pace is not kept here. The peer stores nothing",
        aim="p99 below 250 ms besides Slack's own limits",
        cases=(
            Case(subject=OURS, circumstance="SQLite, HTTP", run=_clicks),
            Case(subject=BOLT, circumstance="one edit, nothing stored", run=_bolt_clicks),
        ),
        picture="p99_ms",
        meets=lambda found: _below(found, {"p99_ms": _CLICK_MS}),
    )


async def _reads(kind: str, place: Place) -> Figures:
    given = {
        "url": await place.database(kind),
        "releases": place.sizes.of(10_000, tiny=60),
        "active": place.sizes.of(1000, tiny=10),
        "samples": place.sizes.of(30, tiny=2),
    }
    return numbers(await own("reads", given))


async def _start(place: Place) -> Figures:
    """From the start of the process to its word that it runs, on a database that is migrated.

    What an installation does once, the first start here does, which does not count: compiling the modules.
    """
    url = await place.database(SQLITE)
    await upgrade(url)
    times = place.sizes.of(3, tiny=1)
    async with SmallSlack().running() as slack:
        await started(place, slack, url=url, port=free_port())
        took = [await started(place, slack, url=url, port=free_port()) for _ in range(times)]
    return {"start_s": quantile(took, 0.5)}


def read() -> Benchmark:
    """B7."""
    reads = [
        Case(
            subject=OURS,
            circumstance=f"{TITLES[kind]}, 10,000 releases of which 1,000 run",
            run=partial(_reads, kind),
            once=True,
        )
        for kind in (SQLITE, POSTGRES)
    ]
    return Benchmark(
        id="B7",
        title="Start, and what people read",
        work="`/release list`, `status` and App Home up to the finished blocks; all in one workspace",
        aim="start below 2 s; reads below 20 ms",
        cases=(*reads, Case(subject=OURS, circumstance="start of the process, modules compiled", run=_start)),
        picture="status_p50_ms",
        meets=lambda found: _below(
            found,
            {
                "start_s": _START_S,
                "list_p50_ms": _READ_MS,
                "status_p50_ms": _READ_MS,
                "home_p50_ms": _READ_MS,
            },
        ),
    )


async def _suite(place: Place) -> Figures:
    if place.sizes.tiny:
        raise Absent("the suite is not run within itself")
    clock = asyncio.get_running_loop().time
    begun = clock()
    words = (sys.executable, "-m", "pytest", "-q", "-n", "auto", "-m", "not slow")
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    status = await process.wait()
    return {"fast_tier_s": clock() - begun, "failed": float(status != 0)}


def tested() -> Benchmark:
    """B8."""
    return Benchmark(
        id="B8",
        title="The fast tier of the tests",
        work="`make test-fast`",
        aim="below 60 s",
        cases=(Case(subject=OURS, circumstance="all cores", run=_suite, once=True),),
        picture="fast_tier_s",
        meets=lambda found: _below(found, {"fast_tier_s": _FAST_S}),
    )


def _below(found: Medians, bounds: dict[str, float]) -> str | None:
    ours = [figures for (subject, _), figures in found.items() if subject == OURS]
    worst = {name: max(f[name] for f in ours if name in f) for name in bounds if any(name in f for f in ours)}
    if not worst:
        return None
    good = all(worst[name] < bounds[name] for name in worst)
    words = ", ".join(f"{name} at most {value:.1f}" for name, value in worst.items())
    return f"{'holds' if good else 'does not hold'}: {words}"


def _acks_hold(found: Medians) -> str | None:
    ours = [figures["p99_ms"] for (subject, _), figures in found.items() if subject == OURS]
    theirs = [figures["p99_ms"] for (subject, _), figures in found.items() if subject == BOLT]
    if not ours or not theirs:
        return None
    good = max(ours) < min(_ACK_MS, *theirs)
    words = f"at most {max(ours):.1f}, Bolt {min(theirs):.1f} to {max(theirs):.1f}"
    return f"{'holds' if good else 'does not hold'}: {words}"
