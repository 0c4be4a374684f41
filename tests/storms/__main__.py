"""`python -m tests.storms kill --releases 200`: real bots under a storm; a table says what it was and what is left."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.storms import clocks, kill, network, outage, postgres, sqlite
from tests.storms.fleet import Size, Tale

STORMS: Mapping[str, Callable[[Path, Size], Coroutine[Any, Any, Tale]]] = {
    "kill": kill.storm,
    "clocks": clocks.storm,
    "postgres": postgres.storm,
    "network": network.storm,
    "outage": outage.storm,
    "locked": sqlite.locked,
    "full": sqlite.full,
}


def main() -> int:
    """The storms that are named, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.storms")
    parser.add_argument("names", nargs="*", choices=[*STORMS, []], help="all, where none is named")
    parser.add_argument("--releases", type=int, default=Size().releases)
    parser.add_argument("--seconds", type=float, default=Size().seconds, help="how long it storms")
    parser.add_argument("--seed", type=int, default=Size().seed)
    parser.add_argument(
        "--patience", type=float, default=Size().patience, help="seconds until all must be well"
    )
    parser.add_argument("--keep", type=Path, help="a folder in which worlds and logs are left")
    asked = parser.parse_args()
    size = Size(releases=asked.releases, seconds=asked.seconds, seed=asked.seed, patience=asked.patience)
    wrong = 0
    for name in asked.names or STORMS:
        began = time.monotonic()
        with ExitStack() as stack:
            made = TemporaryDirectory(prefix="stationmaster-storm-")
            folder = asked.keep / name if asked.keep else Path(stack.enter_context(made))
            tale = asyncio.run(STORMS[name](folder, size))
        tale.figures["all of it"] = f"{time.monotonic() - began:.0f} s"
        sys.stdout.write("\n".join([*tale.lines(name), "", ""]))
        sys.stdout.flush()
        wrong += len(tale.wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
