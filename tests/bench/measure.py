"""Figures of samples, and what machine they were taken on."""

import os
import platform
import resource
import sqlite3
import statistics
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

Figures = Mapping[str, float]


def quantile(samples: Sequence[float], part: float) -> float:
    """The smallest sample that at least this part of all does not exceed; ValueError where there is none."""
    if not samples:
        raise ValueError("nothing was measured")
    return sorted(samples)[max(0, ceil(part * len(samples)) - 1)]


def latencies(seconds: Sequence[float]) -> dict[str, float]:
    """The middle and the slow end, in milliseconds, and how many there were."""
    return {
        "p50_ms": quantile(seconds, 0.50) * 1000,
        "p99_ms": quantile(seconds, 0.99) * 1000,
        "samples": float(len(seconds)),
    }


def medians(rounds: Sequence[Figures]) -> dict[str, float]:
    """The median of each figure over the rounds that have it."""
    names = dict.fromkeys(name for each in rounds for name in each)
    return {name: statistics.median([each[name] for each in rounds if name in each]) for name in names}


def cpu_seconds() -> float:
    """The processor time of this process up to now, its threads with it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident_mb() -> float:
    """The memory of this process that is in RAM now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def machine() -> dict[str, str]:
    """What the figures depend on."""
    model = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": str(os.cpu_count()),
        "processor": model[0] if model else platform.machine(),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_at_start": f"{os.getloadavg()[0]:.1f}",
    }
