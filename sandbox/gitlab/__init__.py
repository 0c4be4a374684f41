"""GitLab and GitLab CI as a simulator that stands on a real git repository."""

from sandbox.gitlab.server import GitlabSimulator

__all__ = ["GitlabSimulator"]
