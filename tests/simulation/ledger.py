"""What was played of the long run: a row for each part, and the sentence of the document that sums them up."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from pathlib import Path

LEDGER = Path(__file__).with_name("played.csv")
DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- the long run: made by make simulate-long -->\n", "<!-- end of the long run -->\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Seeds that were played one after the other, at which commit, and those of them that broke a rule."""

    first: int
    last: int
    at: str
    steps: int
    commits: int
    broke: tuple[int, ...] = ()


def read(ledger: Path) -> Sequence[Part]:
    """All rows. ValueError where a seed is missing between two of them, or stands in both."""
    if not ledger.exists():
        return ()
    with ledger.open(encoding="utf-8", newline="") as rows:
        parts = [_part(row) for row in csv.DictReader(rows)]
    for before, after in pairwise(parts):
        if after.first != before.last + 1:
            raise ValueError(f"seed {after.first} does not follow {before.last}")
    return parts


def _part(row: dict[str, str]) -> Part:
    return Part(
        first=int(row["first"]),
        last=int(row["last"]),
        at=row["at"],
        steps=int(row["steps"]),
        commits=int(row["commits"]),
        broke=tuple(int(seed) for seed in row["broke"].split()),
    )


def appended(ledger: Path, part: Part) -> None:
    """One more row, under a head where it is the first."""
    new = not ledger.exists()
    with ledger.open("a", encoding="utf-8", newline="") as rows:
        writer = csv.DictWriter(rows, [each.name for each in fields(Part)], lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow({**asdict(part), "broke": " ".join(str(seed) for seed in part.broke)})


def sentence(parts: Sequence[Part]) -> str:
    """What the document says of them."""
    places = list(dict.fromkeys(part.at for part in parts))
    broke = [str(seed) for part in parts for seed in part.broke]
    return (
        f"Seeds {parts[0].first:,} to {parts[-1].last:,} were played one after the other"
        f" at {', '.join(places)}: {sum(part.steps for part in parts):,} steps,"
        f" {sum(part.commits for part in parts):,} commits judged, "
        + (f"and {', '.join(broke)} broke a rule, below." if broke else "no rule was broken.")
    )


def written(document: str, parts: Sequence[Part]) -> str:
    """The document with the sum of these parts in the place of the one before. ValueError without that place."""
    head, rest = document.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}{sentence(parts)}\n{END}{tail}"
