"""Linear."""

from integrations.edge import Edge
from integrations.linear.choices import CHOICES
from integrations.linear.pm import LinearPm
from integrations.linear.settings import LinearSecrets, LinearSettings
from integrations.linear.verify import verify
from integrations.registry import Provider


def _open_pm(settings: LinearSettings, secrets: LinearSecrets, edge: Edge) -> LinearPm:
    return LinearPm(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


PROVIDER = Provider(
    key="linear",
    title="Linear",
    settings=LinearSettings,
    secrets=LinearSecrets,
    verify=verify,
    pm=_open_pm,
    choices=CHOICES,
)
