"""`stationmaster audit show`: what happened in a workspace, by whom, as lines for a person or for another system."""

import argparse
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict

from bot.connecting import OK, complain
from bot.opening import open_store
from bot.settings import Settings
from orchestration.domain.chain import Link
from orchestration.domain.events import EventKind
from orchestration.domain.guessing import did_you_mean
from orchestration.store.store import Store
from orchestration.store.times import moment


def show_words(word: argparse.ArgumentParser) -> None:
    """What `show` takes besides the workspace."""
    word.add_argument(
        "--kind", type=_kind, action="append", help="show: events of this kind alone, or of several"
    )
    word.add_argument("--by", help="show: what this person, token or part did alone")
    word.add_argument("--release", help="show: events of this release alone, REL-…")
    word.add_argument("--after", type=int, default=0, help="show: events behind the one of this number (0)")
    word.add_argument("--json", action="store_true", help="show: each event as a line of JSON, with its hash")


def _kind(text: str) -> EventKind:
    try:
        return EventKind(text.upper().replace("-", "_"))
    except ValueError:
        meant = did_you_mean(text, ((kind.value, kind.value) for kind in EventKind))
        raise argparse.ArgumentTypeError(f"{text} is no kind of event.{meant}") from None


async def run_show(arguments: argparse.Namespace, settings: Settings) -> int:
    """Oldest first, a line each; a workspace of which nothing is recorded is told on standard error."""
    if arguments.tenant is None:
        return complain("Name a workspace with --tenant")
    nothing = True
    store = await open_store(settings, owner="cli")
    try:
        async for link in _links(store, arguments.tenant, after=arguments.after):
            nothing = False
            if _is_meant(link, arguments):
                print(_as_json(link) if arguments.json else _as_line(link))
    finally:
        await store.close()
    if nothing and not arguments.after:
        print(f"Nothing is recorded of {arguments.tenant}: is that its id?", file=sys.stderr)
    return OK


async def _links(store: Store, tenant_id: str, *, after: int) -> AsyncIterator[Link]:
    while page := await store.chained(tenant_id, after=after):
        for link in page:
            yield link
        after = page[-1].seq


def _is_meant(link: Link, arguments: argparse.Namespace) -> bool:
    return (
        (not arguments.kind or link.kind in arguments.kind)
        and arguments.by in {None, link.actor_id, link.data.get("by_token")}
        and arguments.release in {None, link.release_id}
    )


def _as_line(link: Link) -> str:
    at = moment(link.at_ms).isoformat(timespec="seconds").replace("+00:00", "Z")
    # What people wrote is quoted as JSON, so that no character of it steers a terminal.
    data = json.dumps(dict(link.data), sort_keys=True)
    return f"{link.seq:>6}  {at}  {link.kind}  by {link.actor_id}  {link.release_id or '-'}  {data}"


def _as_json(link: Link) -> str:
    return json.dumps({**asdict(link), "data": dict(link.data)}, sort_keys=True)
