"""`stationmaster evidence` and `stationmaster audit`: evidence and the audit log on the command line."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.administration import CLI
from bot.audit_log import run_show, show_words
from bot.connecting import BROKEN, OK, complain
from bot.opening import open_store, open_use_cases
from bot.releasing.proving import write_evidence
from bot.settings import Settings
from bot.words import Fills
from orchestration.domain.evidence import flaws, links_of
from orchestration.ports.runtime import NoSuchRelease
from orchestration.services import evidence


def _evidence_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("release", help="its id, REL-…")
    word.add_argument("--tenant", required=True)
    word.add_argument("--folder", type=Path, default=Path.cwd(), help="where the files go (here)")
    word.set_defaults(command=run_evidence)


def _audit_words(word: argparse.ArgumentParser) -> None:
    word.add_argument("what", choices=["verify", "show"])
    word.add_argument("--tenant", help="a workspace; with --file its log is compared too")
    word.add_argument("--file", type=Path, help="verify: evidence that was exported as JSON")
    show_words(word)
    word.set_defaults(command=run_audit)


WORDS: Fills = {"evidence": _evidence_words, "audit": _audit_words}


async def run_evidence(arguments: argparse.Namespace, settings: Settings) -> int:
    """Two files, and the digest on standard output."""
    async with open_use_cases(settings) as engine:
        try:
            document = await evidence.export(engine, arguments.tenant, arguments.release, actor=CLI)
        except NoSuchRelease:
            print("There is no such release in this workspace.", file=sys.stderr)
            return BROKEN
    base = arguments.folder / f"evidence-{document['release']['id']}"
    try:
        await asyncio.to_thread(write_evidence, base, document)
    except OSError as error:
        return complain(f"{error.filename} can't be written: {error.strerror}")
    print(document["digest"])
    return OK


async def run_audit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show the log, or prove it: 1 where something was changed."""
    if arguments.what == "show":
        return await run_show(arguments, settings)
    if arguments.file is not None:
        return await _verify_file(arguments, settings)
    if arguments.tenant is None:
        return complain("Name a workspace with --tenant, or a file with --file")
    store = await open_store(settings, owner="cli")
    try:
        broken = await store.broken_at(arguments.tenant)
        known = arguments.tenant in await store.tenants()
    finally:
        await store.close()
    if broken is not None:
        print(f"The audit chain is broken at event {broken}.", file=sys.stderr)
        return BROKEN
    print("The audit chain is whole.")
    if not known:
        print(f"Nothing is connected or configured in {arguments.tenant}: is that its id?", file=sys.stderr)
    return OK


async def _verify_file(arguments: argparse.Namespace, settings: Settings) -> int:
    try:
        text = await asyncio.to_thread(arguments.file.read_text, encoding="utf-8")
        document = json.loads(text)
    except (OSError, ValueError) as error:
        return complain(f"{arguments.file} can't be read: {error}")
    said = [flaw.says for flaw in flaws(document)]
    if not said and arguments.tenant is not None:
        said = await _strange(document, arguments.tenant, settings)
    if said:
        print("\n".join(f"{each}." for each in said), file=sys.stderr)
        return BROKEN
    where = " and stands in the workspace's audit log" if arguments.tenant else ""
    print(f"The evidence is whole{where}. Digest {document['digest']}.")
    return OK


async def _strange(document: dict[str, Any], tenant_id: str, settings: Settings) -> list[str]:
    """What of the log is not in the workspace's own: a file whose hashes were all made anew is found so."""
    store = await open_store(settings, owner="cli")
    try:
        async with store.look() as work:
            kept = {
                link.seq: link for link in await work.releases.links(tenant_id, document["release"]["id"])
            }
    finally:
        await store.close()
    strange = [each.seq for each in links_of(document) if kept.get(each.seq) != each]
    return [f"Event {seq} is another one in the audit log" for seq in strange]
