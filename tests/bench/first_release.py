"""`python -m tests.bench.first_release`: from a fresh clone to the first whole release, each step timed.

The checkout, the virtual environment and the package cache are new; only the interpreter and git are the machine's.
Downloads are a step of their own, because they depend on the line; everything else together must take less than
two minutes. The last step plays the demo's release to its end, and fails where its proof does.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 120.0
LINE = "by the line"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What is done, and whether its time counts."""

    title: str
    words: Sequence[str]
    counts: bool = True


def steps(root: Path, folder: Path) -> Sequence[Step]:
    """From nothing to the proof, in a folder that is empty."""
    clone, wheels = folder / "clone", folder / "wheels"
    python = str(clone / ".venv" / "bin" / "python")
    quiet = (
        "env",
        f"PIP_CACHE_DIR={folder / 'cache'}",
        "PIP_DISABLE_PIP_VERSION_CHECK=1",
        python,
        "-m",
        "pip",
        "-q",
    )
    pinned = ("--constraint", str(clone / "constraints.txt"))
    found = ("--find-links", str(wheels), "--no-index")
    build = ("setuptools>=80", "wheel")
    return (
        Step(title="Clone", words=("git", "clone", "--quiet", str(root), str(clone))),
        Step(title="Make an environment", words=(sys.executable, "-m", "venv", str(clone / ".venv"))),
        Step(
            title="Download",
            words=(*quiet, "download", "--dest", str(wheels), *pinned, *build, str(clone)),
            counts=False,
        ),
        Step(title="Install", words=(*quiet, "install", *found, *pinned, *build, "--editable", str(clone))),
        Step(
            title="First whole release",
            words=("env", "-C", str(clone), python, "-m", "bot", "demo", "--headless", "--repo", str(clone)),
        ),
    )


def main() -> int:
    """Take all steps; 1 where one fails or they take too long."""
    whole = 0.0
    with tempfile.TemporaryDirectory(prefix="stationmaster-first-") as name:
        for step in steps(ROOT, Path(name)):
            begun = time.monotonic()
            done = subprocess.run(step.words, capture_output=True, text=True, check=False)
            took = time.monotonic() - begun
            if done.returncode != 0:
                sys.stdout.write(f"{step.title} failed:\n{(done.stdout + done.stderr)[-4000:]}\n")
                return 1
            whole += took if step.counts else 0.0
            sys.stdout.write(f"{step.title:<24}{took:>8.1f} s{'' if step.counts else f'  ({LINE})'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{'Besides downloads':<24}{whole:>8.1f} s\n")
    return 0 if whole <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
