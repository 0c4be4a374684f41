"""What a commit holds at a path, how two commits differ, and a commit made of uploaded files: by git's plumbing."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.gitrepo import ZERO, GitError, GitRepo

EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree without files, which git knows without having it."""

STATUSES = {"A": "added", "D": "removed", "M": "modified", "T": "modified", "R": "renamed"}
MODES = {"executable": "100755", "link": "120000", "": "100644"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A path at a commit: git's mode and kind, and the object."""

    mode: str
    kind: str
    sha: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One file of a difference."""

    status: str
    old: str | None
    new: str | None


def entry_at(git: GitRepo, commit: str, path: str) -> Entry | None:
    """What is at a path, None where nothing is, or where the path leads out of the tree."""
    parts = path.rstrip("/").split("/")
    if "\0" in path or not {"", ".", ".."}.isdisjoint(parts):
        return None
    row = git.run("--literal-pathspecs", "ls-tree", "-z", commit, "--", path.rstrip("/")).split("\0")[0]
    if not row:
        return None
    mode, kind, sha = row.partition("\t")[0].split()
    return Entry(mode=mode, kind=kind, sha=sha)


def changes(git: GitRepo, old: str, new: str) -> Sequence[Change]:
    """The files in which two commits differ, with renames found."""
    words = git.run("diff-tree", "-r", "-M", "-z", "--raw", old, new).split("\0")
    found, at = [], 0
    while at + 1 < len(words):
        letter = words[at].rpartition(" ")[2][0]
        one = words[at + 1]
        other = words[at + 2] if letter == "R" else one
        at += 3 if letter == "R" else 2
        found.append(
            Change(
                status=STATUSES[letter],
                old=None if letter == "A" else one,
                new=None if letter == "D" else other,
            )
        )
    return tuple(found)


def conflicts(git: GitRepo, ours: str, theirs: str) -> frozenset[str]:
    """The files in which a merge of two commits would conflict."""
    try:
        git.run("merge-tree", "--write-tree", "--name-only", ours, theirs)
    except GitError as error:
        named = str(error).partition("\n\n")[0].splitlines()[1:]
        return frozenset(named)
    return frozenset()


def tree_with(git: GitRepo, parent: str, files: Mapping[str, tuple[str, bytes]], gone: Sequence[str]) -> str:
    """The tree of a commit with files (attribute and content by path) written and paths removed."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git.run("read-tree", parent, env=env)
        rows = [f"0 {ZERO}\t{path}\0" for path in gone]
        for path, (attribute, content) in files.items():
            blob = git.run("hash-object", "-w", "--stdin", text=content).strip()
            rows.append(f"{MODES[attribute]} {blob}\t{path}\0")
        git.run("update-index", "-z", "--index-info", text="".join(rows), env=env)
        return git.run("write-tree", env=env).strip()
