"""A running Slack simulator for each test."""

from collections.abc import AsyncIterator

import pytest

from sandbox.slack import Settings, SlackSimulator
from tests.sandbox.slack.slack_sim_rig import HandClock


@pytest.fixture
def clock() -> HandClock:
    """Slack's own clock, turned by hand."""
    return HandClock()


@pytest.fixture
async def slack(clock: HandClock) -> AsyncIterator[SlackSimulator]:
    """A seeded workspace without rate limits, whose event retries come at once."""
    simulator = SlackSimulator(clock=clock, settings=Settings(retry_delays=(0.0, 0.0, 0.0)), rate_scale=0.0)
    await simulator.start()
    yield simulator
    await simulator.stop()
