"""A release whose stores are asked about, for tests of the rules."""

from dataclasses import replace

from orchestration.domain import store_orders
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.submission import (
    Submission,
    Verb,
)
from tests.support.release_parts import ANDROID, CAPTAIN, STORES, snapshot
from tests.support.releases import Journey, approve_submission


def asked(*, approved: bool = True, **plans: RolloutPlan) -> Journey:
    """A release whose stores are asked about, both approved or none."""
    stores = {
        key: replace(plan, rollout=plans.get(key.partition("-")[0].lower(), plan.rollout))
        for key, plan in STORES.items()
    }
    journey = Journey(configuration=snapshot(stores=stores)).regression().approved().finish()
    for submission in journey.release.current_submissions if approved else ():
        approve_submission(journey, submission)
    return journey


def newest(journey: Journey, pair: object = ANDROID) -> Submission:
    """The newest submission of a pair."""
    return next(s for s in journey.release.current_submissions if s.pair == pair)


def instruct(
    journey: Journey, submission: Submission, verb: Verb, *, percent: float | None = None
) -> Journey:
    """Have the store told, by the captain."""
    return journey.change(
        lambda change: store_orders.instruct(change, submission.id, verb, percent=percent), by=CAPTAIN
    )
