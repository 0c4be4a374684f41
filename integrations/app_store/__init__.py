"""App Store Connect."""

from integrations.app_store.app_store import AppStoreConnect
from integrations.app_store.choices import CHOICES
from integrations.app_store.hooks import receive
from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings
from integrations.app_store.verify import verify
from integrations.registry import Provider

PROVIDER = Provider(
    key="app_store",
    title="App Store Connect",
    settings=AppStoreSettings,
    secrets=AppStoreSecrets,
    verify=verify,
    app_store=AppStoreConnect,
    hook=receive,
    choices=CHOICES,
)

__all__ = ["PROVIDER", "AppStoreConnect", "AppStoreSecrets", "AppStoreSettings"]
