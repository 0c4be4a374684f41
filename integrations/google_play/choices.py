"""The testing tracks of an app, to choose from. Apps themselves are listed to nobody."""

from integrations.choices import MOST, Asked, Option, Page, matching
from integrations.edge import Edge
from integrations.google_play.answers import Track
from integrations.google_play.client import PlayClient
from integrations.google_play.edits import for_reading
from integrations.google_play.settings import GooglePlaySecrets, GooglePlaySettings, is_production
from orchestration.ports.errors import Refused

WHO = {"internal": "internal testing", "alpha": "closed testing", "beta": "open testing"}
"""What Play Console calls the tracks that every app has; others are closed testing too."""


async def read_tracks(
    settings: GooglePlaySettings, secrets: GooglePlaySecrets, edge: Edge, asked: Asked
) -> Page:
    """All tracks but production, in Google's order. They are shown within an edit only, which is deleted again."""
    if not settings.package_name:
        raise Refused("Type the package name first: its tracks are listed then")
    client = PlayClient(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)
    async with for_reading(client) as edit:
        tracks = (await client.tracks(edit)).tracks
    options = tuple(_option(track) for track in tracks if not is_production(track.track))
    found, start = matching(options, asked.words), int(asked.cursor or 0)
    end = start + MOST
    return Page(options=found[start:end], next=str(end) if end < len(found) else None)


def _option(track: Track) -> Option:
    bare = track.track.rpartition(":")[2]
    return Option(value=track.track, label=track.track, detail=WHO.get(bare, "closed testing"))
