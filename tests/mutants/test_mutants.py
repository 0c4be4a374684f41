"""Bugs that are planted into ourselves are noticed: the list fits the code, and a part of it is tried."""

import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.mutants.__main__ import commit, tried
from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import SIMULATION, Mutant
from tests.mutants.planting import PlaceGone, mutated
from tests.mutants.table import BEGIN, DOCUMENT, END, Verdict, kept, line, untried, written
from tests.mutants.trial import NOTICED

_LEAST = 25
_ROOT = Path(__file__).parents[2]
# A hold in the simulation, an order of messages, a stranger, a yes.
_TRIED = (
    "resume clears every hold",
    "messages of a lane go by time and not by number",
    "releases are found in every tenant",
    "a yes counts for whatever the evidence is now",
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_planted_bug_has_its_place(mutant: Mutant) -> None:
    """What it takes the place of stands in its module once, the result is Python, and who must notice it exists."""
    spec = find_spec(mutant.module)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    compile(mutated(mutant, source), spec.origin, "exec")
    if mutant.caught_by != SIMULATION:
        file, _, test = mutant.caught_by.partition("::")
        assert f"def {test}" in (_ROOT / file).read_text(encoding="utf-8")


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
    """Each bug of the list has its line, in order, and was noticed; who plants one runs `make mutants UNTRIED=1`."""
    document = DOCUMENT.read_text(encoding="utf-8")
    assert list(kept(document)) == [mutant.name for mutant in MUTANTS]
    assert [MUTANTS[number].name for number in untried(document)] == []


def test_a_line_takes_the_place_of_the_one_before() -> None:
    """Other bugs' lines and what stands around the table stay, and a document without a place is refused."""
    first = Verdict(number=0, noticed=True, how="seed 1: R4 a|b", seconds=3.0, at="abc1234")
    last = Verdict(number=len(MUTANTS) - 1, noticed=False, how="", seconds=5.0, at="abc1234")
    empty = f"before\n{BEGIN}| yes | a bug that has left the list | who | 1 | abc1234 |\n{END}after\n"
    both = written(written(empty, [last]), [first])
    assert written(both, [first]) == both
    assert both.startswith(f"before\n{BEGIN}\n2 of the {len(MUTANTS)} bugs were tried, and 1 noticed:\n")
    assert both.endswith(f"{line(first)}\n{line(last)}\n\n{END}after\n")
    assert "has left the list" not in both
    with pytest.raises(ValueError, match="no place"):
        written("nothing of it", [first])


def test_a_bug_that_was_not_noticed_is_tried_again() -> None:
    """A line that says NO is no trial that is over; one that says yes is."""
    document = f"{BEGIN}{END}"
    assert untried(document) == list(range(len(MUTANTS)))
    for noticed in (False, True):
        verdict = Verdict(number=1, noticed=noticed, how="", seconds=1.0, at="abc1234")
        assert (1 in untried(written(document, [verdict]))) is not noticed


@pytest.mark.parametrize("name", _TRIED)
def test_a_planted_bug_is_noticed(name: str, record_property: Callable[[str, object], None]) -> None:
    """In a process of its own, by the simulation or the named test, which finds no fault without it."""
    number = next(n for n, mutant in enumerate(MUTANTS) if mutant.name == name)
    verdict = tried(number, seeds=12, at=commit())
    record_property("figure", line(verdict))
    assert verdict.noticed, verdict.trouble


def test_who_finds_fault_without_the_bug_has_noticed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that fails for another reason, as one of a machine without room does, is no proof."""
    number = next(n for n, mutant in enumerate(MUTANTS) if mutant.caught_by != SIMULATION)

    def ran(*_number: object, **_within: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(
            [], NOTICED, stdout="a.py::test[1]\na.py::test\n", stderr="no room"
        )

    monkeypatch.setattr("tests.mutants.__main__._ran", ran)
    verdict = tried(number, seeds=1, at="abc1234")
    assert not verdict.noticed
    assert verdict.trouble == "a.py::test[1] finds fault without the bug too: no room"
