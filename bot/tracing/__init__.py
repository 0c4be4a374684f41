"""What belongs together, from a click to a call of a provider: in the log always, at a collector where one is set."""

from bot.tracing.following import followed
from bot.tracing.opening import open_tracer
from bot.tracing.own import OwnTracer
from bot.tracing.watching import TracedCalls

__all__ = ["OwnTracer", "TracedCalls", "followed", "open_tracer"]
