"""Open the release ticket of a pair."""

from orchestration.catalogue.filling import filled
from orchestration.catalogue.specs import Facts, TaskSpec, Try, nothing_planned
from orchestration.domain.outcomes import Done, Outcome
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage
from orchestration.domain.tasks import TaskType
from orchestration.ports.pm import TicketRequest


def label(release: Release, pair: Pair) -> str:
    """The natural key of a pair's ticket."""
    return f"stationmaster-{release.id}-{pair.key}"


async def run(attempt: Try) -> Outcome:
    """One ticket per release and pair, found again by its label."""
    release, plan = attempt.release, attempt.plan
    where = release.snapshot.tickets[plan.pair.key]
    request = TicketRequest(
        project=where.project,
        issue_type=where.issue_type,
        summary=f"Release {release.snapshot.app} {plan.version} for {plan.pair.title}",
        description=(
            f"Release {release.id} of {release.snapshot.app} {plan.version} for {plan.pair.title}.\n"
            f"Branch {release.branch}, planned for {release.target_at:%Y-%m-%d %H:%M} UTC."
        ),
        label=label(release, plan.pair),
        fields=filled(
            where.fields, version=str(plan.version), platform=plan.pair.platform.value, ref=release.branch
        ),
    )

    async def find(_planned: Facts) -> Facts | None:
        ticket = await attempt.pm.find_ticket(project=request.project, label=request.label)
        return {"key": ticket.key, "url": ticket.url} if ticket else None

    async def make(_planned: Facts) -> Facts:
        ticket = await attempt.pm.create_release_ticket(request)
        return {"key": ticket.key, "url": ticket.url}

    lag = attempt.pm.search_lag
    return Done(output=await attempt.once("ticket", plan=nothing_planned, find=find, make=make, lag=lag))


SPEC = TaskSpec(
    type=TaskType.CREATE_PROJECT_MANAGEMENT_TICKET,
    stage=Stage.KICKOFF,
    needs="pm",
    after=(TaskType.FORK_BRANCH,),
    per_pair=True,
    applies=lambda release, _cycle, pair: (
        release.snapshot.pm is not None and pair is not None and pair.key in release.snapshot.tickets
    ),
    run=run,
)
