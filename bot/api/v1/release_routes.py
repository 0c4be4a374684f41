"""The rows of releases in the table of routes."""

from dataclasses import replace
from functools import wraps
from http import HTTPStatus

from bot.api.v1 import (
    build_uploads,
    builds,
    evidence,
    gates,
    picks,
    regression_acts,
    rehearsals,
    release_acts,
    releases,
    submission_routes,
    telling,
)
from bot.api.v1.call import Answer, Call
from bot.api.v1.evidence_shapes import EvidenceDocumentShape
from bot.api.v1.gate_shapes import GateShape
from bot.api.v1.rehearsal_shapes import RehearsalOrder, RehearsalShape
from bot.api.v1.release_bodies import (
    ApproveOrder,
    BuildReport,
    CaptainOrder,
    CycleOrder,
    DoneOrder,
    DriftOrder,
    PickOrder,
    ReasonOrder,
    RejectOrder,
    ReleaseOrder,
    ReleasePatch,
    RunNews,
    SlotOrder,
    SlotPatch,
)
from bot.api.v1.release_shapes import (
    BuildShape,
    EventShape,
    HeardShape,
    PlanShape,
    ProposalShape,
    ReleaseLineShape,
    ReleaseShape,
    TaskShape,
    TimelineShape,
    WhyShape,
)
from bot.api.v1.route import Handle, Route, Schema, acts, lists, makes, patches, removes, shows
from bot.api.v1.telling_shapes import NotesShape, ReleaseNotesOrder, ReportShape
from orchestration.domain.tokens import Scope

_WRITE, _REPORT = Scope.RELEASE_WRITE, Scope.BUILD_REPORT
_ONE = "/releases/{id}"
_TASK = f"{_ONE}/tasks/{{task}}"
_GATE = f"{_ONE}/gates/{{gate}}"
_SLOT = f"{_ONE}/slots/{{slot}}"
_PICK = f"{_ONE}/picks/{{pick}}"

_READING = (
    shows("/proposal", releases.propose_release, ProposalShape, scope=_WRITE, query="configuration type"),
    lists("/releases", releases.list_releases, ReleaseLineShape, query="state configuration version"),
    shows(_ONE, releases.read_release_, ReleaseShape, tagged=True),
    shows(f"{_ONE}/plan", releases.plan_release, PlanShape),
    shows(f"{_ONE}/why", releases.explain_release, WhyShape),
    shows(f"{_ONE}/timeline", releases.read_timeline, TimelineShape),
    lists(f"{_ONE}/activity", releases.list_activity, EventShape),
    shows(f"{_ONE}/report", telling.read_report, ReportShape),
    shows(f"{_ONE}/notes", telling.read_notes, NotesShape),
    lists(f"{_ONE}/tasks", release_acts.list_tasks, TaskShape),
    lists(f"{_ONE}/builds", builds.list_builds, BuildShape),
    lists(f"{_ONE}/gates", gates.list_gates, GateShape),
    shows(_GATE, gates.read_gate, GateShape),
    Route(
        method="GET",
        path=f"{_ONE}/evidence",
        scope=Scope.READ,
        handle=evidence.read_evidence,
        answer=EvidenceDocumentShape,
        people=True,
        html=True,
    ),
)
_ORDERING = (
    acts(f"{_ONE}/notes", telling.edit_notes, ReleaseShape, scope=_WRITE, body=ReleaseNotesOrder),
    removes(f"{_ONE}/notes", telling.restore_notes, scope=_WRITE),
    acts(
        "/preview",
        releases.preview_release,
        PlanShape,
        scope=_WRITE,
        body=ReleaseOrder,
        tagged=False,
        matched=False,
    ),
    acts(
        "/rehearsals",
        rehearsals.rehearse_release,
        RehearsalShape,
        scope=_WRITE,
        body=RehearsalOrder,
        tagged=False,
        matched=False,
    ),
    makes("/releases", releases.start_release, ReleaseShape, scope=_WRITE, body=ReleaseOrder),
    patches(_ONE, releases.edit_release_, ReleaseShape, scope=_WRITE, body=ReleasePatch),
)
_ACTING = (
    acts(f"{_ONE}/hold", release_acts.hold_release, ReleaseShape, scope=_WRITE, body=ReasonOrder),
    acts(f"{_ONE}/resume", release_acts.resume_release, ReleaseShape, scope=_WRITE),
    acts(
        f"{_ONE}/archive",
        release_acts.archive_release,
        ReleaseShape,
        scope=_WRITE,
        body=ReasonOrder,
        people=True,
    ),
    acts(f"{_ONE}/captain", release_acts.hand_over_release, ReleaseShape, scope=_WRITE, body=CaptainOrder),
    acts(f"{_TASK}/retry", release_acts.retry_task, TaskShape, scope=_WRITE),
    acts(f"{_TASK}/skip", release_acts.skip_task, TaskShape, scope=_WRITE, body=ReasonOrder),
    acts(f"{_TASK}/done", release_acts.finish_task, TaskShape, scope=_WRITE, body=DoneOrder),
    acts(f"{_ONE}/cycles", regression_acts.start_cycle, ReleaseShape, scope=_WRITE, body=CycleOrder),
    acts(
        f"{_ONE}/cycles/{{cycle}}/abandon",
        regression_acts.abandon_cycle,
        ReleaseShape,
        scope=_WRITE,
        body=ReasonOrder,
    ),
    acts(f"{_ONE}/slots", regression_acts.add_slot, ReleaseShape, scope=_WRITE, body=SlotOrder),
    patches(_SLOT, regression_acts.move_slot, ReleaseShape, scope=_WRITE, body=SlotPatch),
    removes(_SLOT, regression_acts.remove_slot, scope=_WRITE),
    acts(f"{_ONE}/picks", picks.ask_pick, ReleaseShape, scope=_WRITE, body=PickOrder),
    acts(f"{_PICK}/accept", picks.accept_pick, ReleaseShape, scope=_WRITE),
    acts(f"{_PICK}/decline", picks.decline_pick, ReleaseShape, scope=_WRITE, body=ReasonOrder),
)


def _decision(path: str, handle: Handle, body: Schema) -> Route:
    """A row of what people decide, bound to evidence and not to a revision, which moves when evidence is read."""
    return acts(
        path,
        handle,
        GateShape,
        scope=_WRITE,
        body=body,
        tagged=False,
        matched=False,
        people=True,
    )


_DECIDING = (
    acts(f"{_GATE}/refresh", gates.refresh_gate, GateShape, scope=Scope.READ, tagged=False, matched=False),
    _decision(f"{_GATE}/approve", gates.approve_gate, ApproveOrder),
    _decision(f"{_GATE}/reject", gates.reject_gate, RejectOrder),
    _decision(f"{_GATE}/accept-drift", gates.accept_drift, DriftOrder),
)
_REPORTING = (
    makes(f"{_ONE}/builds", builds.report, BuildShape, scope=_REPORT, body=BuildReport, tagged=False),
    Route(
        method="POST",
        path=f"{_ONE}/build-files",
        scope=_REPORT,
        handle=build_uploads.upload_build,
        answer=BuildShape,
        status=HTTPStatus.CREATED,
        query=("name", "kind", "pair", "number"),
        uploads=True,
    ),
    Route(
        method="GET",
        path=f"{_ONE}/build-files/{{file}}",
        scope=Scope.READ,
        handle=build_uploads.download_build,
        answer=None,
        downloads=True,
    ),
    acts(
        "/ci-news",
        builds.hear,
        HeardShape,
        scope=_REPORT,
        body=RunNews,
        tagged=False,
        matched=False,
        status=202,
    ),
)


def _as_seen(row: Route) -> Route:
    """The row, whose release is first compared with what the client saw: what it says of another one is beside it."""

    @wraps(row.handle)
    async def handle(call: Call) -> Answer:
        await releases.expect(call)
        return await row.handle(call)

    return replace(row, handle=handle) if row.matched else row


ROWS: tuple[Route, ...] = tuple(
    _as_seen(row)
    for row in (*_READING, *_ORDERING, *_ACTING, *submission_routes.ROWS, *_DECIDING, *_REPORTING)
)
