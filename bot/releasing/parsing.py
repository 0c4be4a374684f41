"""What the words about releases have in common on the command line."""

import argparse
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

from bot.releasing.client import Client, Refusal, Unset, open_client
from bot.releasing.saying import say_refusal, say_unset
from bot.settings import Settings

Do = Callable[[Client, argparse.Namespace], Awaitable[int]]


def word(
    words: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, do: Do, says: str
) -> argparse.ArgumentParser:
    """A word with what all take: the workspace, and whether programs read the answer."""
    made = words.add_parser(name, help=says, description=says)
    made.add_argument("--tenant", help="the Slack workspace; STATIONMASTER_TENANT")
    made.add_argument("--json", action="store_true", help="the answer as JSON")
    made.set_defaults(command=partial(_run, do))
    return made


def about(
    words: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, do: Do, says: str
) -> argparse.ArgumentParser:
    """A word about one release."""
    made = word(words, name, do, says)
    made.add_argument("release", help="its id, or its version")
    return made


def zoned(text: str) -> str:
    """A moment with a zone, as REST wants it; argparse tells of a ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.isoformat()


async def _run(do: Do, arguments: argparse.Namespace, settings: Settings) -> int:
    """The exit status: 0 done, 1 refused or out of reach, 2 wrongly used."""
    try:
        async with open_client(settings, tenant=arguments.tenant) as client:
            return await do(client, arguments)
    except Unset as error:
        return say_unset(error)
    except Refusal as error:
        return say_refusal(error, as_json=arguments.json)
