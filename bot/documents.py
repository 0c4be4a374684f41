"""The files that can be ordered for a release's thread, each drawn from the state of the moment when it is sent."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from bot.pictures.report import draw_report
from bot.slack.fitting import Document, Draw
from bot.views.report import report_alt, report_text
from orchestration.ports.runtime import Letter
from orchestration.services.engine import Engine
from orchestration.services.report import read_report

REPORT = "report"


async def _report(engine: Engine, letter: Letter) -> Document:
    """The picture of how a release went; drawing takes a while, so it is done beside the loop."""
    found = await read_report(engine, letter.tenant_id, letter.outgoing.release_id or "")
    return Document(
        name=f"report-{found.release_id}-{letter.id}.png",
        title=f"How {found.title} went",
        content=await asyncio.to_thread(draw_report, found),
        text=report_text(found),
        alt=report_alt(found),
    )


DOCUMENTS: Mapping[str, Draw] = MappingProxyType({REPORT: _report})
"""By the name that an order carries."""
