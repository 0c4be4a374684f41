"""ClickUp."""

from integrations.clickup.choices import CHOICES
from integrations.clickup.pm import ClickupPm
from integrations.clickup.settings import ClickupSecrets, ClickupSettings
from integrations.clickup.verify import verify
from integrations.edge import Edge
from integrations.registry import Provider


def _open_pm(settings: ClickupSettings, secrets: ClickupSecrets, edge: Edge) -> ClickupPm:
    return ClickupPm(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


PROVIDER = Provider(
    key="clickup",
    title="ClickUp",
    settings=ClickupSettings,
    secrets=ClickupSecrets,
    verify=verify,
    pm=_open_pm,
    choices=CHOICES,
)
