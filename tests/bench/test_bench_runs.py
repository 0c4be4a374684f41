"""Each benchmark runs, with tiny sizes: what it measures is looked at by nobody here."""

from pathlib import Path

import pytest

from tests.bench.__main__ import PEER_PYTHON
from tests.bench.measuring import ALL, measure_all
from tests.bench.page import page
from tests.bench.plan import Sizes
from tests.bench.table import table


@pytest.mark.parametrize("name", [name for name in ALL if name != "B8"])
async def test_a_benchmark_runs(name: str) -> None:
    """Every case tells figures or says which peer is missing, and the table and the page can be made of them."""
    peers: Path | None = PEER_PYTHON if PEER_PYTHON.exists() else None
    said: list[str] = []
    result = await measure_all([name], rounds=1, sizes=Sizes(tiny=True), peer_python=peers, say=said.append)
    (measured,) = result["benchmarks"]
    for case in measured["cases"]:
        assert not case.get("failed"), case
        assert case["median"] or (peers is None and case["absent"]), case
    assert measured["title"] in table(result)
    assert "tiny sizes" in page(result)


async def test_the_suite_is_not_run_within_itself() -> None:
    """The fast tier as a benchmark is left out of a tiny run, and the table says so."""
    result = await measure_all(
        ["B8"], rounds=1, sizes=Sizes(tiny=True), peer_python=None, say=lambda _line: None
    )
    assert "the suite is not run within itself" in table(result)
