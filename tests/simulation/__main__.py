"""`python -m tests.simulation --seeds 2000`: whole releases under a seeded scheduler; one that fails says how to see it again."""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count

from tests.simulation.run import Outcome, Theatre, Total, play_all, quiet, shrink


def main() -> int:
    """Play the seeds on all cores, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--from", type=int, default=1, dest="first")
    parser.add_argument("--workers", type=int, default=cpu_count() or 1)
    parser.add_argument("--shrink", action="store_true", help="leave out of each failing seed what it does not need")
    asked = parser.parse_args()
    quiet()
    began = time.monotonic()
    total = spread(range(asked.first, asked.first + asked.seeds), workers=asked.workers)
    for line in report(total, seconds=time.monotonic() - began):
        sys.stdout.write(f"{line}\n")
    for outcome in total.failed[:10]:
        for line in told(outcome, shrinking=asked.shrink):
            sys.stdout.write(f"{line}\n")
    return 1 if total.failed else 0


def spread(seeds: range, *, workers: int) -> Total:
    """The seeds dealt out to processes."""
    if workers == 1:
        return play_all(seeds)
    whole = Total()
    with ProcessPoolExecutor(workers, initializer=quiet) as pool:
        for part in pool.map(play_all, [seeds[n::workers] for n in range(workers)]):
            whole.schedules += part.schedules
            whole.steps += part.steps
            whole.commits += part.commits
            whole.days += part.days
            whole.faults += part.faults
            whole.ends += part.ends
            whole.failed += part.failed
    return whole


def report(total: Total, *, seconds: float) -> list[str]:
    """The figures."""
    ends = ", ".join(f"{count} {name}" for name, count in total.ends.most_common())
    return [
        f"{total.schedules} schedules, {total.steps} steps, {total.commits} commits judged, "
        f"{total.days:.1f} days of virtual time in {seconds:.0f} s",
        f"ended: {ends}",
        *(f"  {count:7}  {name}" for name, count in sorted(total.faults.items(), key=lambda each: -each[1])),
        f"{len(total.failed)} schedules broke a rule",
    ]


def told(outcome: Outcome, *, shrinking: bool) -> list[str]:
    """A failing seed: the rules, the command that shows it again, and the trace."""
    lines = [
        f"seed {outcome.seed}: python -m tests.simulation --seeds 1 --from {outcome.seed} --workers 1",
        *(f"  ! {line}" for line in outcome.broken[:8]),
    ]
    if not shrinking:
        return [*lines, *(f"    {line}" for line in outcome.trace)]
    theatre = Theatre()
    needed = shrink(theatre, outcome.seed)
    again = theatre.play(outcome.seed, needed)
    theatre.close()
    return [
        *lines,
        f"  it needs {len(needed)} of its faults:",
        *(f"    {line}" for line in again.trace),
        *(f"  ! {line}" for line in again.broken[:8]),
    ]


if __name__ == "__main__":
    sys.exit(main())
