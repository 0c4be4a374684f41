"""The phase that people read: derived from the release, never stored."""

from enum import StrEnum

from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.submission import REVIEWED


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
    IN_REVIEW = "IN_REVIEW"
    ROLLING_OUT = "ROLLING_OUT"
    COMPLETED = "COMPLETED"
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
    Phase.IN_REVIEW: "In review",
    Phase.ROLLING_OUT: "Rolling out",
    Phase.COMPLETED: "Completed",
    Phase.ARCHIVED: "Archived",
}


def phase(release: Release) -> Phase:
    """The phase of a release: the first row whose question is answered with yes.

    Stores go at their own pace: the one that is furthest names the phase.
    """
    done, busy = StageState.COMPLETED, StageState.IN_PROGRESS
    rows = (
        (release.archived is not None, Phase.ARCHIVED),
        (release.completed, Phase.COMPLETED),
        (any(s.out for s in release.current_submissions), Phase.ROLLING_OUT),
        (any(s.state in REVIEWED for s in release.current_submissions), Phase.IN_REVIEW),
        (release.in_state(Stage.PRE_RELEASE, done), Phase.AWAITING_SUBMISSION),
        (release.in_state(Stage.PRE_RELEASE, busy), Phase.PRE_RELEASE),
        (release.in_state(Stage.REGRESSION, done), Phase.AWAITING_STAGE_3),
        (release.active_cycle is not None, Phase.REGRESSION),
        (release.in_state(Stage.REGRESSION, busy), Phase.BETWEEN_CYCLES),
        (release.in_state(Stage.KICKOFF, done), Phase.AWAITING_REGRESSION),
        (release.in_state(Stage.KICKOFF, busy), Phase.KICKOFF),
    )
    return next((named for holds, named in rows if holds), Phase.SCHEDULED)
