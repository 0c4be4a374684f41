"""A simulated Asana."""

from sandbox.asana.simulator import TOKEN, AsanaSimulator

__all__ = ["TOKEN", "AsanaSimulator"]
