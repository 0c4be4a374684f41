"""R7 on the way to everybody: every request of every verb, spoiled in every way, ends in the right port error; and the
repeat leaves exactly one effect (R2)."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import pytest
from aiohttp import web

from integrations.app_store import AppStoreConnect
from orchestration.ports.app_store import GoLive, StoreOrder, StoreState
from orchestration.ports.errors import PortError, Refused, TryLater
from sandbox.kit import Moment
from tests.integrations.app_store.app_store_release_rig import (
    KEY,
    NUMBER,
    VERSION,
    AppStoreReleaseRig,
    release_rig,
)
from tests.integrations.app_store.test_app_store_faults import (
    APPLE_TROUBLES,
    READS_NOTHING,
    Step,
    impatient,
    times_of,
)
from tests.support.troubles import HTTP_TROUBLES, JSON, Trouble

Act = Callable[[AppStoreConnect, StoreOrder], Awaitable[object]]
Prepare = Callable[[AppStoreReleaseRig], Awaitable[StoreOrder]]


async def _built(rig: AppStoreReleaseRig) -> StoreOrder:
    return rig.order(await rig.built())


async def _rejected(rig: AppStoreReleaseRig) -> StoreOrder:
    order = await rig.submitted()
    rig.shelf.decide(rig.shelf.version(VERSION), "REJECTED")
    return rig.order(await rig.built("42"), notes=order.notes)


async def _unphased(rig: AppStoreReleaseRig) -> StoreOrder:
    await rig.store.submit(await _built(rig))
    await rig.store.withdraw(**KEY)
    return rig.order(await rig.base.found(), phased=False)


async def _waiting(rig: AppStoreReleaseRig) -> StoreOrder:
    return await rig.submitted()


async def _approved(rig: AppStoreReleaseRig) -> StoreOrder:
    return await rig.live(go_live=GoLive.MANUAL)


async def _live(rig: AppStoreReleaseRig) -> StoreOrder:
    return await rig.live()


async def _paused(rig: AppStoreReleaseRig) -> StoreOrder:
    order = await rig.live()
    await rig.store.pause(**KEY)
    return order


def _submit(store: AppStoreConnect, order: StoreOrder) -> Awaitable[object]:
    return store.submit(order)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A verb on a version that is so far, one of its requests, and what must be in the end.

    `passes` names the troubles that the verb copes with by itself.
    """

    prepare: Prepare
    act: Act
    path: str
    method: str = "GET"
    end: StoreState = StoreState.SUBMITTED
    reviews: int = 1
    passes: tuple[str, ...] = ()

    @property
    def making(self) -> bool:
        """Whether the request is to change something."""
        return self.method != "GET"

    def done(self, rig: AppStoreReleaseRig, state: StoreState) -> bool:
        """Whether everything is there, once."""
        texts = [version.text for version in rig.shelf.versions]
        items = [item.id for review in rig.shelf.reviews for item in review.items]
        return (
            (state, rig.reviews()) == (self.end, self.reviews)
            and texts == ["1.1.0", VERSION]
            and len(items) == len(rig.shelf.reviews)
        )


VERSIONS: Final = r"^/v1/apps/\d+/appStoreVersions"
WORDS: Final = "/appStoreVersionLocalizations"
BUILT: Final = Case(prepare=_built, act=_submit, path=VERSIONS)
REVIEWED: Final = "^/v1/reviewSubmissions"
PHASED: Final = "^/v1/appStoreVersionPhasedReleases"
OUT: Final = Case(
    prepare=_live,
    act=lambda store, _order: store.pause(**KEY),
    method="PATCH",
    path=f"{PHASED}/",
    end=StoreState.PAUSED,
)
CASES: Final = {
    "submit: look": replace(BUILT, path=VERSIONS + r"\?.*versionString"),
    "submit: build": replace(BUILT, path=r"^/v1/builds\?"),
    "submit: first": replace(BUILT, path=VERSIONS + r"\?.*appVersionState"),
    "submit: version": replace(BUILT, method="POST", path="^/v1/appStoreVersions$"),
    "submit: phase": replace(BUILT, method="POST", path=f"{PHASED}$"),
    "submit: unphase": replace(
        BUILT, prepare=_unphased, method="DELETE", path=f"{PHASED}/", reviews=2, passes=READS_NOTHING
    ),
    "submit: texts": replace(BUILT, path=f"^/v1/appStoreVersions/[^/]+{WORDS}"),
    "submit: text": replace(BUILT, method="PATCH", path=f"^/v1{WORDS}/", passes=READS_NOTHING),
    "submit: reviews": replace(BUILT, path=rf"{REVIEWED}\?"),
    "submit: begin": replace(BUILT, method="POST", path=f"{REVIEWED}$"),
    "submit: items": replace(BUILT, path=f"{REVIEWED}/[^/]+/items"),
    "submit: item": replace(BUILT, method="POST", path="^/v1/reviewSubmissionItems$", passes=READS_NOTHING),
    "submit: send": replace(BUILT, method="PATCH", path=f"{REVIEWED}/"),
    "swap": replace(BUILT, prepare=_rejected, method="PATCH", path="^/v1/appStoreVersions/", reviews=2),
    "status": replace(BUILT, prepare=_waiting, act=lambda store, _order: store.status(**KEY)),
    "withdraw": replace(
        OUT,
        prepare=_waiting,
        act=lambda store, _order: store.withdraw(**KEY),
        path=f"{REVIEWED}/",
        end=StoreState.CANCELLED,
    ),
    "release": replace(
        OUT,
        prepare=_approved,
        act=lambda store, _order: store.release(**KEY),
        method="POST",
        path="^/v1/appStoreVersionReleaseRequests$",
        end=StoreState.LIVE,
        passes=READS_NOTHING,
    ),
    "pause": OUT,
    "halt": replace(OUT, act=lambda store, _order: store.halt(**KEY)),
    "resume": replace(
        OUT, prepare=_paused, act=lambda store, _order: store.resume(**KEY), end=StoreState.LIVE
    ),
    "complete": replace(OUT, act=lambda store, _order: store.complete(**KEY), end=StoreState.COMPLETE),
}
QUICK: Final = {
    "submit: send": ("reset after", "agreement", "rate"),
    "submit: version": ("reset after",),
    "pause": ("504 after success", "401"),
    "release": ("reset after",),
}
PARAMETERS: Final = [
    pytest.param(
        CASES[what],
        trouble,
        id=f"{what}-{trouble.name}".replace(" ", "_"),
        marks=() if trouble.name in QUICK.get(what, ()) else pytest.mark.slow,
    )
    for what in CASES
    for trouble in (*HTTP_TROUBLES, *APPLE_TROUBLES)
]


@pytest.mark.parametrize(("case", "trouble"), PARAMETERS)
async def test_trouble_on_the_way_out_becomes_a_port_error_and_the_repeat_one_effect(
    case: Case, trouble: Trouble
) -> None:
    """The error says what to do next and whether the effect may be there, a making request was sent once, and the
    repeat finds what the first attempt left, or makes it; nothing is reviewed twice."""
    async with release_rig() as rig:
        order = await case.prepare(rig)
        base = rig.base
        before = len(base.simulator.record)
        times = times_of(trouble, making=case.making)
        base.simulator.fault(method=case.method, path=case.path, times=times, **trouble.fault)
        step = Step(verb=_unused, path=case.path, method=case.method)
        http = impatient(base, step) if trouble.slow else base.http
        store = base.another(http=http)
        if trouble.name in case.passes:
            await case.act(store, order)
        else:
            with pytest.raises(PortError) as caught:
                await case.act(store, order)
            error = caught.value
            assert type(error) is trouble.error
            assert trouble.words in error.reason
            if isinstance(error, TryLater):
                assert (error.after, error.maybe_done) == (trouble.after, trouble.unsure and case.making)
        if trouble.slow:
            await http.close()
        elif case.making:
            sent = [e for e in base.simulator.record[before:] if e.method == case.method]
            assert sum(re.search(case.path, e.path) is not None for e in sent) <= times
        base.simulator.faults.clear()
        base.clock.now += 3600  # a breaker may have to close again
        await case.act(base.store, order)
        found = await base.store.status(version=VERSION, number=NUMBER)
        assert found is not None
        assert case.done(rig, found.state)


async def test_a_step_that_is_always_refused_is_not_refused_for_trouble() -> None:
    """While Apple can't be asked, set_rollout says to ask later; then that the App Store has no such step."""
    async with release_rig() as rig:
        await rig.live()
        rig.base.simulator.fault(method="GET", path=VERSIONS, times=3, status=503)
        with pytest.raises(TryLater) as caught:
            await rig.store.set_rollout(**KEY, percent=20)
        assert not caught.value.maybe_done
        rig.base.pass_time(timedelta(hours=1))
        with pytest.raises(Refused):
            await rig.store.set_rollout(**KEY, percent=20)


@pytest.mark.parametrize("what", ["withdraw", "release"])
async def test_a_look_that_fails_afterwards_leaves_the_effect_in_doubt(what: str) -> None:
    """It was asked for, and only what is told of it is missing: whoever asks again looks first, and finds it."""
    case = CASES[what]
    async with release_rig() as rig:
        order = await case.prepare(rig)
        rig.base.simulator.hooks.append(_Broken(rig=rig, case=case))
        with pytest.raises(TryLater) as caught:
            await case.act(rig.store, order)
        assert caught.value.maybe_done
        rig.base.pass_time(timedelta(hours=1))
        sent = len(rig.base.sent(case.method))
        await case.act(rig.store, order)
        assert (await rig.now()).state is case.end
        assert len(rig.base.sent(case.method)) == sent


@dataclass(kw_only=True)
class _Broken:
    """A hook: once the effect is there, the next look fails as often as it is repeated."""

    rig: AppStoreReleaseRig
    case: Case

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Break it."""
        if moment is Moment.EFFECTIVE and asked.method == self.case.method:
            self.rig.base.simulator.fault(method="GET", path=VERSIONS, times=3, status=503)


def _unused(_store: object, _build: object) -> Awaitable[object]:
    raise NotImplementedError


@pytest.mark.parametrize(
    "told",
    [
        {"totalPauseDuration": 10**12},
        {"currentDayNumber": -3},
        {"currentDayNumber": "soon"},
        {"startDate": 5e99},
    ],
)
async def test_a_phased_release_that_makes_no_sense_is_no_answer(told: Mapping[str, object]) -> None:
    """What is sent along with a version is judged with it: nothing but a port error comes of it."""
    async with release_rig() as rig:
        await rig.live()
        body = _with_phased({"phasedReleaseState": "ACTIVE", **told})
        rig.base.simulator.fault(method="GET", path="/appStoreVersions", status=200, headers=JSON, body=body)
        with pytest.raises(TryLater, match="could not be read"):
            await rig.now()


def _with_phased(attributes: Mapping[str, object]) -> str:
    """A list of one version, with its phased release along."""
    key = {"type": "appStoreVersionPhasedReleases", "id": "p"}
    version = {"versionString": VERSION, "platform": "IOS", "appVersionState": "READY_FOR_DISTRIBUTION"}
    row = {
        "type": "appStoreVersions",
        "id": "v",
        "attributes": version,
        "relationships": {"appStoreVersionPhasedRelease": {"data": key}},
    }
    return json.dumps(
        {"data": [row], "included": [{**key, "attributes": attributes}], "links": {"self": "/"}}
    )
