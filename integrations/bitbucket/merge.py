"""A three-way merge of a text, line by line, as `git merge-file` does it; None where a person must decide. Pure.

What both sides left alone lies between the changes; between two such places the one side that changed wins. Changes
that meet, and changes of both sides at one place, are a conflict. Source: diff3 (Khanna, Kunal, Pierce: A Formal
Investigation of Diff3, 2007).
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

MOST_WORK = 4_000_000
"""Lines against lines that are still compared here, after the equal beginning and end: about a second."""

LINE = re.compile(rb"[^\n]*\n|[^\n]+")
"""With its end, which is a line feed alone, as for git."""

Lines = Sequence[bytes]


def merged(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """`ours` with what `theirs` changed since `base`. None for a conflict, and for what is no text."""
    if ours in (base, theirs) or theirs == base:
        return theirs if ours == base else ours
    if any(b"\0" in side for side in (base, ours, theirs)):
        return None
    old, mine, other = (LINE.findall(side) for side in (base, ours, theirs))
    to_mine, to_other = _kept(old, mine), _kept(old, other)
    if to_mine is None or to_other is None:
        return None
    out: list[bytes] = []
    a = b = c = 0
    for low, high, in_mine, in_other in [
        *_common(to_mine, to_other),
        (len(old), len(old), len(mine), len(other)),
    ]:
        settled = _settled(old[a:low], mine[b:in_mine], other[c:in_other])
        if settled is None:
            return None
        out += [*settled, *old[low:high]]
        a, b, c = high, in_mine + high - low, in_other + high - low
    return b"".join(out)


def _settled(old: Lines, mine: Lines, other: Lines) -> Lines | None:
    if other in (mine, old):
        return mine
    return other if mine == old else None


def _kept(old: Lines, new: Lines) -> list[tuple[int, int, int]] | None:
    """(begin, end, begin in `new`) of the lines of `old` that are in `new`; None where that is too much work."""
    head = _same(zip(old, new, strict=False))
    rest = min(len(old), len(new)) - head
    tail = min(rest, _same(zip(reversed(old), reversed(new), strict=False)))
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(left) * len(right) > MOST_WORK:
        return None
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    found = [(head + m.a, head + m.a + m.size, head + m.b) for m in blocks if m.size]
    return [(0, head, 0), *found, (len(old) - tail, len(old), len(new) - tail)]


def _same(pairs: Iterator[tuple[bytes, bytes]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _common(
    mine: Sequence[tuple[int, int, int]], other: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, int, int, int]]:
    """(begin, end, begin in mine, begin in other) of the lines that both sides kept."""
    i = j = 0
    while i < len(mine) and j < len(other):
        low, high = max(mine[i][0], other[j][0]), min(mine[i][1], other[j][1])
        if low < high:
            yield low, high, mine[i][2] + low - mine[i][0], other[j][2] + low - other[j][0]
        if mine[i][1] <= other[j][1]:
            i += 1
        else:
            j += 1
