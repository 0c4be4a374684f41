"""`python -m tests.mutants`: every bug of the list is planted, one at a time, and the table says who noticed it.

With `--write` the table of a whole run takes the place of the one in the document on reliability.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import SIMULATION
from tests.mutants.trial import NOTICED, UNNOTICED

WITHIN = 240.0
DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- planted bugs: made by make mutants -->\n", "<!-- end of planted bugs -->\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether a bug was noticed, by whom and how fast; `trouble` where the trial itself failed."""

    number: int
    noticed: bool
    how: str
    seconds: float
    trouble: str = ""


def tried(number: int, *, seeds: int, within: float = WITHIN) -> Verdict:
    """One trial in a process of its own."""
    command = [sys.executable, "-m", "tests.mutants.trial", str(number), "--seeds", str(seeds)]
    began = time.monotonic()
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=within, check=False)
    except subprocess.TimeoutExpired:
        took = time.monotonic() - began
        return Verdict(
            number=number, noticed=False, how="", seconds=took, trouble=f"not over after {within:.0f} s"
        )
    took = time.monotonic() - began
    said = ran.stdout.strip().splitlines()
    return Verdict(
        number=number,
        noticed=ran.returncode == NOTICED and bool(said),
        how=said[-1] if said else "",
        seconds=took,
        trouble=ran.stderr.strip()[-600:] if ran.returncode != UNNOTICED else "",
    )


def table(verdicts: Sequence[Verdict]) -> list[str]:
    """A line for each bug."""
    lines = ["| | bug | noticed by | seconds |", "|---|---|---|---|"]
    for each in verdicts:
        mutant = MUTANTS[each.number]
        mark = "yes" if each.noticed else "NO"
        who = f"simulation: {each.how}" if mutant.caught_by == SIMULATION else each.how or mutant.caught_by
        lines.append(f"| {mark} | {mutant.name} | {who} | {each.seconds:.0f} |")
    return lines


def written(document: str, verdicts: Sequence[Verdict]) -> str:
    """The document with this table in the place of the one before; ValueError where it has no such place."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the document has no place for the table")
    noticed = sum(each.noticed for each in verdicts)
    tried_of = f"{len(verdicts)} of the {len(MUTANTS)} bugs were tried"
    lines = [f"{tried_of}, and {noticed} noticed:", "", *table(verdicts)]
    return f"{before}{begin}\n{chr(10).join(lines)}\n\n{end}{after}"


def main() -> int:
    """All of them, or those that are named by their numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("numbers", type=int, nargs="*")
    parser.add_argument("--seeds", type=int, default=80)
    parser.add_argument("--within", type=float, default=WITHIN, help="seconds for each bug")
    parser.add_argument("--workers", type=int, default=cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="keep the table of a whole run in the document")
    asked = parser.parse_args()
    if asked.write and asked.numbers:
        parser.error("the table in the document is that of all bugs")
    numbers = asked.numbers or range(len(MUTANTS))
    with ThreadPoolExecutor(asked.workers) as pool:
        verdicts = []
        for verdict in pool.map(
            lambda number: tried(number, seeds=asked.seeds, within=asked.within), numbers
        ):
            verdicts.append(verdict)
            sys.stderr.write(f"{table([verdict])[-1]}\n")
    for line in table(verdicts):
        sys.stdout.write(f"{line}\n")
    if asked.write:
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), verdicts), encoding="utf-8")
    missed = [each for each in verdicts if not each.noticed]
    for each in missed:
        sys.stdout.write(f"not noticed: {MUTANTS[each.number].name} {each.trouble}\n")
    sys.stdout.write(f"{len(verdicts) - len(missed)} of {len(verdicts)} bugs were noticed\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
