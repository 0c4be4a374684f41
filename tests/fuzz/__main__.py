"""`python -m tests.fuzz`: every target for some seconds, guided by coverage; a table at the end.

An input that breaks a target is written beside the corpus, and the command that tries it again is printed.
"""

import argparse
import sys
from pathlib import Path

from tests.fuzz.running import Ran, run
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Fuzz; 1 where a target broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--target", choices=sorted(TARGETS), action="append")
    parser.add_argument("--again", type=Path, help="try this one input with the one target")
    given = parser.parse_args()
    if given.again is not None:
        TARGETS[given.target[0]](given.again.read_bytes())
        return 0
    ran = [run(name, seconds=given.seconds) for name in given.target or TARGETS]
    print(table(ran))  # noqa: T201 - a command
    return int(any(each.broke for each in ran))


def table(ran: list[Ran]) -> str:
    """What came of it."""
    rows = [f"{'target':<12} {'executions':>12} {'edges':>8}  came to"]
    for each in ran:
        came = (
            f"BROKE: python -m tests.fuzz --target {each.target} --again {each.broke}"
            if each.broke
            else "held"
        )
        rows.append(f"{each.target:<12} {each.executions:>12} {each.edges:>8}  {came}")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
