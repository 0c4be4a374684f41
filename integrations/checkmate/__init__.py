"""Checkmate, test management."""

from integrations.checkmate.choices import CHOICES
from integrations.checkmate.settings import CheckmateSecrets, CheckmateSettings
from integrations.checkmate.test_platform import CheckmateTestPlatform
from integrations.checkmate.verify import verify
from integrations.edge import Edge
from integrations.registry import Provider


def _open(settings: CheckmateSettings, secrets: CheckmateSecrets, edge: Edge) -> CheckmateTestPlatform:
    return CheckmateTestPlatform(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


PROVIDER = Provider(
    key="checkmate",
    title="Checkmate",
    settings=CheckmateSettings,
    secrets=CheckmateSecrets,
    verify=verify,
    test_platform=_open,
    choices=CHOICES,
)
