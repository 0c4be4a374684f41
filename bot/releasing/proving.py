"""Words that show what would be, and prove what was: rehearse, evidence."""

import argparse
import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.releasing.client import Client
from bot.releasing.naming import release_path
from bot.releasing.parsing import about, word
from bot.releasing.saying import complain, moment, say
from bot.views.evidence_page import evidence_page
from orchestration.domain.evidence import flaws


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    rehearse = word(words, "rehearse", run_rehearse, "play a whole release on simulated providers")
    rehearse.add_argument(
        "configuration", nargs="?", help="its id or name; the default one where none is named"
    )
    rehearse.add_argument("--captain", help="who leads it, a Slack user id; a program must name somebody")
    proof = about(words, "evidence", run_evidence, "write who approved which build on what evidence")
    proof.add_argument("--folder", type=Path, default=Path.cwd(), help="where the two files go (here)")


async def run_rehearse(client: Client, arguments: argparse.Namespace) -> int:
    """When what would happen, what people would have to do, and what it tells nothing of."""
    order = {"configuration": arguments.configuration, "captain": arguments.captain}
    body = await client.post("/rehearsals", order)
    lines = [f"Rehearsed: {body['release']['title']}"]
    lines += [f"{moment(each['at'])}\t{each['what']}" for each in body["moments"] if each["past"]]
    lines += ["What people would have to do:" if body["deeds"] else "People would have nothing to do."]
    lines += [f"{moment(each['at'])}\t{each['who']}\t{each['what']}" for each in body["deeds"]]
    lines.append(f"It stops: {body['stopped']}." if body["stopped"] else "It comes to its end.")
    lines.append(f"Not checked: {'; '.join(body['not_checked'])}.")
    return say(body, lines, as_json=arguments.json)


async def run_evidence(client: Client, arguments: argparse.Namespace) -> int:
    """Two files, and the digest; nothing is written of a document that is not whole."""
    document = await client.get(f"{await release_path(client, arguments.release)}/evidence")
    if found := flaws(document):
        return complain(*(f"{each.says}." for each in found))
    base = arguments.folder / f"evidence-{document['release']['id']}"
    try:
        await asyncio.to_thread(write_evidence, base, document)
    except OSError as error:
        return complain(f"{error.filename} can't be written: {error.strerror}")
    return say(document, [document["digest"]], as_json=arguments.json)


def write_evidence(base: Path, document: Mapping[str, Any]) -> None:
    """The document and its page, side by side. OSError."""
    base.parent.mkdir(parents=True, exist_ok=True)
    base.with_suffix(".json").write_text(json.dumps(document, indent=1, sort_keys=True), encoding="utf-8")
    base.with_suffix(".html").write_text(evidence_page(document), encoding="utf-8")
