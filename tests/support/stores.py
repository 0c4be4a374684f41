"""A company with both stores, and the story of a release up to its store builds."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

from integrations.rehearsal.app_store import RehearsalAppStore
from orchestration.domain.release import Release
from orchestration.domain.snapshot import BuildMode, Snapshot, StorePlan
from tests.support.engine import Bench, bench
from tests.support.rehearsed import ANDROID, IOS, Company, approve, begin, finish_by_hand, found, snapshot


class Stores(Company):
    """The company, with both stores."""

    def __post_init__(self) -> None:
        """A store for each platform; testers in the one."""
        super().__post_init__()
        self.apple = RehearsalAppStore(groups=("QA",), hook=lambda verb: self.hook("apple", verb))
        self.play = RehearsalAppStore(groups=("internal",), hook=lambda verb: self.hook("play", verb))


def configured(
    changes: Mapping[str, StorePlan] | None = None, *, build_mode: BuildMode = BuildMode.CI
) -> Snapshot:
    """Both pairs with their stores; `changes` by pair."""
    plans = {
        IOS.key: StorePlan(integration="apple", group="QA"),
        ANDROID.key: StorePlan(integration="play"),
    }
    return snapshot(stores={**plans, **(changes or {})}, build_mode=build_mode)


async def to_store_builds(b: Bench, company: Stores, configuration: Snapshot | None = None) -> Release:
    """Play until Stage 3 waits for the stores."""
    await found(b, configuration or configured())
    release = await begin(b)
    await b.live(steps=12, minutes=3)
    finish_by_hand(company, await b.release(release.id))
    await b.live(steps=2, minutes=1)
    await approve(b, release.id)
    await b.live(steps=4, minutes=1)
    return await b.release(release.id)


def opened(tmp_path: Path, company: Stores) -> AbstractAsyncContextManager[Bench]:
    """A bench with the company's ports and its stores."""
    ports = replace(company.ports(), app_stores={"apple": company.apple, "play": company.play})
    return bench(tmp_path, ports)
