"""The rig of ClickUp's tests."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.clickup.clickup_rig import ClickupRig, clickup_rig, judge


@pytest.fixture
async def rig() -> AsyncIterator[ClickupRig]:
    """A workspace and an adapter. At the end, what was said is held against ClickUp's description."""
    async with clickup_rig() as made:
        yield made
        if made.simulator.record:
            assert judge(made.simulator.record) == len(made.simulator.record)
