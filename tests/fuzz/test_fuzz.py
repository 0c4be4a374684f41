"""The targets of the fuzzer: over their corpus in the fast tier, for some seconds each in the slow one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.running import CORPUS, run
from tests.fuzz.targets import HEADERS, HOOKS, TARGETS

SEEDS = sorted(CORPUS.glob("*/*"))
SECONDS = 8
LEAST, FEWEST_EDGES = 50, 20
"""Executions without which nothing was tried."""


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_target_stands_its_corpus(seed: Path) -> None:
    """What was found once, and what the fuzzer begins with."""
    TARGETS[seed.parent.name](seed.read_bytes())


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_target_stands_bytes(name: str) -> None:
    """Bytes that no fuzzer guided."""

    @given(st.binary(max_size=300))
    def stands(data: bytes) -> None:
        TARGETS[name](data)

    stands()


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_target_has_a_corpus(name: str) -> None:
    """Small, so that it is read by people, and large enough to get behind the first check."""
    found = list((CORPUS / name).iterdir())
    assert 2 <= len(found) <= 20
    assert all(path.stat().st_size <= 4096 for path in found)


@pytest.mark.parametrize("key", sorted(HOOKS))
def test_the_corpus_holds_news_that_each_vendor_sends(key: str) -> None:
    """The fuzzer begins behind the signature and the first look at the body."""
    body = (CORPUS / "callbacks" / key).read_bytes()
    news = HOOKS[key](body, HEADERS[key](body))
    assert news is not None
    assert news.run_id


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_target_stands_what_the_fuzzer_makes(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """A budget of seconds; how often it ran and how many branches it reached is printed and recorded."""
    ran = run(name, seconds=SECONDS)
    print(f"{name}: {ran.executions} executions, {ran.edges} edges")  # noqa: T201 - a figure to be read
    record_property("executions", ran.executions)
    record_property("edges", ran.edges)
    assert not ran.broke, ran.log[-3000:]
    assert ran.executions > LEAST
    assert ran.edges > FEWEST_EDGES
