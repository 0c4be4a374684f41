"""Effects are made once: the intent is stored first, and after a doubt one looks before making again.

It is longer than the house rule, because every path of one protocol stands beside the others.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from orchestration.catalogue.specs import Facts
from orchestration.domain.due import WorkKind
from orchestration.domain.effects import Effect, EffectState
from orchestration.domain.holds import Hold, HoldCause
from orchestration.domain.release import Closing
from orchestration.domain.restored import Restored
from orchestration.domain.tasks import TaskState, TaskType
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, PortError, Refused, TryLater
from orchestration.ports.runtime import Claim, StaleClaim
from orchestration.services.effects import Effects, surely_ours
from tests.support.engine import ManualClock
from tests.support.memory import Memory
from tests.support.release_parts import NOW
from tests.support.releases import Journey

LAG = timedelta(seconds=30)
UNDER_WAY = timedelta(seconds=15)
"""For so long after its intent a request may still leave: the engine's patience."""
WHOLE = UNDER_WAY + LAG
PLANNED = {"sha": "c0ffee"}
EARLIER = {"sha": "beef"}
MADE = {"url": "https://example.com/branch"}


@dataclass
class Bench:
    """A task under way, a provider whose answers are ordered, and the order in which things happened."""

    memory: Memory
    claim: Claim
    clock: ManualClock
    happened: list[str] = field(default_factory=list)
    there: Facts | None = None
    error: Exception | None = None
    intents: list[Effect | None] = field(default_factory=list)
    effects: Effects = field(init=False)

    def __post_init__(self) -> None:
        """A first try."""
        self.again()

    def again(self) -> None:
        """A further try, which knows what is stored by now."""
        self.effects = Effects(self.memory.engine(self.clock), self.memory.release, self.claim)

    def stored(self, key: str = "branch") -> Effect | None:
        """The effect as it stands in the database."""
        wanted = f"{self.claim.subject}:{key}"
        return next((e for e in self.memory.release.effects if e.id == wanted), None)

    def known(self, state: EffectState, *, ago: timedelta = timedelta(0)) -> None:
        """An earlier try left an effect in this state."""
        effect = Effect(
            id=f"{self.claim.subject}:branch",
            task_id=self.claim.subject,
            state=state,
            sent_at=self.clock.now() - ago,
            plan=EARLIER,
            result=MADE if state is EffectState.CONFIRMED else {},
        )
        self.memory.release = self.memory.release.with_effect(effect)
        self.again()

    async def once(self, key: str = "branch", *, lag: timedelta = LAG) -> Facts:
        """Make the effect."""

        async def plan() -> Facts:
            self.happened.append("plan")
            return PLANNED

        async def find(planned: Facts) -> Facts | None:
            self.happened.append(f"find {planned['sha']}")
            return self.there

        async def make(planned: Facts) -> Facts:
            self.happened.append(f"make {planned['sha']}")
            self.intents.append(self.stored(key))
            if self.error is not None:
                raise self.error
            return MADE

        return await self.effects.once(key, plan=plan, find=find, make=make, lag=lag)

    @property
    def outcome(self) -> EffectState | None:
        """What is to be stored with the task's outcome."""
        found = self.effects.outcomes.get(f"{self.claim.subject}:branch")
        return found.state if found else None


@pytest.fixture
def bench() -> Bench:
    """The first task of a release."""
    journey = Journey().wait(timedelta(0))
    task = journey.find(TaskType.FORK_BRANCH)
    release = journey.release.with_task(replace(task, state=TaskState.RUNNING, started_at=NOW))
    claim = Claim(
        id=task.id,
        tenant_id=release.tenant_id,
        release_id=release.id,
        kind=WorkKind.TASK,
        subject=task.id,
        fence=3,
    )
    return Bench(memory=Memory(release), claim=claim, clock=ManualClock(NOW))


async def test_a_fresh_effect_is_intended_then_made(bench: Bench) -> None:
    """Before the call stands in the database what is wanted, and that nobody knows how it ended."""
    assert await bench.once() == MADE
    assert bench.happened == ["plan", "make c0ffee"]
    (intent,) = bench.intents
    assert intent is not None
    assert (intent.state, intent.plan, intent.sent_at) == (EffectState.SENT, PLANNED, NOW)
    outcome = bench.effects.outcomes[intent.id]
    assert (outcome.state, outcome.result, outcome.plan) == (EffectState.CONFIRMED, MADE, PLANNED)


async def test_the_intent_is_fenced_and_keeps_the_lease(bench: Bench) -> None:
    """It is stored in a transaction of its own, under the claim, and gives nothing back."""
    await bench.once()
    (transaction,) = bench.memory.committed
    assert (transaction.claim, transaction.finish) == (bench.claim, False)


async def test_without_the_lease_nothing_is_made(bench: Bench) -> None:
    """Another worker has the task: the intent can't be stored, so the call is not made."""

    def lost(*_: object) -> None:
        raise StaleClaim(bench.claim.id)

    bench.memory.on_save = lost
    with pytest.raises(StaleClaim):
        await bench.once()
    assert bench.happened == ["plan"]
    assert bench.effects.outcomes == {}


async def test_a_confirmed_effect_is_only_remembered(bench: Bench) -> None:
    """Nothing is planned, looked for, made or stored."""
    bench.known(EffectState.CONFIRMED)
    assert await bench.once() == MADE
    assert bench.happened == []
    assert bench.memory.transactions == []
    assert bench.effects.outcomes == {}


async def test_what_is_found_after_a_doubt_is_not_made_again(bench: Bench) -> None:
    """It is looked for by what was planned then, and confirmed as it was found."""
    bench.known(EffectState.SENT)
    bench.there = {"url": "found"}
    assert await bench.once() == {"url": "found"}
    assert bench.happened == ["find beef"]
    assert bench.outcome is EffectState.CONFIRMED


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=10), LAG, WHOLE - timedelta(milliseconds=1)])
async def test_absence_within_the_lag_is_not_believed(bench: Bench, ago: timedelta) -> None:
    """The provider may not show it yet: look again when the lag is over, and make nothing meanwhile.

    It begins when the request can last have left, which is later than its intent was stored.
    """
    bench.known(EffectState.SENT, ago=ago)
    with pytest.raises(TryLater) as caught:
        await bench.once()
    assert caught.value.after == WHOLE - ago
    assert not caught.value.maybe_done
    assert bench.happened == ["find beef"]
    assert bench.outcome is None
    assert bench.memory.transactions == []


@pytest.mark.parametrize("ago", [WHOLE, WHOLE * 10])
async def test_absence_after_the_lag_is_believed(bench: Bench, ago: timedelta) -> None:
    """It is made now, as it was planned then, and the clock of the doubt begins anew."""
    bench.known(EffectState.SENT, ago=ago)
    assert await bench.once() == MADE
    assert bench.happened == ["find beef", "make beef"]
    (intent,) = bench.intents
    assert intent is not None
    assert (intent.plan, intent.sent_at) == (EARLIER, bench.clock.now())
    assert bench.outcome is EffectState.CONFIRMED


async def test_the_lag_is_counted_by_the_clock_of_leases(bench: Bench) -> None:
    """A process whose clock is an hour behind intends it; another one, whose clock is right, waits the lag out."""
    bench.claim = replace(bench.claim, at=NOW, taken=asyncio.get_running_loop().time())
    bench.clock.forward(hours=-1)
    bench.error = TryLater("no answer", maybe_done=True)
    bench.again()
    with pytest.raises(TryLater):
        await bench.once()
    stored = bench.stored()
    assert stored is not None
    assert NOW <= stored.sent_at < NOW + timedelta(seconds=5)
    bench.clock.forward(hours=1)
    bench.claim = replace(bench.claim, at=NOW + WHOLE / 2, taken=asyncio.get_running_loop().time(), fence=4)
    bench.again()
    with pytest.raises(TryLater) as caught:
        await bench.once()
    assert bench.happened[-1] == "find c0ffee"
    assert caught.value.after is not None
    assert timedelta(0) < caught.value.after <= WHOLE / 2 + timedelta(seconds=5)


async def test_where_there_is_no_lag_absence_is_believed_at_once(bench: Bench) -> None:
    """Git shows a branch as soon as it is there."""
    bench.known(EffectState.SENT)
    assert await bench.once(lag=timedelta(0)) == MADE


async def test_a_dropped_effect_is_planned_anew(bench: Bench) -> None:
    """It surely did not happen: the world may have moved, and nothing is to be looked for."""
    bench.known(EffectState.DROPPED)
    assert await bench.once() == MADE
    assert bench.happened == ["plan", "make c0ffee"]


async def test_an_answer_that_was_lost_leaves_the_doubt(bench: Bench) -> None:
    """The effect stays SENT in the database, so that the next try looks first."""
    bench.error = TryLater("no answer", maybe_done=True)
    with pytest.raises(TryLater):
        await bench.once()
    assert bench.outcome is None
    stored = bench.stored()
    assert stored is not None
    assert stored.state is EffectState.SENT


@pytest.mark.parametrize(
    "error",
    [
        TryLater("not now"),
        Refused("no"),
        NeedsCredentials("who are you"),
        AlreadyDifferent("The branch", expected="a", found="b"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_surely_did_not_happen_is_dropped(bench: Bench, error: PortError) -> None:
    """Nothing is looked for the next time; the error goes on to the task."""
    bench.error = error
    with pytest.raises(type(error)):
        await bench.once()
    assert bench.outcome is EffectState.DROPPED


async def test_a_fault_of_ours_leaves_the_doubt(bench: Bench) -> None:
    """Nobody knows what was sent before it broke."""
    bench.error = KeyError("bug")
    with pytest.raises(KeyError):
        await bench.once()
    assert bench.outcome is None
    stored = bench.stored()
    assert stored is not None
    assert stored.state is EffectState.SENT


async def test_a_look_that_fails_makes_nothing(bench: Bench) -> None:
    """Neither presence nor absence is known: the doubt stays."""
    bench.known(EffectState.SENT, ago=LAG * 2)

    async def find(_planned: Facts) -> Facts | None:
        raise TryLater("away")

    async def never(*_: Facts) -> Facts:
        raise AssertionError("made")

    with pytest.raises(TryLater):
        await bench.effects.once("branch", plan=never, find=find, make=never)
    assert bench.outcome is None


async def test_a_plan_that_fails_intends_nothing(bench: Bench) -> None:
    """What could not be decided can't have been sent."""

    async def plan() -> Facts:
        raise TryLater("away")

    async def never(_planned: Facts) -> Facts:
        raise AssertionError("made")

    with pytest.raises(TryLater):
        await bench.effects.once("branch", plan=plan, find=never, make=never)
    assert bench.memory.transactions == []


async def test_effects_of_one_task_are_apart(bench: Bench) -> None:
    """Each has its own key: a doubt about one does not hold up the other."""
    bench.known(EffectState.CONFIRMED)
    await bench.once("tag")
    assert bench.happened == ["plan", "make c0ffee"]
    assert await bench.once("branch") == MADE
    assert bench.happened == ["plan", "make c0ffee"]


async def test_effects_of_other_tasks_do_not_count(bench: Bench) -> None:
    """The same key of another task is another effect."""
    other = Effect(
        id="other:branch", task_id="other", state=EffectState.CONFIRMED, sent_at=NOW, result={"url": "other"}
    )
    bench.memory.release = bench.memory.release.with_effect(other)
    bench.again()
    assert await bench.once() == MADE


async def test_a_stored_intent_survives_a_death(bench: Bench) -> None:
    """Whoever comes after a crash in the middle of the call finds the intent and looks first."""
    bench.error = KeyError("died")
    with pytest.raises(KeyError):
        await bench.once()
    bench.error, bench.there = None, {"url": "found"}
    bench.again()
    assert await bench.once() == {"url": "found"}
    assert bench.happened == ["plan", "make c0ffee", "find c0ffee"]


async def test_nothing_is_made_for_an_archived_release(bench: Bench) -> None:
    """Archived while the plan was made: no intent is stored and the provider is not asked."""
    closing = Closing(by="U000ANN01", at=NOW, reason="Superseded")
    bench.memory.release = replace(bench.memory.release, archived=closing)
    with pytest.raises(StaleClaim):
        await bench.once()
    assert bench.happened == ["plan"]
    assert bench.stored() is None


async def test_nothing_new_is_made_while_the_release_is_held(bench: Bench) -> None:
    """A hold that came since the task began stops the next effect; the task comes back when it is lifted."""
    hold = Hold(cause=HoldCause.USER, by="U000ANN01", reason="Wait", at=NOW)
    bench.memory.release = replace(bench.memory.release, holds=(hold,))
    with pytest.raises(TryLater, match="on hold"):
        await bench.once()
    assert bench.happened == ["plan"]


async def test_a_leap_of_the_releases_clock_is_no_sleep(bench: Bench) -> None:
    """In a sandbox days may go by between the intent and the call: patience goes by the clock of the leases."""
    machine = ManualClock()
    engine = replace(bench.memory.engine(bench.clock), lease_clock=machine)
    ours = surely_ours(engine, since=machine.now())
    bench.clock.forward(days=7)
    assert ours()
    machine.forward(minutes=1)
    assert not ours()
    assert replace(engine, lease_clock=None).pulse is bench.clock


async def test_a_sleep_counts_though_the_clock_was_set_back_meanwhile(bench: Bench) -> None:
    """The time of the loop goes on, and what it says is enough."""
    engine, now = bench.memory.engine(bench.clock), asyncio.get_running_loop().time()
    patience = engine.patience.total_seconds()
    assert surely_ours(engine, since=bench.clock.now(), taken=now - patience / 2)()
    assert not surely_ours(engine, since=bench.clock.now(), taken=now - patience - 1)()


async def test_a_worker_that_slept_makes_nothing(bench: Bench) -> None:
    """Between the intent and the call the process was paused for longer than a lease is safe: it lets go."""
    engine = bench.memory.engine(bench.clock)
    bench.effects = Effects(
        replace(engine, patience=timedelta(seconds=-1)), bench.memory.release, bench.claim
    )
    with pytest.raises(StaleClaim):
        await bench.once()
    assert bench.happened == ["plan"]
    stored = bench.stored()
    assert stored is not None
    assert stored.state is EffectState.SENT


def put_back(bench: Bench, *, ago: timedelta = LAG) -> None:
    """The database came from a backup of an hour before."""
    at = bench.clock.now() - ago
    restored = Restored(since=at - timedelta(hours=1), at=at)
    bench.memory.release = replace(bench.memory.release, restored=restored)
    bench.again()


@pytest.mark.parametrize("state", [None, EffectState.DROPPED])
async def test_after_a_restore_what_was_made_is_found(bench: Bench, state: EffectState | None) -> None:
    """This life knows of no try, or of one that failed: another one may have made it, and it is looked for first."""
    if state is not None:
        bench.known(state)
    put_back(bench)
    bench.there = MADE
    assert await bench.once() == MADE
    assert bench.happened == ["plan", "find c0ffee"]
    assert bench.outcome is EffectState.CONFIRMED


async def test_after_a_restore_what_is_not_there_is_made(bench: Bench) -> None:
    """Once, with its intent, as ever."""
    put_back(bench)
    assert await bench.once() == MADE
    assert bench.happened == ["plan", "find c0ffee", "make c0ffee"]
    assert len(bench.intents) == 1


async def test_just_after_a_restore_absence_is_not_believed(bench: Bench) -> None:
    """What was made a moment before it may not be shown yet."""
    put_back(bench, ago=timedelta(0))
    with pytest.raises(TryLater) as later:
        await bench.once()
    assert later.value.after == LAG
    assert bench.happened == ["plan", "find c0ffee"]


async def test_after_a_restore_what_is_different_is_told(bench: Bench) -> None:
    """Nothing is made beside it: a person decides."""
    put_back(bench)

    async def planned() -> Facts:
        return PLANNED

    async def other(_planned: Facts) -> Facts:
        raise AlreadyDifferent("The tag", expected="c0ffee", found="beef")

    with pytest.raises(AlreadyDifferent):
        await bench.effects.once("tag", plan=planned, find=other, make=other)
    assert bench.memory.committed == []
