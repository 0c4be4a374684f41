"""Bugs that are planted into ourselves are noticed: the list fits the code, and a part of it is tried."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.mutants.__main__ import BEGIN, DOCUMENT, END, Verdict, table, tried, written
from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import SIMULATION, Mutant
from tests.mutants.planting import PlaceGone, mutated

_LEAST = 25
_ROOT = Path(__file__).parents[2]
# One of each kind: a hold, a stranger, an order of messages, the chain.
_TRIED = (
    "resume clears every hold",
    "releases are found in every tenant",
    "messages of a lane go by time and not by number",
    "the audit chain begins anew with each event",
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_planted_bug_has_its_place(mutant: Mutant) -> None:
    """What it takes the place of stands in its module once, the result is Python, and who must notice it exists."""
    spec = find_spec(mutant.module)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    compile(mutated(mutant, source), spec.origin, "exec")
    assert mutant.caught_by == SIMULATION or (_ROOT / mutant.caught_by).exists()


def test_the_list_is_long_enough_and_each_name_stands_once() -> None:
    """A table with two bugs of one name would hide one."""
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names) >= _LEAST


def test_a_place_that_is_gone_fails_loudly() -> None:
    """A bug that can't be planted is no bug that was noticed."""
    with pytest.raises(PlaceGone, match="stands 0 times"):
        mutated(MUTANTS[0], "nothing of it is here")
    with pytest.raises(PlaceGone, match="stands 2 times"):
        mutated(MUTANTS[0], MUTANTS[0].old * 2)


def test_the_document_has_the_table_of_a_run() -> None:
    """Each row is a bug of the list and was noticed; who plants or moves many runs `make mutants WRITE=1` again."""
    kept = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [line.split(" | ") for line in kept.splitlines() if line.startswith(("| yes", "| NO"))]
    told = [row[1] for row in rows]
    assert told == [mutant.name for mutant in MUTANTS if mutant.name in told]
    assert told
    assert {row[0] for row in rows} == {"| yes"}


def test_the_table_takes_the_place_of_the_one_before() -> None:
    """What stands around it stays, and a document without a place is refused."""
    verdict = Verdict(number=0, noticed=True, how="seed 1: R4", seconds=3.0)
    once = written(f"before\n{BEGIN}old\n{END}after\n", [verdict])
    assert written(once, [verdict]) == once
    assert once.startswith(f"before\n{BEGIN}\n1 of the {len(MUTANTS)} bugs were tried, and 1 noticed:\n")
    assert once.endswith(f" 3 |\n\n{END}after\n")
    with pytest.raises(ValueError, match="no place"):
        written("nothing of it", [verdict])


@pytest.mark.parametrize("name", _TRIED)
def test_a_planted_bug_is_noticed(name: str, record_property: Callable[[str, object], None]) -> None:
    """In a process of its own, by the simulation or the named tests, within minutes."""
    number = next(n for n, mutant in enumerate(MUTANTS) if mutant.name == name)
    verdict = tried(number, seeds=12)
    record_property("figure", table([verdict])[-1])
    assert verdict.noticed, verdict.trouble
