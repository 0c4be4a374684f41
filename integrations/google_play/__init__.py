"""Google Play."""

from integrations.choices import Kind
from integrations.edge import Edge
from integrations.google_play.app_store import GooglePlayStore
from integrations.google_play.choices import read_tracks
from integrations.google_play.settings import GooglePlaySecrets, GooglePlaySettings
from integrations.google_play.verify import verify
from integrations.registry import Provider


def _open(settings: GooglePlaySettings, secrets: GooglePlaySecrets, edge: Edge) -> GooglePlayStore:
    return GooglePlayStore(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


PROVIDER = Provider(
    key="google_play",
    title="Google Play",
    settings=GooglePlaySettings,
    secrets=GooglePlaySecrets,
    verify=verify,
    app_store=_open,
    choices={Kind.TRACKS: read_tracks},
)
