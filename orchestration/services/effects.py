"""Make effects once: the intent is stored before the call, and after a doubt the effect is looked for first."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from orchestration.catalogue.specs import Facts
from orchestration.domain.change import Change
from orchestration.domain.effects import Effect, EffectState
from orchestration.domain.holds import stops_work
from orchestration.domain.outcomes import keep_effect
from orchestration.domain.release import Release
from orchestration.domain.tasks import TaskState
from orchestration.ports.errors import PortError, TryLater
from orchestration.ports.making import StillOurs, making_while
from orchestration.ports.runtime import Claim, StaleClaim
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release

_AT_WORK = frozenset({TaskState.RUNNING, TaskState.WAITING})


def surely_ours(engine: Engine, *, since: datetime, taken: float | None = None) -> StillOurs:
    """Whether what was claimed or written under the claim after `since` is surely still ours.

    By our own clock, which counts while the machine sleeps; and by the time of the event loop since `taken`, or since
    now, which nobody sets back while we stand still.
    """
    time = asyncio.get_running_loop().time
    begun, longest = time() if taken is None else taken, engine.patience.total_seconds()
    return lambda: engine.pulse.now() - since <= engine.patience and time() - begun <= longest


class Effects:
    """The effects of one try of one task. `outcomes` are to be stored together with the task's own outcome."""

    def __init__(self, engine: Engine, release: Release, claim: Claim) -> None:
        self._engine = engine
        self._claim = claim
        self._restored = release.restored
        self._known = {effect.id: effect for effect in release.effects if effect.task_id == claim.subject}
        self.outcomes: dict[str, Effect] = {}

    async def once(
        self,
        key: str,
        *,
        plan: Callable[[], Awaitable[Facts]],
        find: Callable[[Facts], Awaitable[Facts | None]],
        make: Callable[[Facts], Awaitable[Facts]],
        lag: timedelta = timedelta(0),
    ) -> Facts:
        """See `orchestration.catalogue.specs.Once`."""
        effect_id = f"{self._claim.subject}:{key}"
        known = self._known.get(effect_id)
        if known is not None and known.state is EffectState.CONFIRMED:
            return known.result
        if known is not None and known.state is EffectState.SENT:
            found = await find(known.plan)
            if found is not None:
                return self._confirm(known, found)
            # As long as an intent may be acted upon, its request may still have left.
            self._wait_out(known.sent_at + self._engine.patience, lag)
            planned = known.plan
        else:
            planned = await plan()
            found = await self._made_before_restore(effect_id, planned, find, lag)
            if found is not None:
                return found
        before = self._engine.pulse.now()
        effect = await self._intend(effect_id, planned)
        self._still_fresh(before)
        try:
            with making_while(surely_ours(self._engine, since=before)):
                made = await make(planned)
        except PortError as error:
            if not (isinstance(error, TryLater) and error.maybe_done):
                self.outcomes[effect_id] = replace(effect, state=EffectState.DROPPED)
            raise
        return self._confirm(effect, made)

    async def _made_before_restore(
        self, effect_id: str, planned: Facts, find: Callable[[Facts], Awaitable[Facts | None]], lag: timedelta
    ) -> Facts | None:
        """What a life made that this one knows nothing of: the database was put back to before it."""
        if self._restored is None:
            return None
        unknown = Effect(
            id=effect_id,
            task_id=self._claim.subject,
            state=EffectState.SENT,
            sent_at=self._restored.at,
            plan=dict(planned),
        )
        found = await find(planned)
        if found is not None:
            return self._confirm(unknown, found)
        self._wait_out(unknown.sent_at, lag)
        return None

    def _confirm(self, effect: Effect, result: Facts) -> Facts:
        self.outcomes[effect.id] = replace(effect, state=EffectState.CONFIRMED, result=dict(result))
        return result

    def _still_fresh(self, intended: datetime) -> None:
        """A worker that slept since it stored its intent may have lost its lease: it makes nothing."""
        if self._engine.pulse.now() - intended > self._engine.patience:
            raise StaleClaim(self._claim.id)

    def _now(self) -> datetime:
        """The present by the clock of leases: another process, whose own clock is wrong, counts the lag from it."""
        if self._claim.at is None:
            return self._engine.clock.now()
        return self._claim.at + timedelta(seconds=asyncio.get_running_loop().time() - self._claim.taken)

    def _wait_out(self, last: datetime, lag: timedelta) -> None:
        """Absence is only believed after the provider's own delay, counted from the last moment of the doubt."""
        left = last + lag - self._now() if lag else timedelta(0)
        if left > timedelta(0):
            raise TryLater(
                "An earlier try may have worked; looking again before trying once more", after=left
            )

    async def _intend(self, effect_id: str, planned: Facts) -> Effect:
        """Store the intent in a transaction of its own, fenced by the claim."""
        effect = Effect(
            id=effect_id,
            task_id=self._claim.subject,
            state=EffectState.SENT,
            sent_at=self._now(),
            plan=dict(planned),
        )

        def act(change: Change) -> None:
            task = change.release.task(self._claim.subject)
            if change.release.ended or task is None or task.state not in _AT_WORK:
                raise StaleClaim(self._claim.id)
            if stops_work(change.release.holds):
                raise TryLater("The release is on hold")
            keep_effect(change, effect)

        await change_release(
            self._engine,
            self._claim.tenant_id,
            self._claim.release_id,
            act,
            claim=self._claim,
            finish=False,
        )
        self._known[effect_id] = effect
        return effect
