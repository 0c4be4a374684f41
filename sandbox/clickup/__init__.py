"""A simulated ClickUp."""

from sandbox.clickup.simulator import OAUTH_TOKEN, TOKEN, ClickupSimulator

__all__ = ["OAUTH_TOKEN", "TOKEN", "ClickupSimulator"]
