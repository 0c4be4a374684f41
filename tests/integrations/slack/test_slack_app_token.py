"""An app token that Slack refuses is told in one sentence and tried again slowly."""

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from integrations.slack import SlackSecrets, SlackSettings, open_client, open_session
from sandbox.slack import SlackSimulator

BAD = "xapp-nobody-knows-it"


class Enough(Exception):
    """The test has seen as many tries as it wanted."""


async def test_a_refused_app_token_is_told_and_tried_again_slowly() -> None:
    """Each try leaves one sentence with the variable's name and no token or trace, and a minute passes between."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise Enough

    simulator = SlackSimulator()
    await simulator.start()
    settings = SlackSettings(base_url=f"{simulator.url}/api/")
    try:
        async with open_session(settings) as session:
            client = open_client(settings, SlackSecrets(bot_token=SecretStr("xoxb-1")), session)
            client.sleep = sleep
            with capture_logs() as told, pytest.raises(Enough):
                await client.apps_connections_open(app_token=BAD)
    finally:
        await simulator.stop()
    assert pauses == [60.0, 60.0]
    assert [(line["action"], line["error"]) for line in told] == [("app_token_refused", "invalid_auth")] * 2
    assert all("SLACK_APP_TOKEN" in line["event"] and "exc_info" not in line for line in told)
    assert BAD not in str(told)
