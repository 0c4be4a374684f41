"""Tries a connection by reading: the key, the app, and the testing track.

Whether the account may release to testing tracks, Google Play tells only when it does so. An edit would show a little
more, but opening one ends the edit in which CI may be uploading with the same account.
"""

from collections.abc import Sequence
from typing import Final

from integrations.edge import Edge
from integrations.google_play.answers import Summaries
from integrations.google_play.client import PlayClient
from integrations.google_play.settings import PRODUCTION, GooglePlaySecrets, GooglePlaySettings
from integrations.registry import Check, unmet
from orchestration.ports.errors import PortError

ACCEPTED: Final = "The key is accepted"
APP: Final = "The app can be seen"
TRACK: Final = "The testing track is there"
UNTOLD: Final = "whether the account may release there, Google Play tells only when it is used"


async def verify(settings: GooglePlaySettings, secrets: GooglePlaySecrets, edge: Edge) -> Sequence[Check]:
    """Every check in order; one that can't be read ends them. A key of a service account has no end that is told."""
    client = PlayClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    checks: list[Check] = []
    what = ACCEPTED
    try:
        await client.sign_in()
        checks.append(Check(what=what, ok=True, says=f"it belongs to {client.email}"))
        what = APP
        live = await client.releases(PRODUCTION)
        checks.append(Check(what=what, ok=True, says=f"{settings.package_name}, {_shown(PRODUCTION, live)}"))
        what = TRACK
        testing = await client.releases(settings.track)
        checks.append(Check(what=what, ok=True, says=f"{_shown(settings.track, testing)}; {UNTOLD}"))
    except PortError as error:
        checks.append(unmet(what, error))
    return tuple(checks)


def _shown(track: str, summaries: Summaries) -> str:
    names = [release.name or "without a name" for release in summaries.releases]
    return f"{track}: {', '.join(names)}" if names else f"{track}: no release"
