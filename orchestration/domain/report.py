"""How a release went, in figures: how long each stage took, who was waited for, what failed, and how earlier ones did.

Pure: from the events of the release and the stages of earlier ones.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from orchestration.domain.events import Event, EventKind
from orchestration.domain.release import Release
from orchestration.domain.stages import STAGE_TITLES, Stage
from orchestration.domain.tasks import TASK_TITLES, TaskType
from orchestration.domain.waiting import Spell, together, waiting

EARLIER = 8
"""How many earlier releases are compared with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StageTime:
    """How long a stage took. `usual` is the median of earlier releases; `open` says that it has not ended."""

    stage: Stage
    span: timedelta
    usual: timedelta | None = None
    open: bool = False

    @property
    def title(self) -> str:
        """Its name for people."""
        return STAGE_TITLES[self.stage]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waited:
    """How long one owner was waited for, in all; spells that overlap count once."""

    owner: str
    span: timedelta
    spells: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Failures:
    """How often a kind of task failed."""

    title: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """A release of the trend: from the start of kick-off to the end of its last stage."""

    version: str
    span: timedelta
    stages: Mapping[Stage, timedelta]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Everything that the picture and the table show. `trend` is oldest first and ends with this release.

    `lead` is None before kick-off. `whole` is False where there are more events than were read.
    """

    title: str
    version: str
    release_id: str
    lead: timedelta | None
    done: bool
    stages: tuple[StageTime, ...]
    waits: tuple[Waited, ...]
    failures: tuple[Failures, ...]
    trend: tuple[Lead, ...]
    usual: timedelta | None
    whole: bool = True


def report(
    release: Release,
    events: Sequence[Event],
    earlier: Sequence[Release],
    *,
    now: datetime,
    whole: bool = True,
) -> Report:
    """The report of a release. `events` are oldest first, `earlier` newest first."""
    ended = release.archived.at if release.archived is not None else now
    spells = _stage_spells(events, ended)
    before = [found for one in reversed(earlier[:EARLIER]) if (found := _lead(one)) is not None]
    begun = min((spell.begin for own in spells.values() for spell in own), default=None)
    done = release.stage(Stage.PRE_RELEASE).completed_at is not None
    last = max((spell.end for own in spells.values() for spell in own), default=ended) if done else ended
    lead = last - begun if begun is not None else None
    spans = {stage: together(all_) for stage, all_ in spells.items()}
    this = [Lead(version=release.version, span=lead, stages=spans)] if lead is not None else []
    return Report(
        title=release.title,
        version=release.version,
        release_id=release.id,
        lead=lead,
        done=done,
        stages=tuple(_stage_times(spans, before, _open(events))),
        waits=_waits(waiting(events, until=ended)),
        failures=_failures(events),
        trend=(*before, *this),
        usual=_usual([each.span for each in before]),
        whole=whole,
    )


def _stage_spells(events: Iterable[Event], now: datetime) -> dict[Stage, list[Spell]]:
    """When each stage was under way; a stage that was opened again has several spells."""
    begun: dict[Stage, datetime] = {}
    found: dict[Stage, list[Spell]] = {}
    for event in events:
        if event.kind in {EventKind.STAGE_STARTED, EventKind.STAGE_REOPENED}:
            begun.setdefault(Stage(event.data["stage"]), event.at)
        elif event.kind is EventKind.STAGE_COMPLETED:
            stage = Stage(event.data["stage"])
            if stage in begun:
                found.setdefault(stage, []).append(Spell(begin=begun.pop(stage), end=event.at))
    for stage, at in begun.items():
        found.setdefault(stage, []).append(Spell(begin=at, end=max(now, at)))
    return {stage: found[stage] for stage in Stage if stage in found}


def _open(events: Iterable[Event]) -> frozenset[Stage]:
    """The stages that have not ended."""
    live: set[Stage] = set()
    for event in events:
        if event.kind in {EventKind.STAGE_STARTED, EventKind.STAGE_REOPENED}:
            live.add(Stage(event.data["stage"]))
        elif event.kind is EventKind.STAGE_COMPLETED:
            live.discard(Stage(event.data["stage"]))
    return frozenset(live)


def _stage_times(
    own: Mapping[Stage, timedelta], before: Sequence[Lead], live: frozenset[Stage]
) -> Iterable[StageTime]:
    for stage, span in own.items():
        usual = _usual([lead.stages[stage] for lead in before if stage in lead.stages])
        yield StageTime(stage=stage, span=span, usual=usual, open=stage in live)


def _usual(spans: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None


def _waits(spells: Mapping[str, Sequence[Spell]]) -> tuple[Waited, ...]:
    """By owner, the longest first."""
    found = [Waited(owner=owner, span=together(all_), spells=len(all_)) for owner, all_ in spells.items()]
    return tuple(sorted((w for w in found if w.span), key=lambda w: (-w.span, w.owner)))


def _failures(events: Iterable[Event]) -> tuple[Failures, ...]:
    """By kind of task, the most frequent first."""
    counted = Counter(e.data.get("type", "") for e in events if e.kind is EventKind.TASK_FAILED)
    known = set(TaskType)
    named = {
        (TASK_TITLES[TaskType(kind)] if kind in known else kind or "A task"): n for kind, n in counted.items()
    }
    return tuple(
        Failures(title=title, count=n)
        for title, n in sorted(named.items(), key=lambda item: (-item[1], item[0]))
    )


def _lead(release: Release) -> Lead | None:
    """The lead time of a release that came to its end; None for one that did not."""
    first, last = release.stage(Stage.KICKOFF), release.stage(Stage.PRE_RELEASE)
    if release.ended or first.started_at is None or last.completed_at is None:
        return None
    spans = {
        record.stage: record.completed_at - record.started_at
        for record in release.stages
        if record.started_at is not None and record.completed_at is not None
    }
    ends = [record.completed_at for record in release.stages if record.completed_at is not None]
    return Lead(version=release.version, span=max(ends) - first.started_at, stages=spans)
