"""Makes the bare repository that the simulator stands on: a clone of a real one, or a grown one for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.gitgrowth import add_files, grow
from sandbox.gitrepo import ZERO, GitError, GitRepo

__all__ = ["add_files", "clone_bare", "grow", "grow_bare"]


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


def _checked_out(repo: GitRepo) -> str | None:
    try:
        return repo.run("symbolic-ref", "--short", "HEAD").strip()
    except GitError:
        return None
