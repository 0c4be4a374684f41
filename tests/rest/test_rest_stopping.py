"""Stopping over REST: wherever people, stores and time have brought a release, and whatever waits or holds it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.domain.change import Change
from orchestration.domain.holds import HoldCause
from orchestration.domain.people import Actor
from orchestration.domain.release import Release
from orchestration.domain.store_states import Rollout, StoreState
from orchestration.domain.submission import SAFE, SUBMISSION_MOVES, Submission, Verb, stop_verb
from tests.rest.rest_rig import RELEASES, TENANT, Rest
from tests.support.release_parts import CAPTAIN
from tests.unit.domain.test_domain_distribution_machine import Stores, places, shares

_LONG = timedelta(days=30)
_HOLDS = st.sampled_from([HoldCause.USER, HoldCause.FREEZE, HoldCause.CREDENTIALS])


Steps = list[tuple[str, Mapping[str, Any]]]


def _step(name: str, **drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Mapping[str, Any]]]:
    return st.tuples(st.just(name), st.fixed_dictionaries(drawn))


STEPS = st.one_of(
    _step("approve", place=places),
    _step("refuse", place=places),
    _step("look", place=places, state=st.sampled_from(StoreState), share=shares, late=st.just(0)),
    _step("order", place=places, verb=st.sampled_from(Verb), share=st.none() | shares),
    _step("carry_out", place=places, heard=st.booleans()),
    _step("hold", cause=_HOLDS),
    _step("resubmit", place=places),
    _step("plan", place=places, days=st.integers(0, 3)),
    _step("archive", drawn=st.integers(0, 5)),
)
"""What happens at the stores in the random lives of the domain."""
_STATES = {
    kind: sorted({state for state, _signal in moves} | set(moves.values()))
    for kind, moves in SUBMISSION_MOVES.items()
}


def _begun(kind: Rollout) -> st.SearchStrategy[tuple[bool, StoreState, float]]:
    return st.tuples(st.booleans(), st.sampled_from(_STATES[kind]), shares)


LIVES = st.builds(
    lambda begun, steps: [*_begin(0, *begun[0]), *_begin(1, *begun[1]), *steps],
    st.tuples(_begun(Rollout.STAGED), _begun(Rollout.PHASED)),
    st.lists(STEPS, max_size=8),
)
"""Each store is somewhere, and then something happens."""


def _begin(place: int, approved: bool, state: StoreState, share: float) -> Steps:
    yes: Steps = [("approve", {"place": place})] if approved else []
    seen = {"place": place, "state": state, "share": share, "late": 0}
    return [*yes, ("look", seen)]


async def _kept(rest: Rest, steps: Steps, held: HoldCause | None) -> Release:
    """A release that lived through the steps, held by what was drawn, stored in the place of the one before."""
    rest.record.clear()  # a failure is shown with all of it
    life = Stores()
    for name, drawn in steps:
        getattr(life, name)(**drawn)
    if held is not None:
        life.hold(held)
    release = replace(life.journey.release, tenant_id=TENANT)
    async with rest.store.work() as work:
        known = {each.id: each.revision for each in await work.releases.find(TENANT, release.id)}
        lived = replace(release, revision=known.get(release.id, release.revision))
        change = Change(lived, now=rest.clock.now(), actor=Actor(id=CAPTAIN))
        await (work.releases.save(change) if known else work.releases.add(change))
        await work.commit()
    async with rest.store.look() as work:
        stored = await work.releases.get(TENANT, release.id)
    assert stored.current_submissions == release.current_submissions
    return stored


def _on_its_way(release: Release) -> list[Submission]:
    return [s for s in release.current_submissions if not s.over and not s.turned_back]


def _name(submission: Submission) -> str:
    """As paths and answers name it."""
    return submission.id.rpartition("/")[2]


async def _under_way(rest: Rest, release: Release) -> dict[str, Any]:
    """What each store is being told, by submission."""
    listed = await rest.ask("GET", f"{RELEASES}/{release.id}/submissions")
    return {each["id"]: (each["instruction"] or {}).get("verb") for each in listed.body["items"]}


async def _ready(rest: Rest) -> tuple[str, str]:
    """The tokens of a program and of the captain, while a freeze is on."""
    freezes = RELEASES.replace("/releases", "/freezes")
    now = rest.clock.now()
    window = {"reason": "Holidays", "starts_at": now.isoformat(), "ends_at": (now + _LONG).isoformat()}
    program = await rest.issue("read", "release:write")
    if not (await rest.ask("GET", freezes, token=program)).body["items"]:
        placed = await rest.ask("POST", freezes, window, token=program)
        assert placed.status == 201, placed.text
    rest.token = program
    return program, await rest.own(CAPTAIN, "read", "release:write", role="editor")


@given(steps=LIVES, held=st.none() | _HOLDS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_whatever_is_on_its_way_can_be_stopped(
    quick: Rest, steps: Steps, held: HoldCause | None
) -> None:
    """One store halts or pauses at a person's word: no state, hold, freeze or open question refuses it, and no end."""
    _, person = await _ready(quick)
    release = await _kept(quick, steps, held)
    for submission in _on_its_way(release):
        verb = stop_verb(submission.pair)
        pending = submission.instruction
        body = {"verb": verb, "reason": "It crashes"}
        path = f"{RELEASES}/{release.id}/submissions/{_name(submission)}/tell"
        answer = await quick.ask("POST", path, body, token=person)
        told_already = pending is not None and (pending.verb, pending.percent) == (verb, None)
        assert answer.status == (409 if told_already else 200), answer.text
        assert (await _under_way(quick, release))[_name(submission)] == verb


@given(steps=LIVES, held=st.none() | _HOLDS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_one_word_of_a_program_stops_every_store(
    quick: Rest, steps: Steps, held: HoldCause | None
) -> None:
    """After it each store that has something to stop is being told; it is refused only where there is nothing more."""
    program, _ = await _ready(quick)
    release = await _kept(quick, steps, held)
    fresh = [s for s in _on_its_way(release) if s.instruction is None or s.instruction.verb not in SAFE]
    answer = await quick.ask("POST", f"{RELEASES}/{release.id}/halt", {"reason": "Crashes"}, token=program)
    assert answer.status in ({200} if fresh else {200, 409}), answer.text
    under_way = await _under_way(quick, release)
    assert all(Verb(under_way[_name(s)]) in SAFE for s in _on_its_way(release))
