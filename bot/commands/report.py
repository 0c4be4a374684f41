"""`/release report`: how a release went, in figures at once and as a picture in its thread."""

from collections.abc import Sequence

from bot.commands.naming import named_release, only_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.views.report import report_answer
from orchestration.domain.release import Release
from orchestration.ports.runtime import Outgoing, OutgoingKind
from orchestration.services.announce import rollout_picture
from orchestration.services.report import read_report

_DOCUMENT = "report"


async def run(call: Call) -> None:
    """The answer and the order of the picture, in one transaction."""
    words = only_release(call.intent.text)
    release = await named_release(call, words, looking_back=True)
    found = await read_report(call.engine, release.tenant_id, release.id, actor=call.intent.actor)
    begun = found.lead is not None
    picture = Outgoing(
        kind=OutgoingKind.FILE,
        lane=f"file:{release.id}",
        key=f"file:{_DOCUMENT}:{call.request.incoming.key}",
        release_id=release.id,
        payload={"document": _DOCUMENT},
    )
    async with call.engine.work() as work:
        if begun:
            await work.send(release.tenant_id, [picture, *rollout_pictures(release, call)])
        await call.store_answer(work, report_answer(found, picture=begun))
        await work.commit()


def rollout_pictures(release: Release, call: Call) -> Sequence[Outgoing]:
    """The picture of the rollout too, once users have it."""
    if all(submission.live_at is None for submission in release.current_submissions):
        return ()
    return (rollout_picture(release.id, call.request.incoming.key),)


REPORT = Word(
    word="report",
    usage="report [release]",
    does="Show how a release went: time per stage, who was waited for, what failed, and earlier releases",
    example="/release report 2.14.0",
    run=run,
)
