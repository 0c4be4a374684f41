"""Databases in which a release stands at a certain point, lived through by the real engine once and then copied."""

import copy
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.views.notices import HEARD
from orchestration.domain.builds import BuildKind
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.gates import SignOff
from orchestration.domain.pairs import Pair
from orchestration.domain.people import Actor
from orchestration.domain.snapshot import GateSettings, ReleaseChannel, Snapshot, Timing, Workflow
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType
from orchestration.ports.cicd import RunState
from orchestration.ports.runtime import Configuration, Integrations
from orchestration.services.engine import Engine
from orchestration.services.start_release import start_release
from orchestration.services.work_due import work_claim
from orchestration.store.database import open_engine
from orchestration.store.integrations import IntegrationRow, IntegrationState
from orchestration.store.migrate import upgrade
from orchestration.store.store import Store
from sandbox.slack.simulator import SlackSimulator
from tests.support.engine import ManualClock, SteadyChance
from tests.support.prepared_stores import RULE, Shops, approve_stage_3, store_fields
from tests.support.rehearsed import ANDROID, Company

_SLACK = SlackSimulator()
TEAM = _SLACK.world.team_id
PEOPLE = {user.name: user.id for user in _SLACK.world.users.values() if not user.is_bot}
CHANNELS = {channel.name: channel.id for channel in _SLACK.world.channels.values()}
FILE = "stationmaster.db"
ROLES = {"ann": "owner", "bo": "approver:qa", "cleo": "approver:product", "dan": "editor", "eve": "viewer"}
QA_TWICE = (
    SignOff(area="qa", needed=2, people=(PEOPLE["bo"], PEOPLE["dan"], PEOPLE["ann"])),
    SignOff(area="product", needed=1, people=(PEOPLE["cleo"],)),
)
"""Two of three for quality and one for the product."""


def small(**changes: object) -> Snapshot:
    """One platform, source control and CI, nothing else: a release that takes few steps."""
    fields: dict[str, object] = {
        "config_id": "pixel",
        "name": "Pixel",
        "app": "Pixel",
        "pairs": (ANDROID,),
        "base_branch": "main",
        "home": CHANNELS["releases"],
        "scm": "github",
        "workflows": tuple(
            Workflow(
                key=f"{kind.lower()}",
                integration="actions",
                kind=kind,
                platform=ANDROID.platform,
                job="build.yml",
            )
            for kind in BuildKind
        ),
        "channels": {"critical": (CHANNELS["critical"],)},
        "pre_regression_builds": False,
        "timing": Timing(check_every=timedelta(seconds=0.1), gate_check_every=timedelta(hours=1)),
    }
    return Snapshot(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A database, the company that goes with it and the release in it (where there is one)."""

    folder: Path
    company: Company
    release_id: str = ""

    def copied(self, folder: Path) -> "Prepared":
        """One of its own for a test."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.folder / FILE, folder / FILE)
        return replace(self, folder=folder, company=copy.deepcopy(self.company))


async def _found(store: Store, wanted: Snapshot) -> None:
    async with store.work() as work:
        configuration = Configuration(
            id=wanted.config_id, tenant_id=TEAM, name=wanted.name, snapshot=wanted, default=True
        )
        await work.directory.save_configuration(configuration)
        for name, role in ROLES.items():
            await work.directory.grant(TEAM, PEOPLE[name], role)
        await work.commit()
    for name in sorted(wanted.integrations()):
        await store.integrations.add(
            IntegrationRow(id=name, tenant_id=TEAM, provider=name, name=name, state=IntegrationState.VERIFIED)
        )


async def _live(engine: Engine, store: Store, clock: ManualClock, *, until: datetime) -> None:
    while clock.at < until:
        while claims := await store.dispatcher.claim(limit=20):
            for claim in claims:
                await work_claim(engine, claim)
        clock.forward(seconds=30)


def _order(now: datetime, *, version: str, slot_in: timedelta, pairs: Iterable[Pair]) -> Order:
    slot = WantedSlot(at=now + slot_in, flags=CycleFlags(regression_builds=False))
    return Order(
        type=ReleaseType.MINOR,
        versions={pair.key: version for pair in pairs},
        target_at=now + timedelta(days=7),
        slots=(slot,),
    )


@dataclass(frozen=True, kw_only=True)
class _Recipe:
    """How a database comes about: releases are started half an hour ago and lived for `minutes`."""

    snapshot: Callable[[], Snapshot] = small
    company: Callable[[], Company] = Company
    versions: tuple[str, ...] = ("2.14.0",)
    slot_in: timedelta = timedelta(hours=2)
    minutes: float = 3


async def _prepare(recipe: _Recipe) -> Prepared:
    folder = Path(tempfile.mkdtemp(prefix="stationmaster-prepared-"))
    url, company = f"sqlite:///{folder / FILE}", recipe.company()
    await upgrade(url)
    clock = ManualClock(at=datetime.now(UTC) - timedelta(minutes=30))  # noqa: TID251 - the bot goes on by the real clock
    store = Store(
        open_engine(url, durable=False),
        clock=clock,
        lease=timedelta(seconds=30),
        owner="prepared",
        lease_clock=clock,
    )

    async def load(_tenant: str) -> Integrations:
        return company.ports()

    engine = Engine(
        work=store.work,
        look=store.look,
        clock=clock,
        chance=SteadyChance(),
        integrations=load,
        heard=HEARD,
    )
    snapshot, made = recipe.snapshot(), []
    try:
        await _found(store, snapshot)
        for version in recipe.versions:
            ordered = _order(clock.now(), version=version, slot_in=recipe.slot_in, pairs=snapshot.pairs)
            ann = Actor(id=PEOPLE["ann"])
            made.append(await start_release(engine, TEAM, snapshot.config_id, ordered, actor=ann))
        if made:
            await _live(engine, store, clock, until=clock.at + timedelta(minutes=recipe.minutes))
        if isinstance(company, Shops):
            await _submit(engine, store, clock, company, made[0].id)
    finally:
        await store.close()
    return Prepared(folder=folder, company=company, release_id=made[0].id if made else "")


async def _submit(engine: Engine, store: Store, clock: ManualClock, company: Shops, release_id: str) -> None:
    """Stage 3 is approved, the builds arrive, and each store is asked about."""
    await approve_stage_3(engine, TEAM, release_id, PEOPLE["ann"])
    await _live(engine, store, clock, until=clock.at + timedelta(minutes=4))
    company.arrive(clock.now())
    await _live(engine, store, clock, until=clock.at + timedelta(minutes=4))


def _failing() -> Company:
    company = Company()
    company.cicd._outcome = RunState.FAILED
    return company


def _held() -> Company:
    company = Company()
    company.cicd._looks = 10**9
    return company


_HOURLY = Timing(check_every=timedelta(hours=1), gate_check_every=timedelta(hours=1))
_SOON = timedelta(minutes=2)
_RECIPES: dict[str, _Recipe] = {
    "empty": _Recipe(versions=()),
    "asking": _Recipe(slot_in=_SOON, minutes=6),
    "signing": _Recipe(
        snapshot=lambda: small(gate=GateSettings(sign_offs=QA_TWICE)), slot_in=_SOON, minutes=6
    ),
    "areas": _Recipe(
        snapshot=lambda: small(gate=GateSettings(sign_offs=(SignOff(area="qa", needed=2, people=()),))),
        slot_in=_SOON,
        minutes=6,
    ),
    "housed": _Recipe(
        snapshot=lambda: small(
            gate=GateSettings(sign_offs=QA_TWICE), release_channel=ReleaseChannel.OWN, archive_channel=True
        ),
        slot_in=_SOON,
        minutes=6,
    ),
    "submitting": _Recipe(snapshot=lambda: small(**store_fields()), company=Shops, slot_in=_SOON, minutes=8),
    "judged": _Recipe(snapshot=lambda: small(**store_fields(RULE)), company=Shops, slot_in=_SOON, minutes=8),
    "failed": _Recipe(snapshot=lambda: small(pre_regression_builds=True), company=_failing),
    "building": _Recipe(snapshot=lambda: small(pre_regression_builds=True, timing=_HOURLY), company=_held),
    "two": _Recipe(versions=("2.14.0", "2.15.0")),
}
_made: dict[str, Prepared] = {}


async def prepared(name: str, folder: Path) -> Prepared:
    """A copy of the database of that name, one of those that recipes are there for."""
    if name not in _made:
        _made[name] = await _prepare(_RECIPES[name])
    return _made[name].copied(folder)
