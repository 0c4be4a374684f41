"""Which implementations of AppStore the suites of releases are run against."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final

from tests.contracts.store_release_rig import ReleaseRig, phased_twin, staged_twin
from tests.integrations.app_store.app_store_release_rig import contract_rig as app_store_rig
from tests.integrations.google_play.google_play_release_rig import contract_rig as google_play_rig

RIGS: Final[Mapping[str, Callable[[], AbstractAsyncContextManager[ReleaseRig]]]] = {
    "app store connect": app_store_rig,
    "google play": google_play_rig,
    "phased twin": phased_twin,
    "staged twin": staged_twin,
}
