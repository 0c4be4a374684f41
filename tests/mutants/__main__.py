"""`python -m tests.mutants`: every bug of the list is planted, one at a time, and the table says who noticed it.

With `--write` each line takes the place of that bug's in the document on reliability, as soon as it is known;
with `--untried` those alone are tried that the document does not say to be noticed.
"""

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from tests.mutants.catalogue import MUTANTS
from tests.mutants.table import DOCUMENT, Verdict, line, table, untried, written
from tests.mutants.trial import NOTICED, UNNOTICED

WITHIN = 600.0


def commit() -> str:
    """The commit whose code is tried, and whether it was changed since."""
    command = ["git", "describe", "--always", "--dirty", "--exclude", "*"]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=DOCUMENT.parent
    ).stdout.strip()


def tried(number: int, *, seeds: int, at: str, within: float = WITHIN) -> Verdict:
    """One trial in a process of its own; who noticed the bug must find no fault without it, in another one."""
    began = time.monotonic()
    where, how, trouble = "", "", ""
    try:
        planted = _ran(number, "--seeds", str(seeds), within=within)
        said = planted.stdout.strip().splitlines()
        if planted.returncode != NOTICED:
            trouble = "" if planted.returncode == UNNOTICED else planted.stderr.strip()[-600:]
        else:
            where, how = said[-2:]
            sound = _ran(number, "--without", where, within=within)
            if sound.returncode != UNNOTICED:
                trouble = f"{where} finds fault without the bug too: {sound.stderr.strip()[-600:]}"
    except subprocess.TimeoutExpired:
        trouble = f"not over after {within:.0f} s"
    took = time.monotonic() - began
    noticed = bool(where) and not trouble
    return Verdict(number=number, noticed=noticed, how=how, seconds=took, at=at, trouble=trouble)


def _ran(number: int, *how: str, within: float) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.mutants.trial", str(number), *how]
    return subprocess.run(command, capture_output=True, text=True, timeout=within, check=False)


def asked_for() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("numbers", type=int, nargs="*", help="all, where none is named")
    parser.add_argument(
        "--untried", action="store_true", help="those that the document does not say to be noticed"
    )
    parser.add_argument("--seeds", type=int, default=80)
    parser.add_argument("--within", type=float, default=WITHIN, help="seconds for each bug")
    parser.add_argument("--workers", type=int, default=cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="keep the lines in the document")
    asked = parser.parse_args()
    if asked.untried:
        asked.numbers += untried(DOCUMENT.read_text(encoding="utf-8"))
    elif not asked.numbers:
        asked.numbers = list(range(len(MUTANTS)))
    return asked


def main() -> int:
    """All of them, those that are named by their numbers, or those that are not known to be noticed."""
    asked, at = asked_for(), commit()
    verdicts: list[Verdict] = []
    with ThreadPoolExecutor(asked.workers) as pool:
        trials = pool.map(
            lambda number: tried(number, seeds=asked.seeds, at=at, within=asked.within), asked.numbers
        )
        for verdict in trials:
            verdicts.append(verdict)
            sys.stderr.write(f"{line(verdict)}\n")
            if asked.write:
                DOCUMENT.write_text(
                    written(DOCUMENT.read_text(encoding="utf-8"), [verdict]), encoding="utf-8"
                )
    for row in table([line(each) for each in verdicts]):
        sys.stdout.write(f"{row}\n")
    missed = [each for each in verdicts if not each.noticed]
    for each in missed:
        sys.stdout.write(f"not noticed: {MUTANTS[each.number].name} {each.trouble}\n")
    sys.stdout.write(f"{len(verdicts) - len(missed)} of {len(verdicts)} bugs were noticed\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
