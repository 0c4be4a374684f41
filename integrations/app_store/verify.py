"""Tries a connection by reading: whether the key is taken, and whether the app, its builds and its groups show.

Whose a key is and which role it has, App Store Connect tells to no key but an administrator's; whether it may give
builds to testers shows only when it is tried. A key does not expire.
Source: GET /v1/apps, /v1/builds and /v1/betaGroups.
"""

import time
from collections.abc import Sequence
from typing import Final

from integrations.app_store.answers import Apps, Builds, Group
from integrations.app_store.client import Client, Clock
from integrations.app_store.errors import budget, parsed
from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings
from integrations.edge import Edge
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED: Final = "The key is accepted"
APP: Final = "The app can be seen"
BUILDS: Final = "Builds can be read"
GROUPS: Final = "Groups of testers can be read"
NAMED: Final = 5


async def verify(
    settings: AppStoreSettings, secrets: AppStoreSecrets, edge: Edge, *, clock: Clock = time.time
) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them, and so does an app that is not there."""
    client = Client(settings, secrets, edge, clock=clock)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        checks.append(await _accepted(client, individual=not settings.issuer_id))
        what = APP
        app = await client.app(settings.app, to="look for the app")
        if app is None:
            says = (
                f"the key shows no app {settings.app}: look at the bundle ID, and at the key's access to apps"
            )
            return (*checks, Check(what=APP, ok=False, says=says))
        checks.append(Check(what=APP, ok=True, says=f"{app.attributes.name} ({settings.app})"))
        what = BUILDS
        newest = {"filter[app]": app.id, "sort": "-uploadedDate", "limit": "1"}
        checks.append(_newest(await client.read(Builds, "/v1/builds", newest, to="read the builds")))
        what = GROUPS
        checks.append(_listed(await client.groups(app.id, to="list the groups of testers")))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


async def _accepted(client: Client, *, individual: bool) -> Check:
    answer = await client.ask("/v1/apps", {"limit": "1", "fields[apps]": "name,bundleId"})
    parsed(Apps, answer, to="try the key")
    kind = "an individual key" if individual else "a team key"
    left = budget(answer)
    says = f"{kind}; {left[1]} of {left[0]} requests are left for this hour" if left else kind
    return Check(what=ACCEPTED, ok=True, says=says)


def _newest(builds: Builds) -> Check:
    row = next(iter(builds.data), None)
    if row is None:
        return Check(what=BUILDS, ok=True, says="there is none yet")
    return Check(what=BUILDS, ok=True, says=f"the newest has the number {row.attributes.number}")


def _listed(groups: Sequence[Group]) -> Check:
    if not groups:
        return Check(what=GROUPS, ok=True, says="there is none yet: make one in TestFlight to give builds to")
    kinds = {True: "internal", False: "external"}
    named = ", ".join(f"{g.attributes.name} ({kinds[g.attributes.internal]})" for g in groups[:NAMED])
    more = f" and {len(groups) - NAMED} more" if len(groups) > NAMED else ""
    return Check(what=GROUPS, ok=True, says=named + more)
