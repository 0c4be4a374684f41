"""The files that can be ordered for a release's thread, each drawn from the state of the moment when it is sent."""

import asyncio
import base64
import json
import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.slack.fitting import Document, Draw
from bot.views.evidence_page import evidence_page
from bot.views.report import report_alt, report_text
from bot.views.rollout_picture import rollout_alt, rollout_text
from orchestration.domain.report import Report
from orchestration.ports.errors import Refused
from orchestration.ports.runtime import Letter
from orchestration.services.engine import Engine
from orchestration.services.report import read_report
from orchestration.services.rollout_course import Rollouts, read_rollouts

REPORT, ROLLOUT = "report", "rollout"


async def _report(engine: Engine, letter: Letter) -> Document:
    """The picture of how a release went; drawing takes a while, so it is done beside the loop."""
    found = await read_report(engine, letter.tenant_id, letter.outgoing.release_id or "")
    return Document(
        name=f"report-{found.release_id}-{letter.id}.png",
        title=f"How {found.title} went",
        content=await asyncio.to_thread(_drawn, found),
        text=report_text(found),
        alt=report_alt(found),
    )


def _drawn(found: Report) -> bytes:
    # What draws takes a quarter of a bot's start to read, and a report is asked for once in weeks.
    from bot.pictures.report import draw_report  # noqa: PLC0415 - see above

    return draw_report(found)


async def _rollout(engine: Engine, letter: Letter) -> Document:
    """The picture of how each store lets a release out."""
    found = await read_rollouts(engine, letter.tenant_id, letter.outgoing.release_id or "")
    if not found.courses:
        raise Refused("Nobody has it yet, so there is nothing to draw")
    return Document(
        name=f"rollout-{found.release_id}-{letter.id}.png",
        title=f"How {found.title} reaches its users",
        content=await asyncio.to_thread(_let_out, found),
        text=rollout_text(found.title, found.courses),
        alt=rollout_alt(found.title, found.courses),
    )


def _let_out(found: Rollouts) -> bytes:
    from bot.pictures.rollout import draw_rollout  # noqa: PLC0415 - as for a report

    return draw_rollout(found.title, found.courses)


def _unpacked(letter: Letter) -> dict[str, Any]:
    """The evidence that a letter carries: it was taken when it was asked for, and its digest recorded."""
    packed = base64.b64decode(letter.outgoing.payload["packed"])
    document: dict[str, Any] = json.loads(zlib.decompress(packed))
    return document


async def _evidence_json(_engine: Engine, letter: Letter) -> Document:
    """The file that can be verified."""
    document = _unpacked(letter)
    title = document["release"]["title"]
    return Document(
        name=f"evidence-{letter.outgoing.release_id}-{letter.id}.json",
        title=f"Evidence of {title} (to verify)",
        content=json.dumps(document, indent=1, sort_keys=True).encode(),
        text=f"Evidence of {title}. Digest: {document['digest']}. "
        "`stationmaster audit verify --file` shows whether it was changed.",
    )


async def _evidence_page(_engine: Engine, letter: Letter) -> Document:
    """The page to read."""
    document = _unpacked(letter)
    title = document["release"]["title"]
    return Document(
        name=f"evidence-{letter.outgoing.release_id}-{letter.id}.html",
        title=f"Evidence of {title} (to read)",
        content=evidence_page(document).encode(),
        text=f"Evidence of {title}, to read.",
    )


DOCUMENTS: Mapping[str, Draw] = MappingProxyType(
    {REPORT: _report, ROLLOUT: _rollout, "evidence.json": _evidence_json, "evidence.html": _evidence_page}
)
"""By the name that an order carries."""
