"""What is common to all that is done at a store: the words of its port, and those of a submission."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from orchestration.domain.offers import Offer
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.store_states import GoLive, Rollout, StoreState
from orchestration.domain.submission import Sighting, Submission, Verb
from orchestration.domain.submitting import OTHERS
from orchestration.ports.app_store import AppStore, StoreBuild, StoreBuildState, StoreOrder, StoreStatus
from orchestration.ports.errors import Refused

UNSENT = frozenset({StoreState.PENDING, StoreState.REJECTED, StoreState.CANCELLED})
"""What a store that was in doubt shows where the submission did not reach it."""


def sighting(status: StoreStatus, *, asked_at: datetime) -> Sighting:
    """What the store told, as the domain knows it."""
    return Sighting(
        state=status.state,
        asked_at=asked_at,
        url=status.url,
        number=status.number,
        percent=status.percent,
        phased=status.phased,
        day=status.day,
        pause_left=status.pause_left,
        live_since=status.live_since,
        detail=status.detail,
        todo=status.todo,
        replaced=status.replaced,
    )


def order_of(build: StoreBuild, offer: Offer, plan: RolloutPlan, *, rollout: Rollout) -> StoreOrder:
    """The order for what was approved, as it was shown: each kind of store is told what it has, and nothing besides."""
    plan = offer.plan or plan
    notes = {language: text for language, text in offer.notes.items() if language != OTHERS}
    fallback = offer.notes.get(OTHERS, "")
    if rollout is Rollout.PHASED:
        manual = plan.go_live is GoLive.MANUAL
        return StoreOrder(
            build=build,
            notes=notes,
            fallback=fallback,
            go_live=GoLive.MANUAL if manual else GoLive.AUTOMATIC,
            phased=plan.phased,
        )
    return StoreOrder(
        build=build,
        notes=notes,
        fallback=fallback,
        percent=plan.first,
        update_priority=plan.update_priority,
        send_for_review=plan.send_for_review,
        pull_back=plan.pull_back,
    )


async def ready_build(store: AppStore, *, version: str, number: str) -> StoreBuild:
    """The build that is to be submitted; Refused where the store does not have it ready."""
    found = await store.find_build(version=version, number=number, not_before=None)
    if found is None:
        raise Refused(f"The store has no build {number} of {version}")
    if found.state is not StoreBuildState.READY:
        raise Refused(f"Build {number} of {version} is {found.state.lower()} in the store", link=found.url)
    return found


async def tell(store: AppStore, submission: Submission, verb: Verb, percent: float | None) -> StoreStatus:
    """Tell the store; every verb of the port is idempotent."""
    version, number = submission.version, submission.build or ""
    if verb is Verb.RAISE:
        return await store.set_rollout(version=version, number=number, percent=percent or 0)
    return await _VERBS[verb](store, version, number)


_VERBS: Mapping[Verb, Callable[[AppStore, str, str], Awaitable[StoreStatus]]] = {
    Verb.WITHDRAW: lambda store, version, number: store.withdraw(version=version, number=number),
    Verb.RELEASE: lambda store, version, number: store.release(version=version, number=number),
    Verb.PAUSE: lambda store, version, number: store.pause(version=version, number=number),
    Verb.HALT: lambda store, version, number: store.halt(version=version, number=number),
    Verb.RESUME: lambda store, version, number: store.resume(version=version, number=number),
    Verb.COMPLETE: lambda store, version, number: store.complete(version=version, number=number),
}
