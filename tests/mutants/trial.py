"""One bug on trial, in a process of its own: `python -m tests.mutants.trial 3 --seeds 60`.

The last line says who noticed it, the one before it where: a seed, or a test by its whole name. With `--without` and
that, the same is looked at without the bug: who finds fault then too has noticed nothing.

Exit status 10 says that a fault was found, 0 that there was none; anything else is trouble, as 1 is, by which Python
ends after an error of the trial itself.
"""

import argparse
import importlib
import sys
from collections.abc import Iterable
from random import Random

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import SIMULATION, Mutant
from tests.mutants.planting import plant

NOTICED, UNNOTICED = 10, 0
# A bug can make a test fail, or keep its file from being read.
_FAILED = frozenset({1, 2})


def main() -> int:
    """Plant the bug, and look for it where it must be noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.trial")
    parser.add_argument("number", type=int)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--without", metavar="WHERE", help="this seed or test alone, and no bug is planted")
    asked = parser.parse_args()
    mutant = MUTANTS[asked.number]
    if asked.without is None:
        plant(mutant)
    if mutant.caught_by == SIMULATION:
        seeds = range(1, asked.seeds + 1) if asked.without is None else (int(asked.without),)
        return NOTICED if by_simulation(mutant, seeds) else UNNOTICED
    return NOTICED if by_tests(asked.without or mutant.caught_by) else UNNOTICED


def by_simulation(mutant: Mutant, seeds: Iterable[int]) -> bool:
    """Whether one of the schedules breaks a rule; which one, and what it was, is printed."""
    # Imported by name, for the bug must be planted before.
    run = importlib.import_module("tests.simulation.run")
    run.quiet()
    agenda, theatre = importlib.import_module("tests.simulation.agenda"), run.theatre()
    for seed in seeds:
        outcome = theatre.play(seed, agenda.draw(Random(seed), only=mutant.stir), hasty=True)
        if outcome.broken:
            words = outcome.broken[0].partition("  ")[2].strip()
            sys.stdout.write(f"{seed}\nseed {seed}: {words}\n")
            return True
    return False


class _FirstFailure:
    """Remembers which test, or which file that could not be read, failed first."""

    def __init__(self) -> None:
        self.name = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test has run."""
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file was read."""
        if report.failed and not self.name:
            self.name = report.nodeid


def by_tests(which: str) -> bool:
    """Whether these tests fail; the first that does is printed."""
    first = _FirstFailure()
    options = ["-q", "-x", "-n0", "--no-header", "--tb=no", "-m", "not slow or slow"]
    # What a failed test leaves open is no news here.
    options += ["-p", "no:unraisableexception"]
    status = int(pytest.main([*options, which], plugins=[first]))
    if first.name:
        sys.stdout.write(f"\n{first.name}\n{first.name.partition('[')[0]}\n")
    if status not in {0, *_FAILED}:
        raise RuntimeError(f"{which} could not be run (status {status})")
    return status in _FAILED


if __name__ == "__main__":
    sys.exit(main())
