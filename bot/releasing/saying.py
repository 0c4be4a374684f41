"""What the words about releases print: a few lines for people, or the answer as JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.connecting import BROKEN, OK, WRONG
from bot.releasing.client import Refusal, Unset

_WRONG_USE = frozenset({400, 422})
Json = Mapping[str, Any]


def say(body: Any, lines: Iterable[str], *, as_json: bool) -> int:  # noqa: ANN401 - JSON
    """The answer, in the way that was asked for."""
    print(json.dumps(body, indent=2) if as_json else "\n".join(clean(line) for line in lines))
    return OK


def clean(line: str) -> str:
    """Without what would steer a terminal: titles and reasons come from elsewhere."""
    return "".join(letter if letter.isprintable() or letter == "\t" else " " for letter in line)


def say_refusal(error: Refusal, *, as_json: bool) -> int:
    """Why not, every error at its place; 2 where what was typed is wrong."""
    if as_json:
        print(json.dumps(error.document, indent=2))
    else:
        print(clean(error.detail), file=sys.stderr)
        for each in error.document.get("errors", []):
            where = str(each.get("pointer") or each.get("name") or "").lstrip("/")
            print(clean(f"  {where}: {each.get('message', '')}".replace("  : ", "  ")), file=sys.stderr)
    return WRONG if error.status in _WRONG_USE else BROKEN


def say_unset(error: Unset) -> int:
    """What is missing."""
    print(error, file=sys.stderr)
    return WRONG


def complain(*lines: str) -> int:
    """What was used wrongly."""
    print("\n".join(lines), file=sys.stderr)
    return WRONG


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Columns with tabs between, as other words print them."""
    return ["\t".join(heads), *("\t".join(str(cell) for cell in row) for row in rows)]


def moment(text: str | None) -> str:
    """`2026-11-29 10:15 UTC`."""
    return f"{text[:16].replace('T', ' ')} UTC" if text else "-"


def release_lines(release: Json) -> list[str]:
    """A release in a few lines."""
    lines = [
        f"{release['title']} ({release['id']}): {release['phase']}",
        f"captain {release['captain']}, branch {release['branch']}",
        f"kick-off {moment(release['kick_off_at'])}, target {moment(release['target_at'])}",
    ]
    lines += [f"on hold ({hold['cause']}, {hold['by']}): {hold['reason']}" for hold in release["holds"]]
    lines += [f"cycle {cycle['id']}: {cycle['tag']} {cycle['state']}" for cycle in release["cycles"]]
    lines += [
        f"slot {slot['id']}: {moment(slot['at'])}" for slot in release["slots"] if slot["state"] == "PLANNED"
    ]
    lines += [
        f"pick {pick['id']}: {pick['title']} {pick['state']}"
        for pick in release["picks"]
        if pick["state"] == "ASKED"
    ]
    return lines


def task_line(task: Json) -> str:
    """A task with why it stands."""
    trouble, wait = task.get("trouble"), task.get("wait")
    why = f": {trouble['reason']}" if trouble and task["state"] == "FAILED" else ""
    why = f": {wait['what']}" if wait and not why else why
    return f"{task['name']}\t{task['title']}\t{task['state']}{why}"
