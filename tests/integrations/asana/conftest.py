"""What the tests of the Asana adapter share."""

from collections.abc import AsyncIterator

import pytest

from tests.integrations.asana.asana_rig import AsanaRig, asana_rig, judge


@pytest.fixture
async def rig() -> AsyncIterator[AsanaRig]:
    """A workspace and an adapter. At the end, what was said is held against Asana's description."""
    async with asana_rig() as made:
        yield made
        if made.simulator.record:
            assert judge(made.simulator.record) > 0
