"""The phase that people read: derived from the release, never stored."""

from enum import StrEnum

from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState


class Phase(StrEnum):
    """Where a release is, in the words of PRODUCT and DOMAIN."""

    SCHEDULED = "SCHEDULED"
    KICKOFF = "KICKOFF"
    AWAITING_REGRESSION = "AWAITING_REGRESSION"
    REGRESSION = "REGRESSION"
    BETWEEN_CYCLES = "BETWEEN_CYCLES"
    AWAITING_STAGE_3 = "AWAITING_STAGE_3"
    PRE_RELEASE = "PRE_RELEASE"
    AWAITING_SUBMISSION = "AWAITING_SUBMISSION"
    ARCHIVED = "ARCHIVED"


PHASE_TITLES = {
    Phase.SCHEDULED: "Scheduled",
    Phase.KICKOFF: "Kick-off",
    Phase.AWAITING_REGRESSION: "Waiting for regression",
    Phase.REGRESSION: "Regression",
    Phase.BETWEEN_CYCLES: "Between regression cycles",
    Phase.AWAITING_STAGE_3: "Waiting for approval of Stage 3",
    Phase.PRE_RELEASE: "Pre-release",
    Phase.AWAITING_SUBMISSION: "Ready for submission",
    Phase.ARCHIVED: "Archived",
}


def phase(release: Release) -> Phase:
    """The phase of a release; the first row that fits."""
    if release.archived is not None:
        return Phase.ARCHIVED
    state = {record.stage: record.state for record in release.stages}
    if state[Stage.PRE_RELEASE] is StageState.COMPLETED:
        return Phase.AWAITING_SUBMISSION
    if state[Stage.PRE_RELEASE] is StageState.IN_PROGRESS:
        return Phase.PRE_RELEASE
    if state[Stage.REGRESSION] is StageState.COMPLETED:
        return Phase.AWAITING_STAGE_3
    if state[Stage.REGRESSION] is StageState.IN_PROGRESS:
        return Phase.REGRESSION if release.active_cycle else Phase.BETWEEN_CYCLES
    if state[Stage.KICKOFF] is StageState.COMPLETED:
        return Phase.AWAITING_REGRESSION
    if state[Stage.KICKOFF] is StageState.IN_PROGRESS:
        return Phase.KICKOFF
    return Phase.SCHEDULED
