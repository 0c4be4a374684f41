"""Bitbucket Cloud and Bitbucket Pipelines as a simulator that stands on a real git repository."""

from sandbox.bitbucket.server import BitbucketSimulator

__all__ = ["BitbucketSimulator"]
