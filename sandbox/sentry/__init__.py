"""A server that counts crashes as Sentry does."""

from sandbox.sentry.simulator import TOKEN, SentrySimulator
from sandbox.sentry.world import ALL_SCOPES, Project, Token

__all__ = ["ALL_SCOPES", "TOKEN", "Project", "SentrySimulator", "Token"]
