"""`stationmaster demo`: one release of a real git history, from Slack, through all three stages, proved at the end."""

import asyncio
import socket
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from rich.console import Console

from bot.demo.furnish import furnish
from bot.demo.proof import prove
from bot.demo.stage import StageError, bot_environment, bot_settings, process
from bot.demo.story import Story, StoryError
from sandbox.addresses import read_addresses
from sandbox.slack.remote import RemoteSlack

OK, FAILED = 0, 1


def free_port() -> int:
    """A port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def run_demo(*, repository: Path, keep: bool) -> int:
    """Play the story; 0 where everything that it should have made exists, once and in the right place."""
    console = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="stationmaster-demo-") as name:
        folder = Path(name)
        try:
            async with AsyncExitStack() as stack:
                return await _play(stack, console, folder, repository, keep=keep)
        except (StageError, StoryError) as error:
            console.print(f"[bold red]The demo stopped:[/] {error}")
            log = folder / "bot.log"
            if log.exists():
                console.print(log.read_text()[-4000:], markup=False)
            return FAILED


async def _play(
    stack: AsyncExitStack, console: Console, folder: Path, repository: Path, *, keep: bool
) -> int:
    console.rule("[bold]Stationmaster: one release, end to end, in Slack")
    words = ["sandbox", "--folder", str(folder), "--repo", str(repository), "--slack-rate", "0"]
    manifest = Path(__file__).parents[2] / "manifest.yml"
    line = await stack.enter_async_context(
        process(*words, "--manifest", str(manifest), log=folder / "sandbox.log")
    )
    addresses = read_addresses(line)
    console.print(
        f"[dim]The sandbox runs: Slack {addresses['slack']['url']}, GitHub over a real git repository, Jira, Checkmate."
    )
    environment = bot_environment(addresses, folder / "data", port=free_port())
    await furnish(bot_settings(environment), addresses)
    console.print(
        "[dim]Connected GitHub, Jira and Checkmate, stored the configuration “Pixel”, granted the roles."
    )
    await stack.enter_async_context(
        process(
            "bot", "run", first_line="Stationmaster runs.", log=folder / "bot.log", environment=environment
        )
    )
    console.print("[dim]The bot runs: Socket Mode, SQLite, the same process as in a real workspace.\n")
    slack = await stack.enter_async_context(RemoteSlack(addresses["slack"]["url"]))
    story = Story(
        slack=slack, addresses=addresses, console=console, bot_port=environment["STATIONMASTER_HTTP_PORT"]
    )
    await story.play()
    whole = await prove(story, console)
    if keep:
        console.print(
            f"\nEverything keeps running. Slack: {addresses['slack']['url']}/_sandbox/state. Ctrl-C ends it."
        )
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            console.print("\nEnded.")
    return OK if whole else FAILED
