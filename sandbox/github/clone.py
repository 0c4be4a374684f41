"""Makes the bare repository that the simulator stands on: a clone of a real one, or a grown one for tests."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.github.git import ZERO, GitError, GitRepo, Person

FIXED = Person(name="Sandbox", email="sandbox@example.com", at=1_700_000_000)
"""Who adds to a repository, and when: the same input gives the same shas."""


def clone_bare(
    source: Path,
    target: Path,
    *,
    workflows: Mapping[str, str] | None = None,
    default_branch: str | None = None,
) -> GitRepo:
    """Clone `source` (a work tree or a bare repository) into the new folder `target`.

    `workflows` are texts by file name, committed to `.github/workflows` on the default branch, which is
    `default_branch` or the one that `source` has checked out. A detached head becomes the branch `main`.
    """
    GitRepo(source).run("clone", "--quiet", "--bare", "--no-hardlinks", str(source), str(target))
    repo = GitRepo(target)
    branch = default_branch or _checked_out(GitRepo(source)) or "main"
    if repo.ref(f"refs/heads/{branch}") is None:
        head = GitRepo(source).run("rev-parse", "HEAD").strip()
        repo.set_ref(f"refs/heads/{branch}", head, ZERO)
    repo.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
    if workflows:
        add_files(repo, branch, {f".github/workflows/{n}": t for n, t in workflows.items()}, "Add workflows")
    return repo


def grow_bare(
    target: Path, *, titles: Sequence[str] = ("Begin",), workflows: Mapping[str, str] | None = None
) -> GitRepo:
    """A new bare repository whose branch `main` has one commit per title, each a minute after the last."""
    target.mkdir(parents=True, exist_ok=True)
    repo = GitRepo(target)
    repo.run("init", "--quiet", "--bare", "--initial-branch=main", ".")
    grow(repo, "main", titles)
    if workflows:
        add_files(repo, "main", {f".github/workflows/{n}": t for n, t in workflows.items()}, "Add workflows")
    return repo


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


def _checked_out(repo: GitRepo) -> str | None:
    try:
        return repo.run("symbolic-ref", "--short", "HEAD").strip()
    except GitError:
        return None
