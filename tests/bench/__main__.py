"""`python -m tests.bench`: measure side by side, print the table, write `bench.json`.

`--only B1,B4` some of them, `--tiny` only to see that they run, `--full` the whole sizes where the usual ones are
smaller, `--page` make the page and the pictures of the documents from what was measured last, and measure nothing.
"""

import argparse
import asyncio
import gc
import json
import sys
from pathlib import Path

from tests.bench.measuring import ALL, measure_all
from tests.bench.page import publish
from tests.bench.plan import Sizes
from tests.bench.table import table

ROOT = Path(__file__).parents[2]
PEER_PYTHON = ROOT / ".bench-venv" / "bin" / "python"
RESULT = ROOT / "bench.json"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main() -> int:
    """1 where a case failed; one that was left out because a peer is not there is told in the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"of {', '.join(ALL)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--page", action="store_true")
    given = parser.parse_args()
    if given.page:
        publish(RESULT)
        return 0
    chosen = [name for name in ALL if not given.only or name in given.only.upper().split(",")]
    if not chosen:
        parser.error(f"there is no {given.only}: choose of {', '.join(ALL)}")
    # What measures must not stand still: looking through all that was imported took a sixth of a second each time.
    gc.freeze()
    peers = PEER_PYTHON if PEER_PYTHON.exists() else None
    result = asyncio.run(
        measure_all(
            chosen,
            rounds=given.rounds,
            sizes=Sizes(tiny=given.tiny, full=given.full),
            peer_python=peers,
            say=_say,
        )
    )
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{table(result)}\n")
    return 1 if any(case.get("failed") for each in result["benchmarks"] for case in each["cases"]) else 0


if __name__ == "__main__":
    sys.exit(main())
