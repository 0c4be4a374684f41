"""`python -m sandbox.slack --port 8055`: a seeded workspace for the bot, the demo and the page.

Prints one line of JSON with the address and the made-up tokens, then serves until it is interrupted.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

import yaml

from sandbox.slack.app import App, app_of_manifest
from sandbox.slack.simulator import SlackSimulator
from sandbox.slack.workspace import Settings


def read_arguments(words: list[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--manifest", type=Path, help="install the app of this manifest")
    parser.add_argument("--request-url", default="", help="deliver over signed HTTP to this address")
    parser.add_argument("--rate-scale", type=float, default=1.0, help="multiplies Slack's limits, 0: none")
    return parser.parse_args(words)


def make_simulator(options: argparse.Namespace) -> SlackSimulator:
    """Return a simulator with the app of the manifest, or a plain one, and five people."""
    app = App()
    if options.manifest is not None:
        app = app_of_manifest(yaml.safe_load(options.manifest.read_text(encoding="utf-8")))
    settings = Settings(
        transport="http" if options.request_url else "socket", request_url=options.request_url
    )
    return SlackSimulator(app=app, settings=settings, rate_scale=options.rate_scale)


async def serve(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    simulator = make_simulator(options)
    url = await simulator.start(options.port)
    app = simulator.app_install
    line = {
        "url": url,
        "api_url": f"{url}/api/",
        "bot_token": app.bot_token,
        "app_token": app.app_token,
        "signing_secret": app.signing_secret,
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
    await simulator.stop()


if __name__ == "__main__":
    asyncio.run(serve(read_arguments(sys.argv[1:])))
