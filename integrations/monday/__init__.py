"""monday.com."""

from integrations.edge import Edge
from integrations.monday.choices import CHOICES
from integrations.monday.pm import MondayPm
from integrations.monday.settings import MondaySecrets, MondaySettings
from integrations.monday.verify import verify
from integrations.registry import Provider


def _open_pm(settings: MondaySettings, secrets: MondaySecrets, edge: Edge) -> MondayPm:
    return MondayPm(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


PROVIDER = Provider(
    key="monday",
    title="monday.com",
    settings=MondaySettings,
    secrets=MondaySecrets,
    verify=verify,
    pm=_open_pm,
    choices=CHOICES,
)
