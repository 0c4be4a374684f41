"""The health of a version among its users, judged by a rule. Pure: figures in, a finding out.

What is not known is never taken for good.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import floor
from types import MappingProxyType

from orchestration.domain.health_plan import HealthPlan
from orchestration.domain.version import Version

_TINY = 1e-6
_WORSE = 0.5
"""By how many points health may fall after somebody overruled it, before it is a new matter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Vitals:
    """What was counted of one build of a version; shares in per cent, None where nothing can be said.

    `build` is None where the tool does not tell builds apart.
    """

    version: str
    build: str | None
    sessions: int
    users: int
    crash_free_sessions: float | None
    crash_free_users: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthReport:
    """What a tool counted of every version of an app within a time.

    `new_issues` were first seen in the build that was asked for, None where the tool knows no such build.
    """

    vitals: tuple[Vitals, ...]
    new_issues: int | None
    url: str


class Verdict(StrEnum):
    """What the rule says; UNKNOWN is never taken for GOOD."""

    GOOD = "GOOD"
    POOR = "POOR"
    UNKNOWN = "UNKNOWN"


class Fault(StrEnum):
    """Why the verdict is not GOOD."""

    UNSEEN = "UNSEEN"
    FEW = "FEW"
    NO_SHARE = "NO_SHARE"
    ALONE = "ALONE"
    LOW = "LOW"
    FELL = "FELL"


FAULT_WORDS: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.UNSEEN: "nothing was counted of this build yet",
        Fault.FEW: "{sessions} sessions are too few to judge, {needed} are needed",
        Fault.NO_SHARE: "the share of sessions without a crash is not told",
        Fault.ALONE: "no earlier version has enough sessions to compare with",
        Fault.LOW: "{share} % of {sessions} sessions were free of crashes, at least {least} % are wanted",
        Fault.FELL: (
            "{share} % of {sessions} sessions were free of crashes, after {before_share} % in {before}: "
            "more than {drop} points less"
        ),
    }
)
"""Why, with the figures."""
_GOOD = "{share} % of {sessions} sessions were free of crashes"
_COMPARED = _GOOD + ", after {before_share} % in {before}"
_POOR = frozenset({Fault.LOW, Fault.FELL})


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What was read and what the rule says of it. `adoption` is the share of all sessions, in per cent.

    `before` is the version that it was compared with.
    """

    verdict: Verdict
    says: str
    at: datetime
    url: str
    sessions: int = 0
    users: int = 0
    crash_free: float | None = None
    crash_free_users: float | None = None
    adoption: float | None = None
    new_issues: int | None = None
    before: str | None = None
    before_crash_free: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Overruling:
    """A person took it upon them to go on; `crash_free` is the share that was known then, None where none was."""

    by: str
    at: datetime
    reason: str
    crash_free: float | None

    def covers(self, finding: Finding) -> bool:
        """Whether it still holds: what became clearly worse, or known at all, is a new matter."""
        if finding.verdict is not Verdict.POOR or finding.crash_free is None:
            return True
        return self.crash_free is not None and finding.crash_free >= self.crash_free - _WORSE


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthWatch:
    """What is known of the health of a submission's users, and when it is read next.

    `poor`: people were told so, and were not told since that it is good again. `held` is the share at which a step
    was held back, which is told once. `tries` counts the times in a row that nothing could be read.
    """

    finding: Finding | None = None
    check_at: datetime | None = None
    tries: int = 0
    trouble: str | None = None
    poor: bool = False
    held: float | None = None
    overruled: Overruling | None = None


def judge(
    plan: HealthPlan, report: HealthReport, *, version: str, build: str | None, now: datetime
) -> Finding:
    """The finding on a build, by the rule of its configuration."""
    mine = _sum(version, (v for v in report.vitals if v.version == version and _same(v.build, build)))
    before = _before(report.vitals, version, least=plan.sessions)
    total = sum(v.sessions for v in report.vitals)
    faults = tuple(_faults(plan, mine, before))
    poor = any(fault in _POOR for fault in faults)
    return Finding(
        verdict=Verdict.POOR if poor else Verdict.UNKNOWN if faults else Verdict.GOOD,
        says=_said(plan, mine, before, faults),
        at=now,
        url=report.url,
        sessions=mine.sessions,
        users=mine.users,
        crash_free=mine.crash_free_sessions,
        crash_free_users=mine.crash_free_users,
        adoption=100 * mine.sessions / total if total else None,
        new_issues=report.new_issues,
        before=before.version if before is not None else None,
        before_crash_free=before.crash_free_sessions if before is not None else None,
    )


def share(value: float | None) -> str:
    """A share in per cent for people, rounded down: 99.999 is not everybody."""
    return "no" if value is None else f"{floor(value * 100 + _TINY) / 100:g}"


def _faults(plan: HealthPlan, mine: Vitals, before: Vitals | None) -> Iterator[Fault]:
    if mine.sessions < max(plan.sessions, 1):
        yield Fault.FEW if mine.sessions else Fault.UNSEEN
        return
    rate = mine.crash_free_sessions
    if rate is None:
        yield Fault.NO_SHARE
        return
    if plan.crash_free is not None and rate < plan.crash_free:
        yield Fault.LOW
    if plan.drop is None:
        return
    if before is None or before.crash_free_sessions is None:
        # The first version of an app has none before it: the least share alone decides then, where there is one.
        if plan.crash_free is None:
            yield Fault.ALONE
    elif before.crash_free_sessions - rate > plan.drop + _TINY:
        yield Fault.FELL


def _said(plan: HealthPlan, mine: Vitals, before: Vitals | None, faults: Sequence[Fault]) -> str:
    compared = before is not None and before.crash_free_sessions is not None
    values = {
        "sessions": mine.sessions,
        "needed": plan.sessions,
        "share": share(mine.crash_free_sessions),
        "least": "no" if plan.crash_free is None else f"{plan.crash_free:g}",
        "drop": "no" if plan.drop is None else f"{plan.drop:g}",
        "before": before.version if before is not None else "",
        "before_share": share(before.crash_free_sessions) if before is not None else "",
    }
    words = [FAULT_WORDS[fault] for fault in faults] or [_COMPARED if compared else _GOOD]
    return "; ".join(each.format(**values) for each in words)


def _before(vitals: Iterable[Vitals], version: str, *, least: int) -> Vitals | None:
    """The greatest version below ours that enough people use still, all of its builds together."""
    builds: dict[str, list[Vitals]] = {}
    for each in vitals:
        if _less(each.version, version):
            builds.setdefault(each.version, []).append(each)
    enough = [summed for name, each in builds.items() if (summed := _sum(name, each)).sessions >= least]
    return max(enough, key=lambda each: Version.parse(each.version), default=None)


def _less(one: str, other: str) -> bool:
    try:
        return Version.parse(one) < Version.parse(other)
    except ValueError:
        return False


def _same(told: str | None, build: str | None) -> bool:
    return told is None or build is None or told == build


def _sum(version: str, vitals: Iterable[Vitals]) -> Vitals:
    """Several builds as one; shares weigh by what they are shares of, and one that is not told leaves none."""
    every = [each for each in vitals if each.sessions or each.users]
    return Vitals(
        version=version,
        build=None,
        sessions=sum(each.sessions for each in every),
        users=sum(each.users for each in every),
        crash_free_sessions=_mean((each.sessions, each.crash_free_sessions) for each in every),
        crash_free_users=_mean((each.users, each.crash_free_users) for each in every),
    )


def _mean(weighted: Iterable[tuple[int, float | None]]) -> float | None:
    total, crashed = 0, 0.0
    for weight, value in weighted:
        if not weight:
            continue
        if value is None:
            return None
        total += weight
        crashed += weight * (100 - value)
    return 100 - crashed / total if total else None
