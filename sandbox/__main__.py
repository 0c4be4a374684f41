"""`python -m sandbox --folder DIR --repo PATH`: the whole local world, until it is interrupted.

Prints one line of JSON with all addresses and made-up tokens, then serves.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import yaml

from sandbox.parts import NoSuchCast
from sandbox.slack.app import App, app_of_manifest
from sandbox.world import Cast, Pace, World


def read_arguments(words: list[str]) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="an empty folder for the git repository")
    parser.add_argument("--repo", type=Path, required=True, help="whose history is released")
    parser.add_argument("--manifest", type=Path, help="install the Slack app of this manifest")
    parser.add_argument("--slack-rate", type=float, default=1.0, help="multiplies Slack's limits, 0: none")
    parser.add_argument("--with", dest="cast", default="", help="the providers, such as gitlab,jenkins,asana")
    parser.add_argument("--build-seconds", type=float, default=1.5, help="how long a build takes")
    return parser.parse_args(words)


async def serve(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    app = App()
    if options.manifest is not None:
        app = app_of_manifest(yaml.safe_load(options.manifest.read_text(encoding="utf-8")))
    pace = Pace(build=options.build_seconds, slack_rate=options.slack_rate)
    cast = Cast.of(name for name in options.cast.split(",") if name)
    world = World(options.folder, options.repo, cast=cast, slack_app=app, pace=pace)
    await world.start()
    sys.stdout.write(json.dumps(world.addresses()) + "\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    await world.stop()


if __name__ == "__main__":
    try:
        asyncio.run(serve(read_arguments(sys.argv[1:])))
    except NoSuchCast as error:
        sys.exit(str(error))
