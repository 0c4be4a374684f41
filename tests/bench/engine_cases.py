"""B3 to B6: what the engine does when there is work, and what it costs when there is none."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from tests.bench.measure import Figures
from tests.bench.plan import OURS, Benchmark, Case, Medians, Place
from tests.bench.processes import numbers, own, peer

SQLITE, POSTGRES = "sqlite", "postgresql"
TITLES = {SQLITE: "SQLite", POSTGRES: "PostgreSQL"}
_DURABLE = ("DBOS", "Procrastinate")
_LINEAR, _TIMES = 1.5, 50.0
REFERENCE = "poll all, one task per tick"


async def _starts(kind: str, waiting: int, place: Place) -> Figures:
    given = {
        "url": await place.database(kind),
        "waiting": place.sizes.of(waiting, tiny=min(waiting, 20)),
        "samples": place.sizes.of(25, tiny=3),
    }
    return numbers(await own("starts", given))


async def _peer_starts(
    name: str, kind: str, waiting: int, more: Mapping[str, object], place: Place
) -> Figures:
    given = {
        "work": "starts",
        "url": await place.database(kind),
        "waiting": place.sizes.of(waiting, tiny=min(waiting, 20)),
        "samples": place.sizes.of(20, tiny=3),
        **more,
    }
    return numbers(await peer(place, name, given))


async def _tick(place: Place) -> Figures:
    """A task is due at any moment of a minute with the same chance: this is no measurement."""
    del place
    return {"p50_ms": 30_000.0, "p99_ms": 59_400.0, "samples": 1.0}


def _peer_start(
    subject: str,
    kind: str,
    waiting: int,
    more: Mapping[str, object] = MappingProxyType({}),
    *,
    says: str = "",
    once: bool = False,
) -> Case:
    return Case(
        subject=subject,
        circumstance=f"{TITLES[kind]}, {waiting:,} waiting{says}",
        run=partial(_peer_starts, subject.lower(), kind, waiting, more),
        once=once,
    )


def due_to_started() -> Benchmark:
    """B3."""
    ours = [
        Case(
            subject=OURS,
            circumstance=f"{TITLES[kind]}, {waiting:,} waiting",
            run=partial(_starts, kind, waiting),
            once=waiting >= 100_000,
        )
        for kind in (SQLITE, POSTGRES)
        for waiting in (0, 10_000, 100_000)
    ]
    quick: Mapping[str, object] = {"poll": 0.05}
    usual: Mapping[str, object] = {"poll": 1.0}
    peers = [
        _peer_start("APScheduler", SQLITE, 0),
        _peer_start("APScheduler", SQLITE, 1000, once=True),
        _peer_start("Procrastinate", POSTGRES, 0),
        _peer_start("Procrastinate", POSTGRES, 10_000, once=True),
        _peer_start("DBOS", POSTGRES, 0, usual, says=", its own poll of 1 s", once=True),
        _peer_start("DBOS", POSTGRES, 0, quick, says=", poll of 50 ms"),
        _peer_start("DBOS", SQLITE, 0, quick, says=", poll of 50 ms"),
        Case(subject=REFERENCE, circumstance="a tick of 60 s", run=_tick, once=True),
    ]
    return Benchmark(
        id="B3",
        title="Task due → started",
        work="a no-op task, due at odd moments, among others that are due in ten days",
        aim="p99 below 100 ms, the same with 100,000 waiting",
        cases=(*ours, *peers),
        picture="p99_ms",
        meets=lambda found: _all_below(found, "p99_ms", 100.0),
    )


async def _chains(kind: str, processes: int, place: Place) -> Figures:
    return numbers(
        await own("chains", {"url": await place.database(kind), **_size(place), "processes": processes})
    )


def _size(place: Place) -> Mapping[str, int]:
    return {"chains": place.sizes.of(40, tiny=2, full=1000), "length": place.sizes.of(25, tiny=3)}


async def _peer_chains(name: str, kind: str, processes: int, place: Place) -> Figures:
    url = await place.database(kind)
    given = {"work": "chains", "url": url, **_size(place), "processes": processes}
    return numbers(await peer(place, name, given))


def throughput() -> Benchmark:
    """B4."""
    places = [
        (OURS, "", SQLITE, (1, 2)),
        (OURS, "", POSTGRES, (1, 2)),
        ("DBOS", "dbos", SQLITE, (1,)),
        ("DBOS", "dbos", POSTGRES, (1, 2)),
        ("Procrastinate", "procrastinate", POSTGRES, (1, 2)),
        ("APScheduler", "apscheduler", SQLITE, (1,)),
        ("APScheduler", "apscheduler", POSTGRES, (1,)),
    ]
    cases = [
        Case(
            subject=subject,
            circumstance=f"{TITLES[kind]}, {count} process{'es' if count > 1 else ''}",
            run=partial(_peer_chains, name, kind, count) if name else partial(_chains, kind, count),
        )
        for subject, name, kind, counts in places
        for count in counts
    ]
    return Benchmark(
        id="B4",
        title="No-op tasks per second",
        work="tasks in chains of 25, durable, at least once, fenced; the end of each makes the next one due",
        aim="three times the best durable peer on each database (APScheduler forgets a job before it runs it)",
        cases=tuple(cases),
        picture="per_second",
        meets=_three_times,
    )


async def _pipeline(count: int, place: Place) -> Figures:
    given = {"url": await place.database(SQLITE), "releases": place.sizes.of(count, tiny=1)}
    return numbers(await own("pipeline", given))


async def _polled(count: int, place: Place) -> Figures:
    releases = place.sizes.of(count, tiny=1)
    return numbers(await own("reference", {"folder": str(place.folder), "releases": releases, "tasks": 19}))


def pipeline() -> Benchmark:
    """B5."""
    counts = ((5, False), (10, True), (20, True))
    ours = [
        Case(subject=OURS, circumstance=f"{n} releases", run=partial(_pipeline, n), once=once)
        for n, once in counts
    ]
    theirs = [
        Case(subject=REFERENCE, circumstance=f"{n} releases", run=partial(_polled, n), once=True)
        for n, _ in (*counts, (1000, True))
    ]
    return Benchmark(
        id="B5",
        title="Whole releases",
        work="stages 1 to 3 with providers that answer at once; SQLite, one process; the minutes between the "
        "reference's ticks are counted and not waited for",
        aim="linear in releases; 50 times the reference",
        cases=(*ours, *theirs),
        picture="ms_per_release",
        meets=_linear,
    )


async def _idle(kind: str, waiting: int, place: Place) -> Figures:
    given = {
        "url": await place.database(kind),
        "waiting": place.sizes.of(waiting, tiny=min(waiting, 20)),
        "seconds": place.sizes.of(8, tiny=1),
    }
    return numbers(await own("idle", given))


async def _polled_idle(waiting: int, place: Place) -> Figures:
    return numbers(await own("reference", {"folder": str(place.folder), "releases": waiting, "tasks": 0}))


async def _dbos_idle(waiting: int, place: Place) -> Figures:
    given = {
        "work": "idle",
        "url": await place.database(SQLITE),
        "waiting": place.sizes.of(waiting, tiny=2),
        "seconds": place.sizes.of(8, tiny=1),
    }
    return numbers(await peer(place, "dbos", given))


def idle() -> Benchmark:
    """B6."""
    ours = [
        Case(
            subject=OURS,
            circumstance=f"{TITLES[kind]}, {n:,} waiting",
            run=partial(_idle, kind, n),
            once=True,
        )
        for kind in (SQLITE, POSTGRES)
        for n in (0, 1000, 100_000)
    ]
    polled = [
        Case(subject=REFERENCE, circumstance=f"{n:,} waiting", run=partial(_polled_idle, n), once=True)
        for n in (0, 1000, 100_000)
    ]
    dbos = Case(
        subject="DBOS", circumstance="SQLite, 1,000 delayed", run=partial(_dbos_idle, 1000), once=True
    )
    return Benchmark(
        id="B6",
        title="What waiting costs",
        work="all loops and ticks, nothing due",
        aim="constant in what waits; below 1 % of a core",
        cases=(*ours, *polled, dbos),
        picture="cpu_percent",
        meets=lambda found: _all_below(found, "cpu_percent", 1.0),
    )


def _all_below(found: Medians, figure: str, bound: float) -> str | None:
    worst = max(
        (figures[figure] for (subject, _), figures in found.items() if subject == OURS and figure in figures),
        default=None,
    )
    return None if worst is None else f"{'holds' if worst < bound else 'does not hold'}: at most {worst:.1f}"


def _three_times(found: Medians) -> str | None:
    said = []
    for kind in TITLES.values():
        own_best = _best(found, (OURS,), kind)
        peers_best = _best(found, _DURABLE, kind)
        if own_best and peers_best:
            said.append((own_best >= 3 * peers_best, f"{own_best / peers_best:.1f} times on {kind}"))
    if not said:
        return None
    return f"{'holds' if all(ok for ok, _ in said) else 'does not hold'}: {', '.join(words for _, words in said)}"


def _best(found: Medians, subjects: tuple[str, ...], kind: str) -> float:
    return max(
        (
            f["per_second"]
            for (subject, where), f in found.items()
            if subject in subjects and where.startswith(kind)
        ),
        default=0.0,
    )


def _linear(found: Medians) -> str | None:
    ours = {where: figures for (subject, where), figures in found.items() if subject == OURS}
    theirs = {where: figures for (subject, where), figures in found.items() if subject == REFERENCE}
    both = [where for where in ours if where in theirs]
    if not both:
        return None
    each = [figures["ms_per_release"] for figures in ours.values()]
    times = {where: theirs[where]["wall_s"] / ours[where]["wall_s"] for where in both}
    most = max(both, key=lambda where: ours[where]["tasks"])
    good = max(each) <= _LINEAR * min(each) and min(times.values()) >= _TIMES
    words = f"{min(each):.0f} to {max(each):.0f} ms a release; {times[most]:.0f} times as fast with {most}"
    return f"{'holds' if good else 'does not hold'}: {words}"
