"""Words about what is ahead: calendar, freezes, freeze, end-freeze, the exceptions of one, captains, captain."""

import argparse
from typing import Any

from bot.releasing.client import Client, place
from bot.releasing.naming import release_path
from bot.releasing.parsing import about, word, zoned
from bot.releasing.saying import Json, moment, release_lines, say, table


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    calendar = word(words, "calendar", run_calendar, "trains, releases and freezes ahead")
    calendar.add_argument("--days", type=int, default=30, help="how far ahead; 30")
    word(words, "freezes", run_freezes, "the freezes that are on or ahead, with their exceptions")
    freeze = word(words, "freeze", run_freeze, "plan a window in which nothing is released")
    freeze.add_argument("starts_at", type=zoned, metavar="from", help="with its zone: 2026-12-23T18:00+01:00")
    freeze.add_argument("ends_at", type=zoned, metavar="until")
    freeze.add_argument("reason")
    freeze.add_argument("--zone", default="UTC", help="Europe/Berlin, in which people read its times; UTC")
    freeze.add_argument("--configuration", help="only releases of this one; all by default")
    ending = word(words, "end-freeze", run_end, "end a freeze before its time: what it holds goes on")
    ending.add_argument("freeze", help="its id, as `freezes` has it")
    asking = about(words, "ask-exception", run_ask, "ask to let a release go on in a freeze")
    asking.add_argument("freeze")
    asking.add_argument("reason")
    asking.add_argument("--hours", type=int, default=24, help="how long, from the grant on; 24")
    for verb, says in (("grant", "let a release go on that another person asked for"), ("decline", "do not")):
        settled = about(words, f"{verb}-exception", run_settle, f"{says}; it needs your own token")
        settled.add_argument("freeze")
        settled.set_defaults(verb=verb)
    word(words, "captains", run_captains, "who leads what runs, whose turn is next, who is away")
    captain = about(words, "captain", run_captain, "let somebody else lead a release")
    captain.add_argument("colleague", metavar="person", help="a Slack user id")


async def run_calendar(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each."""
    body = await client.get("/calendar", days=str(arguments.days))
    lines = [f"{moment(each['at'])}\t{each['what']}{_frozen(each)}" for each in body["items"]]
    return say(body, lines or ["Nothing is planned."], as_json=arguments.json)


def _frozen(entry: Json) -> str:
    return f" (frozen: {entry['frozen']})" if entry["frozen"] else ""


async def run_freezes(client: Client, arguments: argparse.Namespace) -> int:
    """All pages of it."""
    items = await client.every("/freezes")
    lines = [line for each in items for line in _freeze(each)]
    return say(items, lines or ["Nothing is frozen, now or ahead."], as_json=arguments.json)


def _freeze(freeze: Json) -> list[str]:
    scope = freeze["configuration"] or "everything"
    times = f"{moment(freeze['starts_at'])} to {moment(freeze['ends_at'])}"
    lines = [f"{freeze['id']}\t{times}\t{scope}\t{freeze['reason']}"]
    for each in freeze["exceptions"]:
        state = f"granted until {moment(each['until'])}" if each["until"] else f"asked by {each['asked_by']}"
        lines.append(f"- {each['release']}: {state}: {each['reason']}")
    return lines


async def run_freeze(client: Client, arguments: argparse.Namespace) -> int:
    """One that has begun holds its releases at once."""
    names = ("reason", "starts_at", "ends_at", "zone", "configuration")
    body = await client.post("/freezes", {name: getattr(arguments, name) for name in names})
    return say(body, _freeze(body), as_json=arguments.json)


async def run_end(client: Client, arguments: argparse.Namespace) -> int:
    """Nothing of it is left."""
    await client.delete(place("freezes", arguments.freeze))
    return say(None, [f"{arguments.freeze} has ended."], as_json=arguments.json)


async def run_ask(client: Client, arguments: argparse.Namespace) -> int:
    """Another person must grant it."""
    release = _id_of(await release_path(client, arguments.release))
    order: dict[str, Any] = {"release": release, "reason": arguments.reason, "hours": arguments.hours}
    await client.post(f"{place('freezes', arguments.freeze)}/exceptions", order)
    lines = [f"An exception for {release} is asked for. Another person must grant it."]
    return say(None, lines, as_json=arguments.json)


async def run_settle(client: Client, arguments: argparse.Namespace) -> int:
    """Grant and decline."""
    release = _id_of(await release_path(client, arguments.release))
    await client.post(f"{place('freezes', arguments.freeze, 'exceptions', release)}/{arguments.verb}")
    done = "granted" if arguments.verb == "grant" else "declined"
    return say(None, [f"The exception for {release} is {done}."], as_json=arguments.json)


def _id_of(path: str) -> str:
    return path.rpartition("/")[2]


async def run_captains(client: Client, arguments: argparse.Namespace) -> int:
    """Those who lead first."""
    body = await client.get("/captains")
    lines = table(("RELEASE", "CAPTAIN"), ((each["release"], each["captain"]) for each in body["running"]))
    lines += [f"next of {each['name']}: {', '.join(each['people'])}" for each in body["rotations"]]
    lines += [
        f"{each['person']} is away from {each['from_on']} to {each['until_on']}" for each in body["absences"]
    ]
    return say(body, lines, as_json=arguments.json)


async def run_captain(client: Client, arguments: argparse.Namespace) -> int:
    """Both hear of it."""
    release = await release_path(client, arguments.release)
    body = await client.post(f"{release}/captain", {"person": arguments.colleague})
    return say(body, release_lines(body), as_json=arguments.json)
