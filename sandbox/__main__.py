"""`python -m sandbox --folder DIR --repo PATH`: the whole local world, until it is interrupted.

Prints one line of JSON with all addresses and made-up tokens, then serves. A folder that was used before holds a
world that goes on where it was.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import yaml

from sandbox.archive import Archive
from sandbox.clock import SandboxClock
from sandbox.keeping import NotKept
from sandbox.page.consoles import add_consoles
from sandbox.parts import NoSuchCast
from sandbox.past import give_past
from sandbox.slack.app import App, app_of_manifest
from sandbox.world import Cast, Pace, World

CANNOT_GO_ON = 3
REMEMBERED = 500


def read_arguments(words: list[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the world is kept")
    parser.add_argument("--repo", type=Path, required=True, help="whose history is released")
    parser.add_argument("--manifest", type=Path, help="install the Slack app of this manifest")
    parser.add_argument("--slack-rate", type=float, default=1.0, help="multiplies Slack's limits, 0: none")
    parser.add_argument(
        "--slack-patience", type=float, default=1.0, help="multiplies Slack's 3 s for an answer"
    )
    parser.add_argument("--with", dest="cast", default="", help="the providers, such as gitlab,jenkins,asana")
    parser.add_argument("--build-seconds", type=float, default=1.5, help="how long a build takes")
    parser.add_argument(
        "--page-port", type=int, default=0, help="where the workspace in the browser is, 0: any"
    )
    parser.add_argument("--past", action="store_true", help="two releases were made before")
    parser.add_argument("--clock", type=Path, help="tell the time of releases in this file")
    parser.add_argument(
        "--bot", help="where the bot's web server is: it hears of builds, and tells what is next"
    )
    return parser.parse_args(words)


def make_world(options: argparse.Namespace) -> World:
    """The world of these options, as it is at its beginning."""
    app = App()
    if options.manifest is not None:
        app = app_of_manifest(yaml.safe_load(options.manifest.read_text(encoding="utf-8")))
    # Nothing lags where time is made to run: the bot waits out a provider's delay by the time of its releases.
    lag = 0.0 if options.clock is not None else Pace().index_lag
    pace = Pace(
        build=options.build_seconds,
        slack_rate=options.slack_rate,
        slack_patience=options.slack_patience,
        index_lag=lag,
    )
    cast = Cast.of(name for name in options.cast.split(",") if name)
    return World(options.folder, options.repo, cast=cast, slack_app=app, pace=pace)


async def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    options.folder.mkdir(parents=True, exist_ok=True)
    world, archive = make_world(options), Archive(options.folder / "world.json")
    try:
        ports = dict(archive.restore(world))
    except NotKept as error:
        sys.stderr.write(f"The world in {options.folder} can't go on: {error}\n")
        return CANNOT_GO_ON
    for simulator in world.simulators:
        simulator.remembers = REMEMBERED
    if options.past and not ports:
        give_past(world)
    if options.page_port:
        ports["page"] = options.page_port
    clock = SandboxClock(options.clock, bot=options.bot) if options.clock is not None else None
    if clock is not None:
        world.follow(lambda: clock.now().timestamp())
    consoles = add_consoles(world, clock=clock)
    await world.start(ports=ports)
    if options.bot is not None:
        world.tell_of_builds(options.bot)
    archive.start(world)
    consoles.start()
    sys.stdout.write(json.dumps(world.addresses()) + "\n")
    sys.stdout.flush()
    await told_to_end()
    await consoles.stop()
    await archive.stop(world)
    await world.stop()
    return 0


async def told_to_end() -> None:
    """Return at SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(serve(read_arguments(sys.argv[1:]))))
    except NoSuchCast as error:
        sys.exit(str(error))
