"""What a demo that keeps running tells."""

from rich.console import Console

from bot.demo import kept
from bot.demo.story import Story
from sandbox.slack.remote import RemoteSlack


async def test_every_address_is_told() -> None:
    """All simulators, the bot, the git history and a line that types a word, each ready to be copied."""
    providers = {name: {"title": name.title(), "url": f"http://{name}"} for name in ("gitlab", "jenkins")}
    slack = {"url": "http://slack", "people": {}, "channels": {"releases": "C1"}}
    addresses = {"slack": slack, "git": {"path": "/pixel.git"}, "providers": providers}
    story = Story(slack=RemoteSlack("http://slack"), addresses=addresses, console=Console(), bot_port="8080")
    told = "\n".join(kept(story))
    assert "Slack: http://slack/" in told
    for provider in providers.values():
        assert f"{provider['title']}: {provider['url']}" in told
    assert "http://127.0.0.1:8080" in told
    assert f"git -C /pixel.git log --oneline v{story.version} -5" in told
    assert "http://slack/_sandbox/people/ann/types" in told
