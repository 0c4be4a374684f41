"""What happens outside the bot: testers pass the tests, the board moves tickets, stores take builds and review them."""

from datetime import timedelta
from random import Random

from integrations.rehearsal.app_store import RehearsalAppStore
from integrations.rehearsal.store_releases import TODO, Sent
from integrations.rehearsal.test_platform import CaseState
from orchestration.domain.builds import ENDED, Build
from orchestration.domain.distributing import STORE_BUILDS
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskType
from orchestration.ports.app_store import StoreState
from tests.simulation.world import BEGIN, World

_AGAIN = 900.0
_TURNED_BACK = 0.15


class Outside:
    """The people and machines that the bot only sees through its providers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._uploaded: dict[str, float] = {}
        self._builds = 0

    def goes_on(self, release: Release, chance: Random, *, calm: bool) -> None:
        """A while passes for a release. Stores turn something back only while not all is `calm`."""
        providers = self._world.providers[release.tenant_id]
        for plan in release.plans:
            suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=plan.pair)
            ticket = release.output(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, "key", pair=plan.pair)
            if suite is not None:
                providers.tests.fill(suite, CaseState.PASSED)
            if ticket is not None:
                providers.pm.move(ticket, "Done")
        for build in release.builds:
            plan_of_store = release.snapshot.stores.get(build.pair.key)
            if plan_of_store is not None and build.kind in STORE_BUILDS and build.state not in ENDED:
                self._upload(providers.stores[plan_of_store.integration], build)
        for store in providers.stores.values():
            for sent in list(store.releases.sent.values()):
                self._review(store, sent, chance, calm=calm)

    def _upload(self, store: RehearsalAppStore, build: Build) -> None:
        """CI sends what it built; where nobody took notice, somebody sends it again after a while."""
        now = self._world.loop.time()
        if build.run_id is None or now < self._uploaded.get(build.id, 0.0):
            return
        self._uploaded[build.id] = now + _AGAIN
        self._builds += 1
        store.upload(build.version, f"{4710 + self._builds}", at=BEGIN + timedelta(seconds=now))

    def _review(self, store: RehearsalAppStore, sent: Sent, chance: Random, *, calm: bool) -> None:
        at = (sent.order.build.version, sent.order.build.number or "")
        if sent.status.todo == TODO:
            store.releases.send(*at)
        elif sent.status.state is StoreState.SUBMITTED:
            store.releases.turn(*at, StoreState.IN_REVIEW)
        elif sent.status.state is StoreState.IN_REVIEW:
            passed = calm or chance.random() >= _TURNED_BACK
            store.releases.turn(*at, StoreState.APPROVED if passed else StoreState.REJECTED)

    def console(self, tenant: str, lot: Random) -> None:
        """Somebody acts in the console of a store, past the bot."""
        store = self._world.providers[tenant].stores[lot.choice(("apple", "play"))]
        for sent in store.releases.sent.values():
            at = (sent.order.build.version, sent.order.build.number or "")
            if sent.status.state is store.releases.moving:
                store.releases.turn(*at, store.releases.stopped)
            elif sent.status.state is StoreState.IN_REVIEW:
                store.releases.turn(*at, StoreState.REJECTED, detail="Guideline 2.1")
