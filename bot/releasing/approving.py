"""Words that decide, with a token of one's own: the evidence is shown first, and what is approved is what was shown."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from typing import Any

from bot.connecting import BROKEN
from bot.releasing.client import Client, Refusal, place
from bot.releasing.naming import release_path
from bot.releasing.parsing import about
from bot.releasing.saying import clean, complain, moment, say

_WAITING = frozenset({"OPEN", "REJECTED"})
_CONFLICT = 409


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    approve = about(words, "approve", run_approve, "show what waits for approval, ask, and approve it")
    approve.add_argument("--yes", metavar="DIGEST", help="do not ask: approve this evidence and no other")
    approve.add_argument("--force", metavar="REASON", help="override what is not met; owners and the captain")
    reject = about(words, "reject", run_reject, "reject what waits for approval, with a reason")
    reject.add_argument("reason")
    reject.add_argument("--yes", metavar="DIGEST", help="do not ask: reject this evidence and no other")


async def run_approve(client: Client, arguments: argparse.Namespace) -> int:
    """Yes."""
    return await _decide(client, arguments, "approve", {"force": arguments.force} if arguments.force else {})


async def run_reject(client: Client, arguments: argparse.Namespace) -> int:
    """No."""
    return await _decide(client, arguments, "reject", {"reason": arguments.reason})


async def _decide(client: Client, arguments: argparse.Namespace, verb: str, more: Mapping[str, Any]) -> int:
    release = await release_path(client, arguments.release)
    gate = await _waiting(client, release)
    where = release + place("gates", str(gate["id"]))
    gate = await client.post(f"{where}/refresh")
    evidence = gate["evidence"]
    if evidence is None:
        raise Refusal(_CONFLICT, "The evidence is still being read. Try again in a moment.")
    _show(gate, to=sys.stderr if arguments.json else sys.stdout)
    if arguments.yes is not None and arguments.yes != evidence["digest"]:
        raise Refusal(_CONFLICT, f"The evidence is {evidence['digest']} now. Look at it, then decide.")
    if arguments.yes is None:
        if not sys.stdin.isatty():
            return complain(f"Nobody can be asked here: repeat it with --yes {evidence['digest']}")
        if await asyncio.to_thread(input, f"To {verb} this, type {verb}: ") != verb:
            print("Nothing was decided.", file=sys.stderr)
            return BROKEN
    body = await client.post(f"{where}/{verb}", {"digest": evidence["digest"], **more})
    missing = ", ".join(f"{each['needed']} from {each['area']}" for each in body["missing"])
    still = f"; still needed: {missing}" if missing and body["state"] == "OPEN" else ""
    return say(body, [f"{body['kind']}: {body['state']}{still}"], as_json=arguments.json)


async def _waiting(client: Client, release: str) -> dict[str, Any]:
    gates: list[dict[str, Any]] = (await client.get(f"{release}/gates", limit="100"))["items"]
    found = [gate for gate in gates if gate["state"] in _WAITING]
    if not found:
        raise Refusal(_CONFLICT, "Nothing waits for a decision.")
    return found[-1]


def _show(gate: Mapping[str, Any], *, to: Any) -> None:  # noqa: ANN401 - a stream
    evidence = gate["evidence"]
    lines = [
        f"{gate['kind']}, evidence {evidence['digest']} of {moment(evidence['read_at'])}",
        f"commit {evidence['commit'] or 'unknown'}, candidate {evidence['tag'] or 'unknown'}",
        f"{len(evidence['builds'])} builds, {len(evidence['suites'])} test runs",
    ]
    for finding in evidence["findings"]:
        lines.append(f"[{'ok' if finding['met'] else 'NO'}] {finding['says']}")
        lines += [f"     {each}" for each in finding["lines"]]
    lines += [f"signed: {each['by']} for {', '.join(each['areas'])}" for each in gate["signatures"]]
    print("\n".join(clean(line) for line in lines), file=to)
