"""What a demo that keeps running tells."""

from typing import Any

from rich.console import Console

from bot.demo import kept
from bot.demo.story import Story
from sandbox.slack.remote import RemoteSlack


async def test_every_address_is_told() -> None:
    """All simulators, the bot, the git history and a line that types a word, each ready to be copied."""
    addresses: dict[str, dict[str, Any]] = {
        name: {"url": f"http://{name}"} for name in ("slack", "github", "jira", "checkmate")
    }
    addresses["github"]["git"] = "/pixel.git"
    addresses["slack"] |= {"people": {}, "channels": {"releases": "C1"}}
    story = Story(slack=RemoteSlack("http://slack"), addresses=addresses, console=Console(), bot_port="8080")
    told = "\n".join(kept(story))
    for name in addresses:
        assert f"http://{name}" in told
    assert "http://127.0.0.1:8080" in told
    assert f"git -C /pixel.git log --oneline v{story.version} -5" in told
    assert "http://slack/_sandbox/people/ann/types" in told
