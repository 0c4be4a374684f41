"""The release ticket of every pair must be in a done status."""

from orchestration.catalogue.specs import Facts, GateSpec, connected
from orchestration.domain.gates import Condition, Finding
from orchestration.domain.release import PairPlan, Release
from orchestration.domain.tasks import TaskType
from orchestration.ports.runtime import Integrations


def ticketed(release: Release) -> tuple[PairPlan, ...]:
    """The pairs that have a ticket plan."""
    if release.snapshot.pm is None:
        return ()
    return tuple(p for p in release.plans if p.pair.key in release.snapshot.tickets)


async def read(release: Release, ports: Integrations) -> Facts:
    """The status of each pair's ticket; only a done one is written down as `done`."""
    pm = connected(ports.pm, release.snapshot.pm)
    facts = {}
    for plan in ticketed(release):
        key = release.output(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, "key", pair=plan.pair)
        if key is None:
            continue
        status = await pm.check_ticket_status(key)
        facts[f"{plan.pair.key}:key"] = key
        facts[f"{plan.pair.key}:name"] = status.name
        facts[f"{plan.pair.key}:done"] = "done" if status.done else "open"
        facts[f"{plan.pair.key}:url"] = status.url
    return facts


def judge(release: Release, facts: Facts) -> Finding:
    """A pair whose ticket is unknown is not done."""
    waiting, link = [], None
    for plan in ticketed(release):
        key = plan.pair.key
        if _done(release, plan, facts):
            continue
        name, ticket = facts.get(f"{key}:name", "unknown"), facts.get(f"{key}:key", f"{plan.pair.title}'s")
        waiting.append(f"the ticket {ticket} is {name}")
        link = link or facts.get(f"{key}:url")
    if waiting:
        says = "; ".join(waiting)
        return Finding(
            condition=Condition.TICKETS_DONE, met=False, says=says[0].upper() + says[1:], link=link
        )
    return Finding(condition=Condition.TICKETS_DONE, met=True, says="Every release ticket is done")


def _done(release: Release, plan: PairPlan, facts: Facts) -> bool:
    """By the names of the configuration where it has some: a provider knows only its own categories."""
    key = plan.pair.key
    names = {name.strip().casefold() for name in release.snapshot.tickets[key].done_statuses}
    if names:
        return facts.get(f"{key}:name", "").strip().casefold() in names - {""}
    return facts.get(f"{key}:done") == "done"


SPEC = GateSpec(
    condition=Condition.TICKETS_DONE,
    title="The release tickets are done",
    applies=lambda release: bool(ticketed(release)),
    read=read,
    judge=judge,
)
