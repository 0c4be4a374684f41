"""A simulated App Store Connect."""

from sandbox.app_store.keys import ApiKey
from sandbox.app_store.simulator import BUNDLE, AppStoreSimulator

__all__ = ["BUNDLE", "ApiKey", "AppStoreSimulator"]
