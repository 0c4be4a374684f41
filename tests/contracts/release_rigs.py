"""Which implementations of AppStore the suites of releases are run against."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final

from tests.contracts.store_release_rig import ReleaseRig, phased_twin, staged_twin

RIGS: Final[Mapping[str, Callable[[], AbstractAsyncContextManager[ReleaseRig]]]] = {
    "phased twin": phased_twin,
    "staged twin": staged_twin,
}
