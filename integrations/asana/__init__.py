"""Asana."""

from integrations.asana.choices import CHOICES
from integrations.asana.pm import AsanaPm
from integrations.asana.settings import AsanaSecrets, AsanaSettings
from integrations.asana.verify import verify
from integrations.edge import Edge
from integrations.registry import Provider


def _open_pm(settings: AsanaSettings, secrets: AsanaSecrets, edge: Edge) -> AsanaPm:
    return AsanaPm(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


PROVIDER = Provider(
    key="asana",
    title="Asana",
    settings=AsanaSettings,
    secrets=AsanaSecrets,
    verify=verify,
    pm=_open_pm,
    choices=CHOICES,
)
