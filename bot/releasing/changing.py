"""Words that settle what was asked for or planned: accept-pick, decline-pick, move-slot, remove-slot, abandon-cycle."""

import argparse

from bot.releasing.client import Client, Refusal, place
from bot.releasing.naming import release_path
from bot.releasing.parsing import about, zoned
from bot.releasing.saying import release_lines, say

_NOT_FOUND = 404
_ACTIVE = "IN_PROGRESS"


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    accept = about(words, "accept-pick", run_accept, "take a change in that was asked for")
    accept.add_argument("pick", help="its name, such as p1, as `show` has it")
    decline = about(words, "decline-pick", run_decline, "leave a change out, with a reason")
    decline.add_argument("pick")
    decline.add_argument("reason")
    move = about(words, "move-slot", run_move, "put a planned regression slot elsewhere")
    move.add_argument("slot", help="its name, such as s1")
    move.add_argument("at", type=zoned, help="with its zone: 2026-12-04T18:00+01:00")
    remove = about(words, "remove-slot", run_remove, "take a planned regression slot back")
    remove.add_argument("slot")
    abandon = about(words, "abandon-cycle", run_abandon, "give the cycle under way up, with a reason")
    abandon.add_argument("reason")


async def run_accept(client: Client, arguments: argparse.Namespace) -> int:
    """What is approved of Stage 3 is void then."""
    release = await release_path(client, arguments.release)
    body = await client.post(f"{release}{place('picks', arguments.pick)}/accept")
    return say(body, release_lines(body), as_json=arguments.json)


async def run_decline(client: Client, arguments: argparse.Namespace) -> int:
    """With a reason."""
    release = await release_path(client, arguments.release)
    told = {"reason": arguments.reason}
    body = await client.post(f"{release}{place('picks', arguments.pick)}/decline", told)
    return say(body, release_lines(body), as_json=arguments.json)


async def run_move(client: Client, arguments: argparse.Namespace) -> int:
    """A change of what was read a moment before."""
    release = await release_path(client, arguments.release)
    _, tag = await client.read(release)
    body = await client.patch(release + place("slots", arguments.slot), {"at": arguments.at}, tag=tag)
    return say(body, release_lines(body), as_json=arguments.json)


async def run_remove(client: Client, arguments: argparse.Namespace) -> int:
    """Nothing of it is left."""
    release = await release_path(client, arguments.release)
    await client.delete(release + place("slots", arguments.slot))
    return say(None, [f"{arguments.slot} is taken back."], as_json=arguments.json)


async def run_abandon(client: Client, arguments: argparse.Namespace) -> int:
    """The one that is under way; its CI runs are stopped."""
    release = await release_path(client, arguments.release)
    cycles = (await client.get(release))["cycles"]
    running = [each["id"] for each in cycles if each["state"] == _ACTIVE]
    if not running:
        raise Refusal(_NOT_FOUND, "No regression cycle is under way.")
    told = {"reason": arguments.reason}
    body = await client.post(f"{release}{place('cycles', running[-1])}/abandon", told)
    return say(body, release_lines(body), as_json=arguments.json)
