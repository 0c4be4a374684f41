"""The connections that a release configuration names: whether each is there, of the right kind, and verified."""

from collections.abc import Sequence

from orchestration.domain.errors import Problem
from orchestration.domain.places import problem
from orchestration.ports.runtime import Configuration, Integrations, UnitOfWork

# What a connection that is named for a port must be, in words.
_PORTS = {
    "scm": "has no repositories",
    "cicd": "runs no workflows",
    "pm": "keeps no tickets",
    "test_platform": "keeps no test runs",
    "app_stores": "is no app store",
    "release_health": "counts no crashes",
}


async def connection_problems(
    work: UnitOfWork, wanted: Configuration, ports: Integrations, *, verified: bool
) -> Sequence[Problem]:
    """Each connection where it is named: it must exist, and have the port that it is named for there."""
    named = [each for each in wanted.snapshot.named() if each.integration.strip()]
    states = await work.directory.unverified(wanted.tenant_id, sorted({each.integration for each in named}))
    problems = []
    for each in named:
        name, state = each.integration, states.get(each.integration)
        if state == "missing":
            problems.append(problem(each.place, f"There is no connection {name}"))
        elif name not in getattr(ports, each.port):
            says = f"The connection {name} {_PORTS[each.port]}, or can't be opened"
            problems.append(problem(each.place, says))
        elif state is not None and verified:
            problems.append(problem(each.place, f"The connection {name} is {state}: connect it again first"))
    return problems
