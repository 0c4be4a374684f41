"""`stationmaster run`: the bot, until it is told to stop."""

import argparse
import asyncio
import signal

import uvloop

from bot.connecting import OK, complain
from bot.settings import Settings
from bot.wiring import Bot
from bot.words import Fills


def _run_words(word: argparse.ArgumentParser) -> None:
    # A bot does much in small steps, between which this loop spends less of the processor than the usual one.
    word.set_defaults(command=run_bot, loop=uvloop.new_event_loop)


WORDS: Fills = {"run": _run_words}


async def run_bot(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; then drain."""
    if settings.slack_bot_token is None:
        return complain("SLACK_BOT_TOKEN is missing: paste manifest.yml into Slack and install the app")
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        return complain(
            "Set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and STATIONMASTER_HTTP_PORT"
        )
    if settings.slack_app_token is None and settings.http_port is None:
        return complain(
            "STATIONMASTER_HTTP_PORT is missing: without SLACK_APP_TOKEN Slack is heard over HTTP only"
        )
    if settings.web_url is not None and settings.http_port is None:
        return complain("STATIONMASTER_HTTP_PORT is missing: nothing would answer at STATIONMASTER_WEB_URL")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await Bot(settings).run(stop, started=lambda: print("Stationmaster runs.", flush=True))
    return OK
