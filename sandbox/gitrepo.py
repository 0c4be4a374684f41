"""A bare git repository by its plumbing: what a simulator says of it is what `git log` says."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

ZERO = "0" * 40
SHA = re.compile(r"[0-9a-f]{40}")
SHORT_SHA = re.compile(r"[0-9a-f]{7,40}")
LONGEST_PART = 240
"""Bytes of a part of a ref's name: git keeps it as a file, which it locks by one of a longer name."""
UNSAFE = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/]|[/.]$")
FIELDS = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B"


class GitError(Exception):
    """A git command that failed; its words are git's own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A name in a commit or tag; `at` in seconds since 1970."""

    name: str
    email: str
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class GitCommit:
    """A commit as git stores it."""

    sha: str
    tree: str
    parents: Sequence[str]
    author: Person
    committer: Person
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ref:
    """A ref and the object that it stands on; `type` is commit or tag."""

    name: str
    sha: str
    type: str


class GitRepo:
    """The repository in a folder. All methods are synchronous and take a few milliseconds.

    What git names by its content never changes, so it is read once.
    """

    NOT_KEPT: ClassVar[frozenset[str]] = frozenset({"path", "_git", "_kinds", "_commits"})

    def __init__(self, path: Path) -> None:
        self.path = path
        self._git = shutil.which("git") or "git"
        self._kinds: dict[str, str] = {}
        self._commits: dict[str, GitCommit] = {}

    def run(self, *words: str, text: str | bytes | None = None, env: Mapping[str, str] | None = None) -> str:
        """Run git in the repository and give its output; GitError when it fails."""
        return self._run(words, text, env).decode(errors="replace")

    def _run(self, words: Sequence[str], text: str | bytes | None, env: Mapping[str, str] | None) -> bytes:
        done = subprocess.run(
            [self._git, *words],
            cwd=self.path,
            input=text.encode() if isinstance(text, str) else text,
            capture_output=True,
            check=False,
            env={
                "PATH": os.defpath,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_CONFIG_GLOBAL": os.devnull,
                "LC_ALL": "C.UTF-8",
                **(env or {}),
            },
        )
        if done.returncode != 0:
            raise GitError((done.stderr or done.stdout).decode(errors="replace").strip())
        return done.stdout

    # Refs

    def ref(self, name: str) -> Ref | None:
        """The ref of this full name, or None."""
        return next((ref for ref in self.refs(name) if ref.name == name), None)

    def refs(self, pattern: str) -> Sequence[Ref]:
        """The refs below a pattern of for-each-ref, such as `refs/heads`."""
        if UNSAFE.search(pattern):
            return ()
        rows = self.run("for-each-ref", "--format=%(refname)%00%(objectname)%00%(objecttype)", pattern)
        parts = (row.split("\0") for row in rows.splitlines())
        return tuple(Ref(name=name, sha=sha, type=kind) for name, sha, kind in parts)

    def good_ref(self, name: str) -> bool:
        """Whether git accepts this as a ref's name, and files can have it."""
        if "\0" in name or any(len(part.encode()) > LONGEST_PART for part in name.split("/")):
            return False
        try:
            self.run("check-ref-format", name)
        except GitError:
            return False
        return not name.startswith("-")

    def set_ref(self, name: str, new: str, old: str) -> None:
        """Compare and set; GitError where the ref is not at `old` (ZERO: it must not exist)."""
        self.run("update-ref", name, new, old)

    def delete_ref(self, name: str, old: str) -> None:
        """Delete the ref if it is at `old`."""
        self.run("update-ref", "-d", name, old)

    def head(self) -> str:
        """The branch that HEAD names: the default branch."""
        return (self.path / "HEAD").read_text().strip().removeprefix("ref: refs/heads/")

    def commit_at(self, name: str) -> str | None:
        """The commit that a branch, a tag, a ref below `refs/` or a sha stands for; branches win over tags."""
        if UNSAFE.search(name):
            return None
        full = [f"refs/heads/{name}", f"refs/tags/{name}", f"refs/{name}"]
        if name.startswith("refs/") or SHORT_SHA.fullmatch(name):
            full.append(name)
        asked = "".join(f"{each}^{{commit}}\n" for each in full)
        rows = self.run("cat-file", "--batch-check=%(objectname)", text=asked).splitlines()
        return next((row for row in rows if SHA.fullmatch(row)), None)

    # Objects

    def kind(self, sha: str) -> str | None:
        """commit, tag, tree or blob; None where there is no such object."""
        if SHA.fullmatch(sha) is None:
            return None
        if sha not in self._kinds:
            answer = self.run("cat-file", "--batch-check=%(objecttype)", text=f"{sha}\n").strip()
            if answer.endswith("missing"):
                return None
            self._kinds[sha] = answer
        return self._kinds[sha]

    def read(self, sha: str) -> bytes:
        """The content of a blob, or the text of a tag."""
        return self._run(["cat-file", self.kind(sha) or "blob", sha], None, None)

    def file(self, commit: str, path: str) -> bytes | None:
        """A file's content at a commit, or None."""
        try:
            return self._run(["cat-file", "blob", f"{commit}:{path}"], None, None)
        except GitError:
            return None

    def files(self, commit: str, folder: str) -> Sequence[str]:
        """The names in a folder at a commit."""
        try:
            return tuple(self.run("ls-tree", "--name-only", f"{commit}:{folder}").splitlines())
        except GitError:
            return ()

    def log(self, *words: str) -> Sequence[GitCommit]:
        """The commits of `git log` with these words (only ours and checked shas belong here)."""
        out = self.run("log", "-z", f"--format={FIELDS}", *words, "--")
        return tuple(_commits(out)) if out else ()

    def commit(self, sha: str) -> GitCommit:
        """One commit, by its whole sha."""
        if sha not in self._commits:
            self._commits[sha] = self.log("-1", sha)[0]
        return self._commits[sha]

    def count(self, *words: str) -> int:
        """`git rev-list --count`."""
        return int(self.run("rev-list", "--count", *words, "--"))

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, None where the histories share nothing."""
        try:
            return self.run("merge-base", one, other).strip()
        except GitError:
            return None

    def merge_tree(self, ours: str, theirs: str) -> str | None:
        """The tree of a merge of two commits, None where they conflict."""
        try:
            return self.run("merge-tree", "--write-tree", ours, theirs).splitlines()[0]
        except GitError:
            return None

    def make_commit(
        self, *, tree: str, parents: Sequence[str], message: str, author: Person, committer: Person
    ) -> str:
        """Write a commit object and give its sha."""
        words = [word for parent in parents for word in ("-p", parent)]
        env = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_AUTHOR_DATE": f"{author.at} +0000",
            "GIT_COMMITTER_NAME": committer.name,
            "GIT_COMMITTER_EMAIL": committer.email,
            "GIT_COMMITTER_DATE": f"{committer.at} +0000",
        }
        return self.run("commit-tree", tree, *words, "-F", "-", text=message, env=env).strip()

    def make_tag(self, *, name: str, sha: str, kind: str, message: str, tagger: Person) -> str:
        """Write an annotated tag object and give its sha."""
        who = f"{tagger.name} <{tagger.email}> {tagger.at} +0000"
        text = f"object {sha}\ntype {kind}\ntag {name}\ntagger {who}\n\n{message}"
        return self.run("mktag", "--no-strict", text=text if text.endswith("\n") else f"{text}\n").strip()


def _commits(out: str) -> Iterator[GitCommit]:
    parts = out.split("\0")
    for at in range(0, len(parts) - 9, 10):
        sha, tree, parents, an, ae, when, cn, ce, done, message = parts[at : at + 10]
        yield GitCommit(
            sha=sha,
            tree=tree,
            parents=tuple(parents.split()),
            author=Person(name=an, email=ae, at=int(when)),
            committer=Person(name=cn, email=ce, at=int(done)),
            message=message.rstrip("\n"),
        )
