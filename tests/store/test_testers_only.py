"""Stores for testers only: what an old document means, and that nothing is submitted there."""

from dataclasses import replace

import pytest

from orchestration.domain import submitting
from orchestration.domain.distributing import unwatched_plans, watched_plans
from orchestration.domain.phase import Phase, phase
from orchestration.store.codec import (
    PARTS,
    part_doc,
    release_doc,
    release_value,
    snapshot_doc,
    snapshot_value,
)
from tests.support.release_parts import CAPTAIN, STORES, snapshot
from tests.support.releases import Journey

OLD = ("rollout", "submit", "health")
"""What a store had no word for at first."""


@pytest.mark.parametrize(
    ("without", "submits"), [(OLD, False), (("submit", "health"), True), (("rollout",), True), ((), True)]
)
def test_an_old_store_is_for_testers(without: tuple[str, ...], submits: bool) -> None:
    """Before rollouts a store was named for its testers; one with a rollout, or with a word of its own, is not."""
    doc = snapshot_doc(snapshot(stores=STORES))
    for plan in doc["stores"].values():
        for name in without:
            del plan[name]
    read = snapshot_value(doc)
    assert {plan.submit for plan in read.stores.values()} == {submits}
    assert snapshot_value(snapshot_doc(read)) == read
    assert snapshot_value(snapshot_doc(snapshot(stores={}))).stores == {}


def test_a_running_release_of_old_is_not_submitted_by_surprise() -> None:
    """It keeps the way it was started: nobody is asked, and it ends when somebody says that it is out."""
    journey = Journey(configuration=snapshot(stores=STORES)).regression()
    doc = release_doc(journey.release)
    for plan in doc["snapshot"]["stores"].values():
        for name in OLD:
            del plan[name]
    parts = {p.field: [part_doc(p, value) for value in getattr(journey.release, p.field)] for p in PARTS}
    journey.release = release_value(doc, journey.release.revision, parts)
    journey.approved().finish()
    release = journey.release
    assert (phase(release), release.open_gates, release.submissions) == (Phase.AWAITING_SUBMISSION, (), ())
    assert (watched_plans(release), unwatched_plans(release)) == ((), release.plans)
    journey.change(lambda change: submitting.finish(change, "Out since today"), by=CAPTAIN)
    assert phase(journey.release) is Phase.COMPLETED


def test_one_store_is_submitted_to_and_the_other_is_not() -> None:
    """Only the store for users is asked about; the release does not end by itself before a person says so."""
    key = next(iter(STORES))
    stores = {**STORES, key: replace(STORES[key], submit=False)}
    release = Journey(configuration=snapshot(stores=stores)).regression().approved().finish().release
    assert key not in {each.pair.key for each in release.current_submissions}
    assert len(release.current_submissions) == len(STORES) - 1
    assert [plan.pair.key for plan in unwatched_plans(release)] == [key]
