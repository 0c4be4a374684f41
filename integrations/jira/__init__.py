"""Jira, Cloud and Data Center."""

from integrations.edge import Edge
from integrations.jira.choices import CHOICES
from integrations.jira.pm import JiraPm
from integrations.jira.settings import JiraSecrets, JiraSettings
from integrations.jira.verify import verify
from integrations.registry import Provider


def _open_pm(settings: JiraSettings, secrets: JiraSecrets, edge: Edge) -> JiraPm:
    return JiraPm(settings=settings, secrets=secrets, threads=edge.threads, tenant=edge.tenant)


PROVIDER = Provider(
    key="jira",
    title="Jira",
    settings=JiraSettings,
    secrets=JiraSecrets,
    verify=verify,
    pm=_open_pm,
    choices=CHOICES,
)
