"""Runs the cases in turn, round by round, and gathers what they told."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.databases import Databases, databases
from tests.bench.engine_cases import due_to_started, idle, pipeline, throughput
from tests.bench.measure import Figures, machine, medians
from tests.bench.people_cases import acknowledged, decided, read, tested
from tests.bench.plan import Absent, Benchmark, Case, Place, Sizes
from tests.bench.processes import SubjectFailed
from tests.bench.scale_cases import scale

ALL: Mapping[str, Callable[[], Benchmark]] = {
    "B1": acknowledged,
    "B2": decided,
    "B3": due_to_started,
    "B4": throughput,
    "B5": pipeline,
    "B6": idle,
    "B7": read,
    "B8": tested,
    "S1": scale,
}
Say = Callable[[str], None]


class _Gathered:
    """What one case told in each round, or why it told nothing."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rounds: list[Figures] = []
        self.absent = ""
        self.failed = ""

    async def take(self, made: Databases, sizes: Sizes, peer_python: Path | None) -> None:
        """One more round, in a folder and on a database of its own."""
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            place = Place(folder=Path(name), sizes=sizes, database=made.new, peer_python=peer_python)
            try:
                self.rounds.append(await self.case.run(place))
            except Absent as error:
                self.absent = str(error)
            except (SubjectFailed, TimeoutError, OSError, RuntimeError) as error:
                self.failed = f"{type(error).__name__}: {error}"[-600:]

    def told(self) -> dict[str, Any]:
        """As it is written down."""
        return {
            "subject": self.case.subject,
            "circumstance": self.case.circumstance,
            "rounds": [dict(each) for each in self.rounds],
            "median": medians(self.rounds),
            **({"absent": self.absent} if self.absent else {}),
            **({"failed": self.failed} if self.failed else {}),
        }


async def measure_all(
    names: Sequence[str], *, rounds: int, sizes: Sizes, peer_python: Path | None, say: Say
) -> dict[str, Any]:
    """The figures of all of them, with the machine that they were taken on."""
    begun, about = time.monotonic(), machine()
    with tempfile.TemporaryDirectory(prefix="bench-databases-") as name:
        async with databases(Path(name)) as made:
            run = _Run(made=made, rounds=rounds, sizes=sizes, peer_python=peer_python, say=say)
            found = [await run.measure(ALL[each]()) for each in names]
    return {
        "machine": about,
        "rounds": rounds,
        "tiny": sizes.tiny,
        "full": sizes.full,
        "minutes": round((time.monotonic() - begun) / 60, 1),
        "benchmarks": found,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """How everything is measured in this run."""

    made: Databases
    rounds: int
    sizes: Sizes
    peer_python: Path | None
    say: Say

    async def measure(self, what: Benchmark) -> dict[str, Any]:
        """All rounds of one benchmark."""
        gathered = [_Gathered(case) for case in what.cases]
        for number in range(self.rounds):
            for each in gathered:
                if each.absent or each.failed or (number and each.case.once):
                    continue
                self.say(f"{what.id} round {number + 1}: {each.case.subject}, {each.case.circumstance}")
                await each.take(self.made, self.sizes, self.peer_python)
                if each.failed:
                    self.say(f"  failed: {each.failed}")
        return _told(what, [each.told() for each in gathered])


def _told(what: Benchmark, cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = {(case["subject"], case["circumstance"]): case["median"] for case in cases if case["median"]}
    return {
        "id": what.id,
        "title": what.title,
        "work": what.work,
        "aim": what.aim,
        "verdict": what.meets(found),
        "picture": what.picture,
        "cases": list(cases),
    }
