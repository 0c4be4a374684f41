"""R7 on the way to everybody in Google Play: every request of every verb, spoiled in every way, ends in the right port
error; and the repeat leaves exactly one effect (R2)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest

from integrations.breaker import Breakers
from integrations.egress import Egress
from integrations.http import Http
from orchestration.ports.app_store import AppStore, StoreOrder, StoreState
from orchestration.ports.errors import PortError, Refused, TryLater
from sandbox.kit import FaultKind
from tests.integrations.google_play.google_play_release_rig import KEY, GooglePlayReleaseRig, release_rig
from tests.integrations.google_play.test_google_play_faults import (
    PASSING,
    READS_ANYTHING,
    REPEATS,
    TROUBLES,
    Impatient,
    Step,
)
from tests.integrations.google_play.test_google_play_traps import Once
from tests.support.troubles import Trouble

Act = Callable[[AppStore, StoreOrder], Awaitable[object]]
Prepare = Callable[[GooglePlayReleaseRig], Awaitable[StoreOrder]]


async def _built(rig: GooglePlayReleaseRig) -> StoreOrder:
    return rig.order(await rig.built(), fallback="Faster.")


async def _live(rig: GooglePlayReleaseRig) -> StoreOrder:
    return await rig.live()


async def _halted(rig: GooglePlayReleaseRig) -> StoreOrder:
    order = await rig.live()
    await rig.store.halt(**KEY)
    return order


def _submit(store: AppStore, order: StoreOrder) -> Awaitable[object]:
    return store.submit(order)


def _status(store: AppStore, _order: StoreOrder) -> Awaitable[object]:
    return store.status(**KEY)


def _raise(store: AppStore, _order: StoreOrder) -> Awaitable[object]:
    return store.set_rollout(**KEY, percent=20)


def _halt(store: AppStore, _order: StoreOrder) -> Awaitable[object]:
    return store.halt(**KEY)


def _resume(store: AppStore, _order: StoreOrder) -> Awaitable[object]:
    return store.resume(**KEY)


def _complete(store: AppStore, _order: StoreOrder) -> Awaitable[object]:
    return store.complete(**KEY)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A verb on a version that is so far, one of its requests, and what must be in the end.

    `making`: it is the one with an effect. `in_edit`: a conflict in it redoes the edit. `harmless`: the verb goes on
    without it. `commits`: how many there are in the end.
    """

    prepare: Prepare
    act: Act
    method: str
    path: str
    end: StoreState
    commits: int
    percent: float = 0.0
    making: bool = False
    in_edit: bool = False
    harmless: bool = False

    def passes(self, trouble: Trouble) -> bool:
        """Whether the verb copes with a trouble by itself: a token is renewed, an edit redone or left to expire."""
        return self.harmless or trouble.name == "401" or (self.in_edit and trouble.name == "409")


RELEASES: Final = "/tracks/production/releases$"
TRACK: Final = "/tracks/production$"
SUBMITTED: Final = Case(
    prepare=_built, act=_submit, method="GET", path=RELEASES, end=StoreState.SUBMITTED, commits=1
)
HELD: Final = Case(
    prepare=_live, act=_status, method="GET", path=TRACK, end=StoreState.IN_PROGRESS, commits=1, percent=5
)
COMMITTED: Final = replace(HELD, method="POST", path=":commit", commits=2, making=True, in_edit=True)
CASES: Final = {
    "submit: language": replace(SUBMITTED, path="/details$"),
    "submit: look": SUBMITTED,
    "submit: read": replace(SUBMITTED, path=TRACK, in_edit=True),
    "submit: write": replace(SUBMITTED, method="PUT", path=TRACK, in_edit=True),
    "submit": replace(SUBMITTED, method="POST", path=":commit", making=True, in_edit=True),
    "status: open": replace(HELD, method="POST", path="/edits$"),
    "status: read": HELD,
    "status: delete": replace(HELD, method="DELETE", path="/edits/", harmless=True),
    "raise": replace(COMMITTED, act=_raise, percent=20),
    "halt: open": replace(COMMITTED, act=_halt, path="/edits$", making=False, end=StoreState.HALTED),
    "halt": replace(COMMITTED, act=_halt, end=StoreState.HALTED),
    "pause": replace(COMMITTED, act=lambda store, _order: store.pause(**KEY), end=StoreState.HALTED),
    "resume": replace(COMMITTED, prepare=_halted, act=_resume, commits=3),
    "complete": replace(COMMITTED, act=_complete, end=StoreState.COMPLETE, percent=100),
}
QUICK: Final = {
    "submit": ("403", "409", "reset after"),
    "halt": ("409", "429 that does not", "502 after success"),
    "complete": ("reset after",),
}
PARAMETERS: Final = [
    pytest.param(
        CASES[what],
        trouble,
        id=f"{what}-{trouble.name}".replace(" ", "_"),
        marks=() if trouble.name in QUICK.get(what, ()) else pytest.mark.slow,
    )
    for what in CASES
    for trouble in TROUBLES
    if not (trouble.name in READS_ANYTHING and what == "submit: look")
]


@pytest.mark.parametrize(("case", "trouble"), PARAMETERS)
async def test_trouble_on_the_way_out_becomes_a_port_error_and_the_repeat_one_effect(
    case: Case, trouble: Trouble
) -> None:
    """The error says what to do next and whether the effect may be there; the repeat finds what the first attempt left,
    or makes it; one review and no commit too many."""
    async with release_rig() as rig:
        order = await case.prepare(rig)
        base = rig.base
        http = Impatient(egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=base.clock), clock=base.clock)
        http.step = Step(verb=_unused, method=case.method, path=case.path)
        store = base.another(http=http if trouble.slow else base.http)
        times = REPEATS if trouble.name in PASSING and case.method == "GET" else 1
        base.simulator.fault(method=case.method, path=case.path, **{**trouble.fault, "times": times})
        if case.passes(trouble):
            await case.act(store, order)
        else:
            with pytest.raises(PortError) as caught:
                await case.act(store, order)
            error = caught.value
            assert isinstance(error, trouble.error)
            assert trouble.words in error.reason
            if isinstance(error, TryLater):
                assert (error.after, error.maybe_done) == (trouble.after, trouble.unsure and case.making)
        await http.close()
        base.simulator.faults.clear()
        base.rest()
        await case.act(rig.store, order)
        told = await rig.now()
        assert (told.state, told.percent) == (case.end, case.percent)
        assert (rig.reviews(), rig.app.commits) == (1, case.commits)


async def test_a_commit_that_was_in_doubt_is_looked_for() -> None:
    """Its edit is left alone, for it may be at work still; the next try finds the release, and commits nothing."""
    async with release_rig() as rig:
        order = rig.order(await rig.built())
        rig.base.simulator.fault(path=":commit", kind=FaultKind.DROP_AFTER)
        with pytest.raises(TryLater) as caught:
            await rig.store.submit(order)
        assert caught.value.maybe_done
        assert rig.base.asked("/edits/", "DELETE") == []
        other = rig.base.another()
        assert (await other.submit(order)).state is StoreState.SUBMITTED
        assert (rig.app.commits, rig.reviews()) == (1, 1)


@pytest.mark.parametrize("verb", ["withdraw", "release"])
async def test_what_is_a_persons_to_do_is_not_refused_for_trouble(verb: str) -> None:
    """While Google can't be asked, it is asked later; then the refusal says where a person does it."""
    async with release_rig() as rig:
        await rig.submitted()
        rig.base.simulator.fault(method="GET", path="/releases$", times=REPEATS, status=503)
        with pytest.raises(TryLater) as caught:
            await getattr(rig.store, verb)(**KEY)
        assert not caught.value.maybe_done
        rig.base.rest()
        with pytest.raises(Refused):
            await getattr(rig.store, verb)(**KEY)


@pytest.mark.parametrize("act", [_raise, _halt, _complete])
async def test_a_look_that_fails_after_the_commit_leaves_the_effect_in_doubt(act: Act) -> None:
    """The change is made, and only what is told of it is missing: whoever asks again looks first, and finds it."""
    async with release_rig() as rig:
        order = await rig.live()

        def break_it() -> None:
            rig.base.simulator.fault(method="GET", path="/releases$", times=REPEATS, status=503)

        rig.base.simulator.hooks.append(Once(ending=":commit", act=break_it))
        with pytest.raises(TryLater) as caught:
            await act(rig.store, order)
        assert caught.value.maybe_done
        rig.base.rest()
        await act(rig.store, order)
        assert rig.app.commits == 2


@pytest.mark.parametrize("act", [_submit, _status, _raise, _halt, _resume, _complete])
async def test_nobody_at_google_is_surely_not_done(act: Act) -> None:
    """A connection that was refused had no effect, whatever was to be made."""
    async with release_rig() as rig:
        order = await rig.live()
        await rig.base.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await act(rig.store, order)
        assert not caught.value.maybe_done


def _unused(_rig: object, _http: Http) -> Awaitable[object]:
    raise NotImplementedError
