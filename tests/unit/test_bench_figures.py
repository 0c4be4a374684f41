"""How samples become figures, figures a verdict, and a result the page."""

import pytest

from tests.bench.engine_cases import REFERENCE, pipeline, throughput
from tests.bench.measure import latencies, medians, quantile
from tests.bench.page import page
from tests.bench.plan import OURS, Medians, Sizes
from tests.bench.table import number, table


def test_a_quantile_is_a_sample_that_was_measured() -> None:
    """No value between two samples is made up; of nothing there is none."""
    samples = [0.1 * n for n in range(1, 101)]
    assert quantile(samples, 0.5) == pytest.approx(5.0)
    assert quantile(samples, 0.99) == pytest.approx(9.9)
    assert quantile([7.0], 0.99) == 7.0
    with pytest.raises(ValueError, match="nothing was measured"):
        quantile([], 0.5)


def test_latencies_are_told_in_milliseconds() -> None:
    """Seconds in, milliseconds out, with how many there were."""
    assert latencies([0.001, 0.002, 0.003]) == {"p50_ms": 2.0, "p99_ms": 3.0, "samples": 3.0}


def test_the_median_is_taken_figure_by_figure() -> None:
    """A round that lacks a figure does not count for it."""
    assert medians([{"a": 1.0, "b": 5.0}, {"a": 9.0}, {"a": 2.0}]) == {"a": 2.0, "b": 5.0}


def test_sizes_are_whole_only_where_that_was_asked_for() -> None:
    """Tiny goes before full, and full before the usual."""
    assert Sizes().of(40, tiny=2, full=1000) == 40
    assert Sizes(full=True).of(40, tiny=2, full=1000) == 1000
    assert Sizes(full=True).of(40, tiny=2) == 40
    assert Sizes(tiny=True, full=True).of(40, tiny=2, full=1000) == 2


def test_a_throughput_is_judged_against_the_best_peer_that_loses_nothing() -> None:
    """On each database by itself; a peer that loses jobs sets no mark, and without peers there is no verdict."""
    found: Medians = {
        (OURS, "SQLite, 1 process"): {"per_second": 300.0},
        (OURS, "PostgreSQL, 2 processes"): {"per_second": 900.0},
        ("DBOS", "SQLite, 1 process"): {"per_second": 100.0},
        ("DBOS", "PostgreSQL, 1 process"): {"per_second": 310.0},
        ("APScheduler", "SQLite, 1 process"): {"per_second": 5000.0},
    }
    assert throughput().meets(found) == "does not hold: 3.0 times on SQLite, 2.9 times on PostgreSQL"
    assert throughput().meets({key: each for key, each in found.items() if key[0] == OURS}) is None


def test_whole_releases_are_judged_by_the_same_number_of_releases() -> None:
    """Linear, and fifty times as fast as the reference at each size that both have."""
    ours = {"ms_per_release": 900.0, "wall_s": 9.0, "tasks": 190.0}
    found: Medians = {
        (OURS, "10 releases"): ours,
        (REFERENCE, "10 releases"): {"ms_per_release": 1.0, "wall_s": 1140.0},
        (REFERENCE, "1000 releases"): {"ms_per_release": 1.0, "wall_s": 1140.0},
    }
    verdict = pipeline().meets(found)
    assert verdict == "holds: 900 to 900 ms a release; 127 times as fast with 10 releases"


@pytest.mark.parametrize(
    ("value", "says"), [(0.034, "0.03"), (7.25, "7.2"), (25.0, "25"), (431.4, "431"), (12345.6, "12,346")]
)
def test_a_figure_has_the_digits_that_say_something(value: float, says: str) -> None:
    """Small ones have two digits behind the point, great ones none."""
    assert number(value) == says


def _measured(cases: list[dict[str, object]]) -> dict[str, object]:
    """A benchmark as it is written down."""
    return {
        "id": "B4",
        "title": "Tasks",
        "work": "Chains",
        "aim": "three times",
        "verdict": None,
        "picture": "per_second",
        "cases": cases,
    }


def test_what_is_absent_is_told() -> None:
    """The table and the page have a row for a peer that is not installed, and figures for the others."""
    cases: list[dict[str, object]] = [
        {"subject": OURS, "circumstance": "SQLite", "rounds": [{}, {}], "median": {"per_second": 431.4}},
        {"subject": "DBOS", "circumstance": "SQLite", "rounds": [], "median": {}, "absent": "no peers"},
    ]
    result = {
        "machine": {"cores": "2"},
        "rounds": 2,
        "tiny": False,
        "minutes": 0.5,
        "benchmarks": [_measured(cases)],
    }
    assert "DBOS           SQLite                 no peers" in table(result)
    assert f"| {OURS} | SQLite | 431 | 2 |" in page(result)
    assert "| DBOS | SQLite |  | no peers |" in page(result)
    assert "cores 2" in page(result)


@pytest.mark.parametrize(
    ("verdict", "said"), [("does not hold: 2.0 times", True), ("holds: 3.1 times", False)]
)
def test_a_verdict_that_does_not_hold_is_explained(verdict: str, said: bool) -> None:
    """The reason stands below the figures of an aim that is missed, and nowhere where it is met."""
    each = {**_measured([]), "verdict": verdict}
    told = page({"machine": {}, "tiny": False, "minutes": 1.0, "benchmarks": [each]})
    assert ("Why the aim does not hold: a task here is" in told) is said
    assert verdict in told
