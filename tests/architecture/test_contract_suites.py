"""Every adapter of a port runs through the port's contract suite, its exchanges are judged, its faults tried."""

import ast
import inspect
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import get_type_hints

import pytest

from integrations import PROVIDERS
from integrations.registry import PORTS, Provider
from orchestration.ports.app_store import AppStore
from orchestration.ports.cicd import CICD
from orchestration.ports.notification import Notification
from orchestration.ports.pm import ProjectManagement
from orchestration.ports.release_health import ReleaseHealth
from orchestration.ports.scm import SourceControl
from orchestration.ports.test_platform import TestPlatform

ROOT = Path(__file__).parents[2]
SUITES: Mapping[str, tuple[str, type]] = {
    "scm": ("test_source_control", SourceControl),
    "cicd": ("test_cicd", CICD),
    "pm": ("test_project_management", ProjectManagement),
    "test_platform": ("test_test_platform", TestPlatform),
    "notification": ("test_notification", Notification),
    "app_store": ("test_app_store", AppStore),
    "release_health": ("test_release_health", ReleaseHealth),
}
TWINS = ("twin", "rehearsal")
TROUBLES: Mapping[str, str] = {
    **{status: status for status in ("401", "403", "404", "409", "422", "429", "500")},
    "502 after success": "502 after",
    "a wait that is told": r"(429|503).*(says|told)",
    "time-out before": r"(time out|slow|silent).* before",
    "time-out after": r"(time out|slow|silent).* after",
    "reset before": "reset before",
    "reset after": "reset after",
    "malformed body": "malformed",
    "wrong content type": "wrong content type|not json",
    "nobody there": "surely not done|refused connection",
}
"""Of the fault matrix: what a test's name or parameter says that tries it."""
members = pytest.mark.parametrize(
    ("provider", "port"),
    [
        pytest.param(provider, port, id=f"{provider.key}-{port}")
        for provider in PROVIDERS.values()
        for port in PORTS
        if getattr(provider, port) is not None
    ],
)
each = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda provider: provider.key)


@cache
def collected() -> tuple[str, ...]:
    """What pytest would run of the contract suites and the fault matrices, slow ones too."""
    faults = sorted(str(path) for path in ROOT.glob("tests/integrations/*/test_*_faults.py"))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--collect-only",
        "-p",
        "no:cacheprovider",
        "tests/contracts",
    ]
    done = subprocess.run([*command, *faults], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    return tuple(line for line in done.stdout.splitlines() if "::" in line)


def _tests_of(suite: str, names: Iterable[str]) -> Counter[str]:
    """How many tests of a suite run for each parameter that begins so."""
    found: Counter[str] = Counter()
    for line in collected():
        file, _, rest = line.partition("::")
        parameter = rest.partition("[")[2].replace(" ", "_")
        if Path(file).stem == suite:
            found.update(name for name in names if parameter.startswith(name))
    return found


def test_every_port_has_a_suite() -> None:
    """A port without one would be kept by nobody."""
    assert set(SUITES) == set(PORTS)


@members
def test_an_adapter_runs_through_its_contract(provider: Provider, port: str) -> None:
    """As many tests of the suite run for it as for the twin in memory, if not more: none is left out for it alone."""
    found = _tests_of(SUITES[port][0], (provider.key, *TWINS))
    assert found[provider.key] >= max(found[twin] for twin in TWINS) > 0


@members
def test_what_an_adapter_says_is_judged(provider: Provider, port: str) -> None:
    """The suite, or the rig that it takes, holds the exchanges against the vendor's description."""
    tests = f"tests.integrations.{provider.key}"
    suite = ast.parse((ROOT / "tests/contracts" / f"{SUITES[port][0]}.py").read_text())
    taken = {
        name.name
        for node in ast.walk(suite)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{tests}.")
        for name in node.names
    }
    rig = ast.parse((ROOT / "tests/integrations" / provider.key / f"{provider.key}_rig.py").read_text())
    judging = {
        made.name
        for made in ast.walk(rig)
        if isinstance(made, ast.AsyncFunctionDef) and "judge" in {*_called(made)}
    }
    assert "judge" in taken or judging & taken


def _called(node: ast.AST) -> Iterator[str]:
    for each_of in ast.walk(node):
        if isinstance(each_of, ast.Call) and isinstance(each_of.func, ast.Name):
            yield each_of.func.id


ALWAYS_REFUSED = {("app_store", "set_rollout"), ("google_play", "withdraw")}
"""What the vendor can't do: after the reading that `status` sends too, they refuse. Their traps show it."""


@members
def test_every_verb_is_in_the_fault_matrix(provider: Provider, port: str) -> None:
    """Each verb of the port is tried in trouble, does what one does that is, or is one that the vendor can't do."""
    opener = getattr(provider, port)
    adapter = opener if isinstance(opener, type) else get_type_hints(opener)["return"]
    folder = ROOT / "tests/integrations" / provider.key
    tried = " ".join(path.read_text() for path in folder.glob("*faults.py"))
    verbs = [
        name
        for name, verb in inspect.getmembers(SUITES[port][1], inspect.iscoroutinefunction)
        if not name.startswith("_")
    ]
    there = {_does(adapter, verb) for verb in verbs if re.search(rf"\b{verb}\b", tried)}
    assert there
    left = [
        verb
        for verb in verbs
        if _does(adapter, verb) not in there
        and (provider.key, verb) not in ALWAYS_REFUSED
        and not any(_does(adapter, other) in there for other in _does(adapter, verb)[1] if other in verbs)
    ]
    assert left == []


def _does(adapter: type, verb: str) -> tuple[bytes, tuple[str, ...]]:
    code = getattr(adapter, verb).__code__
    return code.co_code, code.co_names


@each
@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_trouble_is_in_the_fault_matrix(provider: Provider, trouble: str) -> None:
    """Whatever else a vendor has of its own, these are tried with each."""
    begin = f"tests/integrations/{provider.key}/"
    found = (line.partition("::")[2] for line in collected() if line.startswith(begin))
    assert any(re.search(TROUBLES[trouble], re.sub(r"[_\W]+", " ", line.lower())) for line in found)
