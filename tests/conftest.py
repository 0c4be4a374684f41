"""Which rooms belong to the slow tier: the fast one is for every few minutes of work. And a table at the end."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web_app

from tests.support.access_table import access_table
from tests.support.exchange_table import table
from tests.support.fault_table import fault_table
from tests.support.figures import figures, told

_HERE = Path(__file__).parent
# The simulators' own tests change when a simulator does, and a vendor's when its folder does; the contract suites,
# which stay in the fast tier, hold every adapter. Stories of whole releases take their time, and so does a browser;
# one file of stories stays. A server is asked over a socket. Attacks go through
# every module that there is. `make check` reads the house's own rules.
_SLOW_FOLDERS = (
    _HERE / "access",
    _HERE / "architecture",
    _HERE / "bench",
    _HERE / "browser",
    _HERE / "connecting",
    _HERE / "deploy",
    _HERE / "fuzz",
    _HERE / "integrations",
    _HERE / "mutants",
    _HERE / "rest",
    _HERE / "sandbox",
    _HERE / "scenarios",
    _HERE / "security",
    _HERE / "simulation",
    _HERE / "storms",
    _HERE / "upgrades",
)
# Files beside fast ones: each starts processes, searches through what may be filled in, or tries every method or view.
_SLOW_FILES = (
    _HERE / "store" / "test_hot_plans.py",
    _HERE / "store" / "test_tenants_every_method.py",
    _HERE / "unit" / "bot" / "test_config_round_trip.py",
    _HERE / "unit" / "bot" / "test_start_up.py",
    _HERE / "unit" / "bot" / "test_views_hostile.py",
)
_FAST = (_HERE / "integrations" / "edge", _HERE / "scenarios" / "test_engine_stories.py")


def pytest_configure() -> None:
    """Logs without the picture of every local variable that structlog draws around a traceback, which takes seconds."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(),
        ]
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read what the fast tier leaves out: importing all vendors takes longer than many a test."""
    return True if config.option.markexpr == "not slow" and _is_slow(collection_path) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow by where it stands."""
    for item in items:
        if _is_slow(item.path):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: collections of garbage need not look through it each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_of_an_application_outlives_its_test() -> Iterator[None]:
    """aiohttp keeps the last 1,024 handlers that were asked, and each of them a whole bot: a process of many tests
    collected so much garbage at a time that answers came seconds too late."""
    yield
    web_app._cached_build_middleware.cache_clear()


def _is_slow(path: Path) -> bool:
    inside = path in _SLOW_FILES or any(folder in path.parents for folder in _SLOW_FOLDERS)
    return inside and not any(path == fast or fast in path.parents for fast in _FAST)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many exchanges of whole releases, and how many troubles of each provider, ended as they must."""
    passed, failed = terminalreporter.getreports("passed"), terminalreporter.getreports("failed")
    for title, lines in (
        ("exchanges of whole releases, held against the vendors' descriptions", table(passed)),
        (
            "troubles of each provider: the right error, and one effect after the repeat",
            fault_table(passed, failed),
        ),
        ("doors that were tried, and defects that are kept away", access_table(passed)),
        ("schedules that were simulated, and planted bugs that were noticed", figures(passed)),
        ("storms that were weathered", [line for tale in told(passed, "storm") for line in tale]),
    ):
        if lines:
            terminalreporter.section(title)
            for line in lines:
                terminalreporter.write_line(line)
