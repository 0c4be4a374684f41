"""Sentry, which counts crashes."""

from integrations.edge import Edge
from integrations.registry import Provider
from integrations.sentry.choices import CHOICES
from integrations.sentry.release_health import SentryReleaseHealth
from integrations.sentry.settings import SentrySecrets, SentrySettings
from integrations.sentry.verify import verify


def _open(settings: SentrySettings, secrets: SentrySecrets, edge: Edge) -> SentryReleaseHealth:
    return SentryReleaseHealth(settings=settings, secrets=secrets, http=edge.http, tenant=edge.tenant)


PROVIDER = Provider(
    key="sentry",
    title="Sentry",
    settings=SentrySettings,
    secrets=SentrySecrets,
    verify=verify,
    release_health=_open,
    choices=CHOICES,
)
