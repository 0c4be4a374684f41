"""The three-way merge of a text: held against `git merge-file`, which is what people would get by hand."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.bitbucket.merge import MOST_WORK, merged

BASE = b"one\ntwo\nthree\nfour\nfive\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (BASE, b"one\n", b"one\n"),
        (b"one\n", BASE, b"one\n"),
        (
            b"ONE\ntwo\nthree\nfour\nfive\n",
            b"one\ntwo\nthree\nfour\nFIVE\n",
            b"ONE\ntwo\nthree\nfour\nFIVE\n",
        ),
        (b"zero\n" + BASE, BASE + b"six\n", b"zero\n" + BASE + b"six\n"),
        (b"two\nthree\nfour\nfive\n", b"one\ntwo\nthree\nfour\n", b"two\nthree\nfour\n"),
        (b"one\ntwo\nX\nfour\nfive\n", b"one\ntwo\nX\nfour\nfive\n", b"one\ntwo\nX\nfour\nfive\n"),
        (b"one\ntwo\nX\nfour\nfive\n", b"one\ntwo\nY\nfour\nfive\n", None),
        (b"one\nX\nthree\nfour\nfive\n", b"one\ntwo\nY\nfour\nfive\n", None),
        (b"one\ntwo\nfour\nfive\n", b"one\ntwo\nTHREE\nfour\nfive\n", None),
        (BASE + b"six\n", BASE + b"seven\n", None),
        (BASE[:-1], b"ONE\ntwo\nthree\nfour\nfive\n", b"ONE\ntwo\nthree\nfour\nfive"),
        (b"one\r\ntwo\r\nthree\r\nfour\r\nfive\r\n", b"ONE\ntwo\nthree\nfour\nfive\n", None),
    ],
)
def test_changes_apart_are_both_taken_and_changes_at_one_place_are_a_conflict(
    ours: bytes, theirs: bytes, expected: bytes | None
) -> None:
    """Also at the ends, with deletions, with equal changes, and without a newline at the end."""
    assert merged(BASE, ours, theirs) == expected
    assert merged(BASE, theirs, ours) == expected


def test_what_is_no_text_is_never_merged() -> None:
    """Half of one picture and half of another is none; but a side that nobody changed does no harm."""
    base, ours, theirs = b"\0a\nb\nc\n", b"\0A\nb\nc\n", b"\0a\nb\nC\n"
    assert merged(base, ours, theirs) is None
    assert merged(base, base, theirs) == theirs
    assert merged(base, ours, base) == ours
    assert merged(base, ours, ours) == ours


def test_two_big_rewrites_are_left_to_a_person() -> None:
    """Comparing them line by line would keep a worker busy."""
    count = int(MOST_WORK**0.5) + 1
    base = b"".join(b"a%d\n" % n for n in range(count))
    ours = b"".join(b"b%d\n" % n for n in range(count))
    assert merged(base, ours, base + b"end\n") is None


LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"{\n", b"}\n", b"\n"]), max_size=4)
NUMBERED = [b"line %d\n" % number for number in range(12)]


def _edited(edits: list[tuple[int, int, list[bytes]]]) -> bytes:
    lines = list(NUMBERED)
    for begin, length, new in sorted(edits, key=lambda edit: -edit[0]):
        lines[begin : begin + length] = new
    return b"".join(lines)


EDITS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3), LINES), max_size=3)


@settings(max_examples=60, deadline=None)
@given(one=EDITS, other=EDITS)
def test_what_we_merge_is_what_git_merges(
    tmp_path_factory: pytest.TempPathFactory,
    one: list[tuple[int, int, list[bytes]]],
    other: list[tuple[int, int, list[bytes]]],
) -> None:
    """Never another text than git's, and none where git sees a conflict."""
    base, ours, theirs = b"".join(NUMBERED), _edited(one), _edited(other)
    found = merged(base, ours, theirs)
    if found is None:
        return
    folder = tmp_path_factory.mktemp("merge")
    assert _git(folder, base, ours, theirs) == found


def _git(folder: Path, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """`git merge-file`, None for a conflict."""
    for name, content in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_bytes(content)
    done = subprocess.run(
        ["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=folder, capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else None
