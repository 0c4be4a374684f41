"""GitHub and GitHub Actions as a simulator that stands on a real git repository."""

from sandbox.github.clone import clone_bare, grow_bare
from sandbox.github.server import GithubSimulator

__all__ = ["GithubSimulator", "clone_bare", "grow_bare"]
