"""What is told of a release as a whole over REST: how it went, and what is in it."""

from datetime import timedelta
from typing import overload

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call, after
from bot.api.v1.release_bodies import sent
from bot.api.v1.releases import found
from bot.api.v1.telling_shapes import (
    ChangeShape,
    FailuresShape,
    LeadShape,
    NotesShape,
    ReleaseNotesOrder,
    ReportShape,
    StageTimeShape,
    WaitedShape,
)
from orchestration.domain.release import Release
from orchestration.domain.report import Report
from orchestration.services import notes
from orchestration.services.report import read_report as figures_of


async def read_report(call: Call) -> Answer:
    """How a release went: time per stage, who was waited for, what failed, and earlier releases."""
    report = await figures_of(call.engine, call.tenant_id, call.names["id"], actor=call.actor)
    return Answer(body=_report(report))


async def read_notes(call: Call) -> Answer:
    """What is in a release, read from the repository as it is now, with what people edited."""
    release = await found(call)
    read = await notes.read_notes(call.engine, release, actor=call.actor)
    edited = release.notes
    shape = NotesShape(
        since=read.range.since,
        to=read.range.to,
        text=read.text,
        made=read.made,
        url=read.url,
        commits=tuple(ChangeShape(sha=commit.sha, title=commit.title) for commit in read.commits),
        edited_by=edited.by if edited is not None else None,
        edited_at=edited.at if edited is not None else None,
        later=read.later,
    )
    return Answer(body=shape)


async def edit_notes(call: Call) -> Answer:
    """Put a text in the place of the notes that commits give, until they are published."""
    order = sent(call, ReleaseNotesOrder)
    doing = notes.edit_notes(
        *call.target, order.text, head=order.head, actor=call.actor, along=call.along(views.shown)
    )
    return await after(doing, views.shown)


async def restore_notes(call: Call) -> Answer:
    """Take an edit of the notes back: they tell of the commits again."""

    def quiet(_release: Release) -> Answer:
        return Answer(status=204)

    await notes.restore_notes(
        call.engine, call.tenant_id, call.names["id"], actor=call.actor, along=call.along(quiet)
    )
    return Answer(status=204)


def _report(report: Report) -> ReportShape:
    return ReportShape(
        release=report.release_id,
        version=report.version,
        lead_seconds=_seconds(report.lead),
        usual_seconds=_seconds(report.usual),
        done=report.done,
        stages=tuple(
            StageTimeShape(
                stage=each.stage,
                seconds=_seconds(each.span),
                usual_seconds=_seconds(each.usual),
                open=each.open,
            )
            for each in report.stages
        ),
        waits=tuple(
            WaitedShape(owner=each.owner, seconds=_seconds(each.span), spells=each.spells)
            for each in report.waits
        ),
        failures=tuple(FailuresShape(title=each.title, count=each.count) for each in report.failures),
        trend=tuple(LeadShape(version=each.version, seconds=_seconds(each.span)) for each in report.trend),
        whole=report.whole,
    )


@overload
def _seconds(span: timedelta) -> int: ...


@overload
def _seconds(span: timedelta | None) -> int | None: ...


def _seconds(span: timedelta | None) -> int | None:
    return round(span.total_seconds()) if span is not None else None
