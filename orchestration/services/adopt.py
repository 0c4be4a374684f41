"""Releases that already run elsewhere: looked for at the providers, judged as a new one is, and taken over once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from orchestration.catalogue.specs import connected
from orchestration.domain.adopting import Adopted, Output
from orchestration.domain.creation import Order, create
from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Actor, Permission
from orchestration.domain.places import problem
from orchestration.domain.release import Release
from orchestration.domain.version import Version
from orchestration.ports.errors import PortError, Refused
from orchestration.ports.pm import ProjectManagement
from orchestration.ports.runtime import Configuration, Integrations
from orchestration.ports.scm import SourceControl
from orchestration.services.engine import Engine
from orchestration.services.find_parent import Sought, find_lineage
from orchestration.services.saving import require, roles_of
from orchestration.services.start_release import facts_for, start_release


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """A release as another system left it. Its order names the branch; `tickets` are keys, by `Pair.key`."""

    order: Order
    tickets: Mapping[str, str]
    candidates: int = 0


async def find_adopted(engine: Engine, configuration: Configuration, running: Running) -> Release | None:
    """The running release that this one became: of the same repository and branch. Invalid where it is another one."""
    async with engine.look() as work:
        every = await work.releases.active(configuration.tenant_id)
    scm, branch = configuration.snapshot.scm, running.order.branch
    found = next((r for r in every if (r.snapshot.scm, r.branch) == (scm, branch)), None)
    if found is not None and {p.pair.key: str(p.version) for p in found.plans} != _plain(running.order):
        raise Invalid([Problem(field="branch", message=f"{found.title} ({found.id}) runs on this branch")])
    return found


def _plain(order: Order) -> dict[str, str]:
    """The versions as they are stored; what is none stays as it is and fits nothing."""
    return {key: _version(text) for key, text in order.versions.items()}


def _version(text: str) -> str:
    try:
        return str(Version.parse(text))
    except ValueError:
        return text


async def judge_running(
    engine: Engine, configuration: Configuration, running: Running, *, actor: Actor
) -> Adopted:
    """What of it exists at the providers. Invalid with everything that is wrong; nothing is stored or made."""
    tenant_id, order = configuration.tenant_id, running.order
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.EDIT)
        facts = await facts_for(work, configuration)
    sought = Sought(type=order.type, versions=order.versions, parent=order.parent)
    lineage = await find_lineage(engine, tenant_id, configuration.snapshot, sought)
    problems: list[Problem] = []
    release = create(
        order,
        replace(facts, lineage=lineage),
        release_id="REL-PREVIEW",
        tenant_id=tenant_id,
        by=actor.id,
        now=engine.clock.now(),
    )
    found = await _found(engine, release, running, problems)
    if problems:
        raise Invalid(problems)
    return found


async def _found(engine: Engine, release: Release, running: Running, problems: list[Problem]) -> Adopted:
    ports = await engine.integrations(release.tenant_id)
    try:
        scm = connected(ports.scm, release.snapshot.scm)
        return Adopted(
            branch=await _branch(scm, release.branch, problems),
            candidates=await _candidates(scm, release, running.candidates, problems),
            tickets=await _tickets(ports, release, running.tickets, problems),
        )
    except PortError as error:
        raise Invalid([*problems, Problem(field="configuration", message=error.reason)]) from None


async def _tickets(
    ports: Integrations, release: Release, named: Mapping[str, str], problems: list[Problem]
) -> Mapping[Pair, Output]:
    found: dict[Pair, Output] = {}
    snapshot = release.snapshot
    for key, text in named.items():
        pair = next((p.pair for p in release.plans if p.pair.key == key), None)
        if pair is None or key not in snapshot.tickets or snapshot.pm is None:
            says = f"{snapshot.name} opens no ticket for {key} in this release"
            problems.append(problem(("tickets", key), says))
            continue
        ticket = await _ticket(connected(ports.pm, snapshot.pm), text)
        if ticket is None:
            problems.append(problem(("tickets", key), f"There is no ticket {text}"))
        else:
            found[pair] = ticket
    return found


async def _branch(scm: SourceControl, name: str, problems: list[Problem]) -> Output:
    branch = await scm.find_branch(name)
    if branch is None:
        problems.append(Problem(field="branch", message=f"There is no branch {name}"))
        return {}
    return {"branch": branch.name, "sha": branch.sha, "url": branch.url}


async def _candidates(
    scm: SourceControl, release: Release, count: int, problems: list[Problem]
) -> Sequence[Output]:
    """The tags of rc.1 to rc.`count`; and none may follow, or the next cycle would want a tag that is taken."""
    found: list[Output] = []
    for number in range(1, count + 1):
        name = release.candidate_tag(number)
        tag = await scm.find_tag(name)
        if tag is None:
            problems.append(Problem(field="candidates", message=f"There is no tag {name}"))
        else:
            found.append({"tag": tag.name, "sha": tag.sha, "url": tag.url})
    after = release.candidate_tag(count + 1)
    if await scm.find_tag(after) is not None:
        problems.append(Problem(field="candidates", message=f"There is a tag {after} too: count it"))
    return found


async def _ticket(pm: ProjectManagement, text: str) -> Output | None:
    """The first ticket of a key or an address that the provider knows."""
    for key in pm.keys_in(text):
        try:
            status = await pm.check_ticket_status(key)
        except Refused:
            continue
        return {"key": status.key, "url": status.url}
    return None


async def adopt_release(
    engine: Engine, configuration: Configuration, running: Running, *, actor: Actor
) -> tuple[Release, bool]:
    """The release, and whether it was taken over now; it is left alone where it was before. Invalid."""
    known = await find_adopted(engine, configuration, running)
    if known is not None:
        return known, False
    found = await judge_running(engine, configuration, running, actor=actor)
    release = await start_release(
        engine, configuration.tenant_id, configuration.id, running.order, actor=actor, adopted=found
    )
    return release, True
