"""`stationmaster demo`: one release of a real git history, from Slack, through all stages to its users, proved."""

import asyncio
import re
import signal
import tempfile
from contextlib import AsyncExitStack
from inspect import signature
from pathlib import Path

from rich.console import Console

from bot.demo.furnish import furnish
from bot.demo.proof import prove
from bot.demo.stage import StageError, bot_environment, bot_settings, process
from bot.demo.store_story import play_stores
from bot.demo.story import Story, StoryError
from sandbox.addresses import read_addresses
from sandbox.free_port import free_port
from sandbox.parts import Cast
from sandbox.slack.remote import RemoteSlack

OK, FAILED = 0, 1
# The library's own frame without its font from elsewhere: a picture must need nothing but itself.
_FRAME = str(signature(Console.export_svg).parameters["code_format"].default)
SVG = re.sub(r"@font-face\s*\{\{.*?\}\}|<!-- .*? -->", "", _FRAME, flags=re.DOTALL)


async def run_demo(
    *, repository: Path, keep: bool, picture: Path | None = None, cast: Cast | None = None
) -> int:
    """Play the story; 0 where everything that it should have made exists, once and in the right place.

    `cast` are the providers, None for the usual ones. `keep` leaves everything running until Ctrl-C; `picture` is where
    an SVG of the highlights is written.
    """
    console = Console(highlight=False)
    playing = asyncio.current_task()
    if playing is not None:
        # As Ctrl-C: what was started is ended, and the folder goes.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, playing.cancel)
    with tempfile.TemporaryDirectory(prefix="stationmaster-demo-") as name:
        folder = Path(name)
        try:
            async with AsyncExitStack() as stack:
                story = await _set_the_stage(stack, console, folder, repository, cast or Cast())
                return await _play(story, console, keep=keep, picture=picture)
        except (StageError, StoryError) as error:
            console.print(f"[bold red]The demo stopped:[/] {error}")
            log = folder / "bot.log"
            if log.exists():
                console.print(log.read_text()[-4000:], markup=False)
            return FAILED


async def _play(story: Story, console: Console, *, keep: bool, picture: Path | None) -> int:
    await story.play()
    await play_stores(story)
    whole = await prove(story, console)
    if picture is not None:
        drawn = story.highlights.export_svg(title="make demo", code_format=SVG)
        await asyncio.to_thread(picture.write_text, drawn)
    if keep:
        console.print("\n".join(["\nEverything keeps running; Ctrl-C ends it.", *kept(story)]), markup=False)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            console.print("\nEnded.")
    return OK if whole else FAILED


def kept(story: Story) -> list[str]:
    """Where everything is, the git history, and how to type a word from another terminal."""
    at = story.addresses
    slack, git = at["slack"]["url"], at["git"]["path"]
    word = '{"text": "/release status", "channel": "releases"}'
    return [
        f"Slack: {slack}/_sandbox/state",
        *(f"{provider['title']}: {provider['url']}" for provider in at["providers"].values()),
        f"Bot: http://127.0.0.1:{story.bot_port}",
        f"git -C {git} log --oneline v{story.version} -5",
        f"curl -X POST -H 'Content-Type: application/json' -d '{word}' {slack}/_sandbox/people/ann/types",
    ]


async def _set_the_stage(
    stack: AsyncExitStack, console: Console, folder: Path, repository: Path, cast: Cast
) -> Story:
    """Start the sandbox, connect the workspace to it, start the bot."""
    console.rule("[bold]Stationmaster: one release, end to end, in Slack")
    words = ["sandbox", "--folder", str(folder), "--repo", str(repository), "--slack-rate", "0"]
    words += ["--with", ",".join(cast.keys)]
    manifest = Path(__file__).parents[2] / "manifest.yml"
    line = await stack.enter_async_context(
        process(*words, "--manifest", str(manifest), log=folder / "sandbox.log")
    )
    addresses = read_addresses(line)
    slack_url = addresses["slack"]["url"]
    first, *others = (provider["title"] for provider in addresses["providers"].values())
    console.print(
        f"[dim]The sandbox runs: Slack {slack_url}, {first} over a real git repository, {', '.join(others)}."
    )
    port = free_port()
    environment = bot_environment(addresses, folder / "data", port=port)
    await furnish(bot_settings(environment), addresses)
    console.print(
        f"[dim]Connected {', '.join([first, *others[:-1]])} and {others[-1]}, "
        "stored the configuration “Pixel”, granted the roles."
    )
    await stack.enter_async_context(
        process(
            "bot", "run", first_line="Stationmaster runs.", log=folder / "bot.log", environment=environment
        )
    )
    console.print("[dim]The bot runs: Socket Mode, SQLite, the same process as in a real workspace.\n")
    slack = await stack.enter_async_context(RemoteSlack(slack_url))
    return Story(slack=slack, addresses=addresses, console=console, bot_port=str(port))
