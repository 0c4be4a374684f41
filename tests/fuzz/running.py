"""Runs one target under the fuzzer, in a process of its own, and reads what it reports."""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
_DONE = re.compile(r"Done (\d+) runs")
_EDGES = re.compile(r"\bcov: (\d+)")
_BROKE = re.compile(r"Test unit written to (\S+)")
_LONGEST = 4096


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What came of it: `broke` is the file with the input that broke it."""

    target: str
    executions: int
    edges: int
    broke: str
    log: str


def run(target: str, *, seconds: int) -> Ran:
    """Fuzz a target for so many seconds, beginning with its corpus, which stays as it is."""
    with tempfile.TemporaryDirectory() as found:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.fuzz.child",
                target,
                f"-max_total_time={seconds}",
                f"-max_len={_LONGEST}",
                "-rss_limit_mb=2048",
                "-timeout=20",
                f"-artifact_prefix={Path(tempfile.gettempdir())}/fuzz-{target}-",
                found,
                str(CORPUS / target),
            ],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    log = done.stdout + done.stderr
    executions, edges, broke = _DONE.search(log), _EDGES.findall(log), _BROKE.search(log)
    if executions is None and broke is None:
        raise RuntimeError(f"the fuzzer of {target} ended with {done.returncode}: {log[-2000:]}")
    return Ran(
        target=target,
        executions=int(executions[1]) if executions else 0,
        edges=int(edges[-1]) if edges else 0,
        broke=broke[1] if broke else "",
        log=log,
    )
