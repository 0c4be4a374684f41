"""The table of planted bugs: a line for each, and its place in the document on reliability."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import SIMULATION

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- planted bugs: made by make mutants -->\n", "<!-- end of planted bugs -->\n"
_HEAD = ("| | bug | noticed by | seconds | at |", "|---|---|---|---|---|")
_YES = "yes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether a bug was noticed, by whom, how fast and at which commit; `trouble` where the trial itself failed."""

    number: int
    noticed: bool
    how: str
    seconds: float
    at: str
    trouble: str = ""


def line(verdict: Verdict) -> str:
    """A bug's line."""
    mutant = MUTANTS[verdict.number]
    mark = _YES if verdict.noticed else "NO"
    how = verdict.how.replace("|", "/")
    who = f"simulation: {how}" if mutant.caught_by == SIMULATION else how or mutant.caught_by
    return f"| {mark} | {mutant.name} | {who} | {verdict.seconds:.0f} | {verdict.at} |"


def table(lines: Sequence[str]) -> list[str]:
    """The lines under their head."""
    return [*_HEAD, *lines]


def kept(document: str) -> dict[str, str]:
    """The lines that the document has, by the bug's name; what has left the list is left out."""
    inside = document.partition(BEGIN)[2].partition(END)[0]
    names = {mutant.name for mutant in MUTANTS}
    rows = [(row.split(" | "), row) for row in inside.splitlines()]
    return {
        cells[1]: row for cells, row in rows if len(cells) == _HEAD[0].count(" | ") + 1 and cells[1] in names
    }


def untried(document: str) -> list[int]:
    """The numbers of the bugs that have no line in the document yet, or one that says that nobody noticed."""
    rows = kept(document)
    return [
        number
        for number, mutant in enumerate(MUTANTS)
        if not rows.get(mutant.name, "").startswith(f"| {_YES} ")
    ]


def written(document: str, verdicts: Sequence[Verdict]) -> str:
    """The document with these lines in the place of those of the same bugs; ValueError where it has no such place."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the document has no place for the table")
    rows = kept(document) | {MUTANTS[each.number].name: line(each) for each in verdicts}
    lines = [rows[mutant.name] for mutant in MUTANTS if mutant.name in rows]
    noticed = sum(row.startswith(f"| {_YES} ") for row in lines)
    says = f"{len(lines)} of the {len(MUTANTS)} bugs were tried, and {noticed} noticed:"
    return f"{before}{begin}\n{chr(10).join([says, '', *table(lines)])}\n\n{end}{after}"
