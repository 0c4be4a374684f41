"""A build of App Store Connect in our words. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from integrations.app_store.answers import BetaDetail, BuildRow, Group
from orchestration.ports.app_store import StoreBuild, StoreBuildState
from orchestration.ports.errors import Refused, TryLater

PLATFORM: Final = "IOS"
BY_PROCESSING: Final[Mapping[str, StoreBuildState]] = {
    "PROCESSING": StoreBuildState.PROCESSING,
    "VALID": StoreBuildState.READY,
    "FAILED": StoreBuildState.REJECTED,
    "INVALID": StoreBuildState.REJECTED,
}
# TestFlight may still be at work on what is VALID.
BY_BETA: Final[Mapping[str, StoreBuildState]] = {
    "PROCESSING": StoreBuildState.PROCESSING,
    "PROCESSING_EXCEPTION": StoreBuildState.REJECTED,
    "EXPIRED": StoreBuildState.EXPIRED,
}
NOT_YET: Final = frozenset({None, "PROCESSING"})
SOON: Final = timedelta(minutes=1)
SUBMITTABLE: Final = "READY_FOR_BETA_SUBMISSION"
IN_REVIEW: Final = frozenset({SUBMITTABLE, "WAITING_FOR_BETA_REVIEW", "IN_BETA_REVIEW"})
REVIEWED_LATER: Final = "testers outside the team get it when Apple's beta review has passed it"

# Why testers can't get a ready build, by TestFlight's states; `external` ones are of outside testers only.
BLOCKED: Final[Mapping[str, str]] = {
    "MISSING_EXPORT_COMPLIANCE": (
        "export compliance is missing: answer its question in App Store Connect, or set"
        " ITSAppUsesNonExemptEncryption in the app's Info.plist and upload another"
    ),
    "IN_EXPORT_COMPLIANCE_REVIEW": "Apple reviews its export compliance: wait for Apple's answer, then try again",
}
BLOCKED_OUTSIDE: Final[Mapping[str, str]] = {
    **BLOCKED,
    "BETA_REJECTED": "Apple's beta review has rejected it: see why in App Store Connect, and upload another",
    "NOT_APPLICABLE": "it was uploaded for internal testing only: take an internal group, or upload another",
}


def state_of(row: BuildRow, beta: BetaDetail) -> StoreBuildState:
    """The state. What is not known to be usable is being processed, for the deadline to tell."""
    if row.attributes.expired:
        return StoreBuildState.EXPIRED
    state = BY_PROCESSING.get(row.attributes.processing, StoreBuildState.PROCESSING)
    if state is not StoreBuildState.READY:
        return state
    return BY_BETA.get(beta.internal or "", state)


def detail_of(row: BuildRow, beta: BetaDetail) -> str | None:
    """A few words on a state that is not simply READY; on a ready build, what keeps it from testers."""
    state = state_of(row, beta)
    if state is StoreBuildState.REJECTED:
        return (
            f"Apple's processing ended with {row.attributes.processing}: its e-mail to the team says why;"
            " upload another"
        )
    if state is StoreBuildState.EXPIRED:
        return "it expired: builds stay in TestFlight for 90 days; upload another"
    if state is StoreBuildState.PROCESSING:
        return "Apple is processing it"
    return BLOCKED.get(beta.internal or "")


def store_build(row: BuildRow, beta: BetaDetail, *, version: str, page: str) -> StoreBuild:
    """The build for the engine; `page` is the address of the app's builds for people."""
    return StoreBuild(
        id=row.id,
        version=version,
        number=row.attributes.number,
        state=state_of(row, beta),
        url=f"{page}/{row.id}",
        uploaded_at=row.attributes.uploaded,
        detail=detail_of(row, beta),
    )


def check_shareable(build: StoreBuild, beta: BetaDetail, group: Group) -> None:
    """Refused where the build can't get to the group as it is now; TryLater where Apple is not done after all."""
    named = f"Build {build.number} of {build.version}"
    if build.state is StoreBuildState.PROCESSING:
        raise TryLater(f"{named} is being processed by Apple after all", after=SOON, link=build.url)
    if build.state is not StoreBuildState.READY:
        raise Refused(f"{named} is not ready for testers: {build.detail}", link=build.url)
    inside = group.attributes.internal
    state = beta.internal if inside else beta.external
    if state in NOT_YET:
        raise TryLater(f"{named} is new to TestFlight, which does not tell its state yet", after=SOON)
    why = (BLOCKED if inside else BLOCKED_OUTSIDE).get(state or "")
    if why is not None:
        raise Refused(f"{named} can't go to {group.attributes.name}: {why}", link=build.url)
