"""Words about the stores: stores, health, rollout, overrule, halt, finish."""

import argparse
import asyncio
import sys
from typing import Any

from bot.connecting import BROKEN
from bot.releasing.client import Client, Refusal, place
from bot.releasing.naming import release_path
from bot.releasing.parsing import about
from bot.releasing.saying import Json, clean, complain, moment, release_lines, say, table

_VERBS = ("withdraw", "release", "raise", "pause", "halt", "resume", "complete")
_NOT_FOUND = 404


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    about(words, "stores", run_stores, "its submissions: where each store stands")
    about(words, "health", run_health, "how it does among its users, as it was read last")
    rollout = about(words, "rollout", run_rollout, "show what would follow, ask, and have a store told")
    rollout.add_argument("pair", help="such as IOS-APP_STORE")
    rollout.add_argument("verb", choices=_VERBS)
    rollout.add_argument("--percent", type=float, help="of the users, for raise")
    rollout.add_argument("--reason")
    rollout.add_argument("--yes", action="store_true", help="do not ask")
    overrule = about(words, "overrule", run_overrule, "let steps follow although its health holds them back")
    overrule.add_argument("pair", help="such as ANDROID-PLAY_STORE")
    overrule.add_argument("reason")
    halt = about(words, "halt", run_halt, "stop every store at once; nobody is asked")
    halt.add_argument("--reason")
    finish = about(words, "finish", run_finish, "say that it is out, where no store that is followed will")
    finish.add_argument("note", help="where it can be seen")


async def run_stores(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each submission."""
    items = await _submissions(client, await release_path(client, arguments.release))
    rows = (
        (
            i["id"],
            i["pair"],
            i["version"],
            i["build"] or "",
            i["state"],
            f"{i['percent']:g} %",
            i["todo"] or "",
        )
        for i in items
    )
    head = ("SUBMISSION", "PAIR", "VERSION", "BUILD", "STATE", "USERS", "TO DO")
    return say(items, table(head, rows), as_json=arguments.json)


async def run_health(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each submission that a rule judges."""
    items = await _submissions(client, await release_path(client, arguments.release))
    judged = [each for each in items if each["health"] is not None]
    lines = [_health(each) for each in judged]
    return say(judged, lines or ["No rule judges the health of its versions."], as_json=arguments.json)


def _health(submission: Json) -> str:
    """Its figures, or why there are none."""
    known = submission["health"]
    told = known["says"] or known["trouble"] or "not read yet"
    by = f", overruled by {known['overruled_by']}" if known["overruled_by"] else ""
    read = moment(known["read_at"])
    return f"{submission['pair']}\t{submission['version']}\t{known['verdict'] or '-'}\t{told} ({read}{by})"


async def run_rollout(client: Client, arguments: argparse.Namespace) -> int:
    """With a token of one's own: a program gives a version to nobody."""
    release = await release_path(client, arguments.release)
    where = await _newest(client, release, arguments.pair.upper())
    order = {"verb": arguments.verb.upper(), "percent": arguments.percent, "reason": arguments.reason}
    follows = await client.post(f"{where}/preview", order)
    to = sys.stderr if arguments.json else sys.stdout
    print("\n".join(clean(line) for line in follows["says"]), file=to)
    if not arguments.yes:
        if not sys.stdin.isatty():
            return complain("Nobody can be asked here: repeat it with --yes")
        if await asyncio.to_thread(input, f"To go on, type {arguments.verb}: ") != arguments.verb:
            print("Nothing was told.", file=sys.stderr)
            return BROKEN
    body = await client.post(f"{where}/tell", order)
    return say(body, [f"{body['pair']}: the store is being told"], as_json=arguments.json)


async def run_overrule(client: Client, arguments: argparse.Namespace) -> int:
    """A person takes it upon them, with a reason that is kept."""
    where = await _newest(client, await release_path(client, arguments.release), arguments.pair)
    body = await client.post(f"{where}/overrule", {"reason": arguments.reason})
    return say(body, [f"{body['pair']}: its health is overruled"], as_json=arguments.json)


async def run_halt(client: Client, arguments: argparse.Namespace) -> int:
    """A safety action: nothing gates it."""
    release = await release_path(client, arguments.release)
    body = await client.post(f"{release}/halt", {"reason": arguments.reason})
    return say(body, release_lines(body), as_json=arguments.json)


async def run_finish(client: Client, arguments: argparse.Namespace) -> int:
    """The release is completed."""
    release = await release_path(client, arguments.release)
    body = await client.post(f"{release}/finish", {"note": arguments.note})
    return say(body, release_lines(body), as_json=arguments.json)


async def _submissions(client: Client, release: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"{release}/submissions", limit="100"))["items"]
    return found


async def _newest(client: Client, release: str, pair: str) -> str:
    """The path of the newest submission of a pair. Refusal."""
    items = await _submissions(client, release)
    found = [each for each in items if each["pair"] == pair]
    if not found:
        choice = ", ".join(sorted({each["pair"] for each in items})) or "none"
        raise Refusal(_NOT_FOUND, f"Which store? Those that were submitted to: {choice}.")
    return release + place("submissions", str(found[-1]["id"]))
