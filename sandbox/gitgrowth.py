"""Commits that a test or a person adds to a repository: the same input gives the same shas."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.gitrepo import GitError, GitRepo, Person

FIXED = Person(name="Sandbox", email="sandbox@example.com", at=1_700_000_000)
"""Who adds to a repository, and when."""


def grow(repo: GitRepo, branch: str, titles: Sequence[str], *, file: str = "history.txt") -> str:
    """Add one commit per title to a branch, each changing `file`, and give the new head."""
    head = repo.ref(f"refs/heads/{branch}")
    begin = repo.count(head.sha) if head else 0
    lines: list[str] = []
    for at, title in enumerate(titles):
        who = f"{FIXED.name} <{FIXED.email}> {FIXED.at + 60 * (begin + at)} +0000"
        content = f"{title}\n{begin + at}\n"
        lines += [f"commit refs/heads/{branch}", f"committer {who}", _data(title)]
        if at == 0 and head is not None:
            lines.append(f"from {head.sha}")
        lines += [f"M 100644 inline {file}", _data(content), ""]
    repo.run("fast-import", "--quiet", "--date-format=raw", text="\n".join(lines) + "\n")
    grown = repo.ref(f"refs/heads/{branch}")
    if grown is None:
        raise GitError(f"{branch} did not grow")
    return grown.sha


def add_files(repo: GitRepo, branch: str, files: Mapping[str, str], message: str) -> str:
    """Commit these files on top of a branch, with a fixed author and date, and give the new head."""
    head = repo.ref(f"refs/heads/{branch}")
    if head is None:
        raise GitError(f"there is no branch {branch}")
    with tempfile.TemporaryDirectory() as folder:
        env = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        repo.run("read-tree", head.sha, env=env)
        for path, text in files.items():
            blob = repo.run("hash-object", "-w", "--stdin", text=text).strip()
            repo.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=env)
        tree = repo.run("write-tree", env=env).strip()
    made = repo.make_commit(
        tree=tree, parents=(head.sha,), message=f"{message}\n", author=FIXED, committer=FIXED
    )
    repo.set_ref(f"refs/heads/{branch}", made, head.sha)
    return made


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"
