"""`python -m tests.simulation.long`: the long run in parts: the seeds after those of the ledger, and a row for each.

A row is kept as soon as it is played, so that the run may end at any time and be taken up again; it names the commit
whose code was played. The document on reliability says the sum.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from os import cpu_count
from pathlib import Path

from tests.simulation.__main__ import report, spread, told
from tests.simulation.ledger import DOCUMENT, LEDGER, Part, appended, read, written
from tests.simulation.run import quiet

_ROOT = Path(__file__).parents[2]
_PRODUCT = ("bot", "orchestration", "integrations")


def git(*words: str) -> str:
    """What git says of this tree."""
    return subprocess.run(
        ["git", *words], capture_output=True, text=True, check=True, cwd=_ROOT
    ).stdout.strip()


def main() -> int:
    """Play on, part after part; 1 where a schedule broke a rule, 2 where nobody could say what code was played."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.long")
    parser.add_argument("--until", type=int, default=100_000, help="the last seed of the run")
    parser.add_argument("--part", type=int, default=500, help="seeds of a row")
    parser.add_argument("--workers", type=int, default=cpu_count() or 1)
    parser.add_argument("--within", type=float, help="begin no part after so many seconds")
    asked = parser.parse_args()
    if changed := git("status", "--porcelain", "--", *_PRODUCT):
        sys.stderr.write(f"A row names the commit that was played, and this is none:\n{changed}\n")
        return 2
    quiet()
    began, at, failed = time.monotonic(), git("rev-parse", "--short", "HEAD"), False
    while asked.within is None or time.monotonic() - began < asked.within:
        first = following(read(LEDGER))
        last = min(first + asked.part - 1, asked.until)
        if first > last:
            break
        part = played(range(first, last + 1), at=at, workers=asked.workers)
        appended(LEDGER, part)
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), read(LEDGER)), encoding="utf-8")
        failed = failed or bool(part.broke)
    return 1 if failed else 0


def following(parts: Sequence[Part]) -> int:
    """The first seed that no row knows."""
    return parts[-1].last + 1 if parts else 1


def played(seeds: range, *, at: str, workers: int) -> Part:
    """One part; the seeds that broke a rule are told with their traces."""
    began = time.monotonic()
    total = spread(seeds, workers=workers)
    seconds = time.monotonic() - began
    sys.stdout.write(f"from {seeds[0]}: {report(total, seconds=seconds)[0]}\n")
    for outcome in total.failed:
        for line in told(outcome, shrinking=False):
            sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    return Part(
        first=seeds[0],
        last=seeds[-1],
        at=at,
        steps=total.steps,
        commits=total.commits,
        broke=tuple(sorted(each.seed for each in total.failed)),
    )


if __name__ == "__main__":
    sys.exit(main())
