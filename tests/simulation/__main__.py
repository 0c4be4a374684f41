"""`python -m tests.simulation --seeds 2000`: whole releases under a seeded scheduler; a failure can be seen again."""

import argparse
import sys
import time
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from os import cpu_count

from tests.simulation.run import Outcome, Total, play_all, player, quiet, shrink, theatre


def main() -> int:
    """Play the seeds on all cores, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--from", type=int, default=1, dest="first")
    parser.add_argument("--workers", type=int, default=cpu_count() or 1)
    parser.add_argument("--within", type=float, help="begin no schedule after so many seconds")
    parser.add_argument(
        "--shrink", action="store_true", help="leave out of each failing seed what it does not need"
    )
    asked = parser.parse_args()
    quiet()
    began = time.monotonic()
    seeds = range(asked.first, asked.first + asked.seeds)
    total = spread(seeds, workers=asked.workers, within=asked.within)
    for line in report(total, seconds=time.monotonic() - began):
        sys.stdout.write(f"{line}\n")
    for outcome in total.failed[:10]:
        for line in told(outcome, shrinking=asked.shrink):
            sys.stdout.write(f"{line}\n")
    return 1 if total.failed else 0


def spread(seeds: range, *, workers: int, within: float | None = None) -> Total:
    """The seeds dealt out to processes one by one, as many of them as can be begun `within` so many seconds."""
    began, whole, waiting = time.monotonic(), Total(), iter(seeds)
    with ProcessPoolExecutor(workers, initializer=player) as pool:
        ahead = deque(pool.submit(play_all, [seed]) for seed in islice(waiting, 2 * workers))
        while ahead:
            played = ahead.popleft()
            if within is not None and time.monotonic() - began > within and played.cancel():
                continue
            part = played.result()
            whole.join(part)
            for outcome in part.failed:
                sys.stderr.write(f"\nseed {outcome.seed}: {outcome.broken[0]}\n")
            sys.stderr.write(f"\r{whole.schedules} schedules, {len(whole.failed)} of them broke a rule ")
            if within is None or time.monotonic() - began < within:
                ahead.extend(pool.submit(play_all, [seed]) for seed in islice(waiting, 1))
    sys.stderr.write("\n")
    return whole


def report(total: Total, *, seconds: float) -> list[str]:
    """The figures."""
    ends = ", ".join(f"{count} {name}" for name, count in total.ends.most_common())
    figures = f"{total.schedules} schedules, {total.steps} steps, {total.commits} commits judged"
    return [
        f"{figures}, {total.days:.1f} days of virtual time in {seconds:.0f} s",
        f"ended: {ends}",
        f"worlds: {', '.join(f'{count} of {name}' for name, count in total.casts.most_common())}",
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
    needed = shrink(outcome.seed)
    again = theatre().play(outcome.seed, needed)
    return [
        *lines,
        f"  it needs {len(needed)} of its faults:",
        *(f"    {line}" for line in again.trace),
        *(f"  ! {line}" for line in again.broken[:8]),
    ]


if __name__ == "__main__":
    sys.exit(main())
