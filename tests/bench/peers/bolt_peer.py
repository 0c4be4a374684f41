"""Bolt as it comes: `AsyncApp` with its defaults and handlers that do nothing but acknowledge.

A click on a button is answered with one edit of its message, and stored nowhere.
It runs in the peers' environment, until its input is closed: `python bolt_peer.py '{"port": ..., "api": ...}'`.
"""

import asyncio
import json
import sys
from typing import Any

from aiohttp import web
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def _command(ack: AsyncAck) -> None:
    await ack()


async def _click(ack: AsyncAck, client: AsyncWebClient, body: dict[str, Any]) -> None:
    await ack()
    await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Approved")


async def _main(given: dict[str, Any]) -> None:
    client = AsyncWebClient(token=given["token"], base_url=given["api"])
    app = AsyncApp(client=client, signing_secret=given["secret"])
    app.command("/release")(_command)
    app.action("gate.approve")(_click)
    runner: web.AppRunner | None = None
    if given["transport"] == "socket":
        await AsyncSocketModeHandler(app, given["app_token"]).connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves it bare
    else:
        runner = web.AppRunner(app.web_app("/slack/events", given["port"]), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", given["port"]).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    if runner is not None:
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_main(json.loads(sys.argv[1])))
