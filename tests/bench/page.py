"""The page of the documents and its pictures, made from `bench.json`: no figure in it is typed by anybody."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.pictures import draw
from tests.bench.table import number, rows

DOCS = Path(__file__).parents[2] / "docs"
KEPT = DOCS / "bench.json"
PAGE = DOCS / "benchmarks.md"
_HEAD = """# Benchmarks

`make bench` measures this product beside its peers: in the same run, on the same machine, in turn.
The figures are medians of the rounds that the last column counts; a case that takes long is measured once.
`make bench ONLY=B1` measures one of them, `make bench FULL=1` the whole sizes, `make bench-page` makes this page and
its pictures from the last `bench.json`.
No test asserts a time; `tests/bench/test_bench_runs.py` shows that each benchmark runs.
"""
FAILED = "does not hold"
# Why an aim does not hold, where it does not; it is shown beside such a verdict only.
WHY: Mapping[str, str] = {
    "B1": "Every command is answered too, in the process that acknowledges it: where the processor does not keep up "
    "with 200 answers a second, the acknowledgement waits for its turn. The peer does nothing with a command.",
    "B2": "The few decisions of a round make its slowest one the p99. Each is stored with its events and messages "
    "before anything is said, and then the card and each copy of the question are edited one after the other, with a "
    "commit for each; the peer stores nothing and edits once.",
    "B7": "The start is the import of the libraries, most of it the processor's time. App Home is drawn from running "
    "releases with all parts and from what waits for the person, where the list reads rows alone.",
    "B8": "There are more than 5,000 tests, two minutes of the processor's time on two cores.",
    "B4": "A task here is a decision about its whole release. One transaction looks at the release's revision, writes "
    "the release, the task, when the next one is due and the end of the lease, each under its guard: five statements "
    "and a claim shared with others, where a peer that only appends writes one row. On SQLite the disk is synced once "
    "for all who committed meanwhile, and the statements cost no change of threads; on PostgreSQL replicas are told "
    "after the commit. What is left is the processor's time in the driver and in mapping values to rows.",
}


def page(result: Mapping[str, Any]) -> str:
    """The page as Markdown."""
    about = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in result["machine"].items())
    parts = [_HEAD, f"Measured on: {about}; {number(result['minutes'])} minutes in all.\n"]
    if result["tiny"]:
        parts.append("These are tiny sizes, which show that everything runs and measure nothing.\n")
    parts.append(_summary(result))
    parts += [_section(each) for each in result["benchmarks"]]
    return "\n".join(parts)


def _summary(result: Mapping[str, Any]) -> str:
    lines = [
        (each["id"], each["title"], each["aim"], each["verdict"] or "not judged")
        for each in result["benchmarks"]
    ]
    return _markdown([["#", "figure", "aim", "verdict"], *map(list, lines)])


def _section(each: Mapping[str, Any]) -> str:
    title = f"## {each['id']}: {each['title']}\n"
    drawn = any(each["picture"] in case["median"] for case in each["cases"])
    why = WHY.get(each["id"], "") if str(each["verdict"]).startswith(FAILED) else ""
    reason = f"Why the aim does not hold: {why[0].lower()}{why[1:]}\n" if why else ""
    picture = f"\n![{each['title']}, beside the peers](pictures/{_picture(each)})\n" if drawn else ""
    return "\n".join([title, f"{each['work']}.\n", _markdown(rows(each)), *filter(None, [reason]), picture])


def _picture(each: Mapping[str, Any]) -> str:
    return f"bench-{each['id'].lower()}.svg"


def _markdown(lines: list[list[str]]) -> str:
    head, *rest = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([head, f"|{' --- |' * len(lines[0])}", *rest]) + "\n"


def publish(measured: Path) -> None:
    """Keep the figures beside the documents, and make the page and the pictures from them."""
    result = json.loads(measured.read_text(encoding="utf-8"))
    shutil.copyfile(measured, KEPT)
    PAGE.write_text(page(result), encoding="utf-8")
    for each in result["benchmarks"]:
        draw(each, DOCS / "pictures" / _picture(each))
