"""S1: a store as after years, and three replicas that share what is due in it."""

from functools import partial

from tests.bench.engine_cases import POSTGRES, TITLES
from tests.bench.measure import Figures
from tests.bench.plan import OURS, Benchmark, Case, Medians, Place
from tests.bench.processes import numbers, own

_LINEAR = 1.5
SIZES = ((100, 10, 1_000, 2), (1_000, 100, 10_000, 20), (10_000, 1_000, 100_000, 200))


async def _scale(size: tuple[int, int, int, int], place: Place) -> Figures:
    releases, active, waiting, tenants = size
    given = {
        "url": await place.database(POSTGRES),
        "releases": place.sizes.of(releases, tiny=20),
        "active": place.sizes.of(active, tiny=5),
        "waiting": place.sizes.of(waiting, tiny=20),
        "tenants": place.sizes.of(tenants, tiny=2),
        "replicas": place.sizes.of(3, tiny=2),
        "chains": place.sizes.of(40, tiny=2),
        "length": place.sizes.of(25, tiny=3),
    }
    return numbers(await own("scale", given))


def scale() -> Benchmark:
    """S1."""
    cases = [
        Case(
            subject=OURS,
            circumstance=f"{TITLES[POSTGRES]}: {size[0]:,} releases, {size[1]:,} running, {size[2]:,} tasks waiting, "
            f"{size[3]} workspaces, 3 replicas",
            run=partial(_scale, size),
            once=True,
        )
        for size in SIZES
    ]
    return Benchmark(
        id="S1",
        title="Scale",
        work="what is due is worked on among what is not: a claim, and the tasks of 40 releases of 25 tasks each",
        aim="the cost of a task does not grow with the store",
        cases=tuple(cases),
        picture="task_ms",
        meets=_constant,
    )


def _constant(found: Medians) -> str | None:
    each = [figures["task_ms"] for figures in found.values()]
    if len(each) < len(SIZES):
        return None
    good = max(each) <= _LINEAR * min(each)
    return f"{'holds' if good else 'does not hold'}: {min(each):.1f} to {max(each):.1f} ms a task"
