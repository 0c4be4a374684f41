"""The one way in which a release is changed: on what is there now, with permission, in one transaction."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orchestration.domain import acts
from orchestration.domain.change import Change
from orchestration.domain.due import WorkKind
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.people import Actor, Permission
from orchestration.domain.phase import Phase
from orchestration.ports.errors import TryLater
from orchestration.ports.runtime import Claim, NoSuchRelease, OutgoingKind, StaleClaim, StaleRelease
from orchestration.services.engine import Engine
from orchestration.services.saving import change_release, require
from tests.support.engine import ManualClock
from tests.support.memory import Memory, Transaction
from tests.support.release_parts import CAPTAIN, NOW
from tests.support.releases import in_phase

ANN = Actor(id="U0ANN")


class Rig:
    """A release on the way, in memory."""

    def __init__(self) -> None:
        self.memory = Memory(in_phase(Phase.KICKOFF))
        self.engine: Engine = self.memory.engine(ManualClock(NOW), HOLD_PLACED=None)
        self.acted: list[int] = []

    async def change(self, act: Any = None, **options: Any) -> Change:
        """Put the release on hold, or do something else to it."""
        release = self.memory.release
        return await change_release(self.engine, release.tenant_id, release.id, act or self.hold, **options)

    def hold(self, change: Change) -> None:
        """Ann's hold."""
        self.acted.append(change.release.revision)
        acts.hold(change, "wait")

    def stale(self, times: int) -> None:
        """Somebody else is faster, so often."""
        left = [times]

        def faster(_transaction: Transaction, _change: Change) -> None:
            if left[0]:
                left[0] -= 1
                release = self.memory.release
                self.memory.release = replace(release, revision=release.revision + 1)
                raise StaleRelease(release.id)

        self.memory.on_save = faster


@pytest.fixture
def rig() -> Rig:
    """A new one."""
    return Rig()


async def test_a_change_lasts_with_all_that_follows_from_it(rig: Rig) -> None:
    """Release, facts and messages in one transaction, at the engine's time and by who asked."""
    change = await rig.change(actor=ANN)
    (transaction,) = rig.memory.transactions
    assert transaction.lasting
    assert transaction.saved is change
    assert {message.kind for message in transaction.sent} == {OutgoingKind.CARD, OutgoingKind.NOTICE}
    assert (change.now, change.actor) == (NOW, ANN)
    assert rig.memory.release.holds


async def test_the_release_moves_on_as_far_as_it_goes(rig: Rig) -> None:
    """What became possible by the change happens with it."""
    rig.memory = Memory(in_phase(Phase.SCHEDULED))
    clock = ManualClock(rig.memory.release.kick_off_at + timedelta(seconds=1))
    rig.engine = rig.memory.engine(clock)
    change = await rig.change(lambda _change: None)
    assert EventKind.STAGE_STARTED in [event.kind for event in change.events]


async def test_where_nobody_need_be_told_nothing_is_sent(rig: Rig) -> None:
    """A silent save writes no message."""
    await rig.change(lambda _change: None)
    assert rig.memory.transactions[0].sent == []


@pytest.mark.parametrize("times", [1, 3, 49])
async def test_who_was_overtaken_decides_again(rig: Rig, times: int) -> None:
    """On the newer release, in a new transaction; what was decided on the old one is forgotten."""
    rig.stale(times)
    await rig.change(actor=ANN)
    assert rig.acted == list(range(rig.acted[0], rig.acted[0] + times + 1))
    assert len(rig.memory.transactions) == times + 1
    assert rig.memory.committed == rig.memory.transactions[-1:]
    assert len(rig.memory.release.holds) == 1


async def test_it_gives_up_rather_than_turn_for_ever(rig: Rig) -> None:
    """The caller tries later; nothing lasts."""
    rig.stale(10**6)
    with pytest.raises(TryLater) as caught:
        await rig.change()
    assert not caught.value.maybe_done
    assert rig.memory.committed == []


async def test_without_permission_nothing_is_done(rig: Rig) -> None:
    """The act is not even tried."""
    rig.memory.roles = {ANN.id: frozenset({"viewer"})}
    with pytest.raises(NotAllowed):
        await rig.change(actor=ANN, need=Permission.EDIT)
    assert rig.acted == []
    assert rig.memory.committed == []


async def test_permission_is_asked_in_the_same_transaction(rig: Rig) -> None:
    """And again in each round: a role that was taken meanwhile does not count any more."""
    rig.memory.roles = {ANN.id: frozenset({"editor"})}
    await rig.change(actor=ANN, need=Permission.EDIT)
    assert rig.memory.transactions[0].asked == [ANN.id]

    def taken(_transaction: Transaction, _change: Change) -> None:
        rig.memory.roles = {}
        raise StaleRelease(rig.memory.release.id)

    rig.memory.on_save = taken
    with pytest.raises(NotAllowed):
        await rig.change(actor=ANN, need=Permission.EDIT)
    assert len(rig.memory.committed) == 1


async def test_the_captain_may_edit_the_own_release(rig: Rig) -> None:
    """Without a role; another release's captain is nobody here."""
    await rig.change(actor=Actor(id=CAPTAIN), need=Permission.EDIT)
    rig.memory.release = replace(rig.memory.release, captain="U0OTHER")
    with pytest.raises(NotAllowed):
        await rig.change(actor=Actor(id=CAPTAIN), need=Permission.EDIT)


async def test_what_belongs_to_it_is_stored_with_it(rig: Rig) -> None:
    """`along` sees the change as it was saved, before the commit, in the same transaction."""
    seen: list[tuple[bool, bool]] = []

    async def along(work: Any, change: Change) -> None:
        seen.append((work.lasting, work.saved is change))

    await rig.change(along=along)
    assert seen == [(False, True)]
    assert rig.memory.transactions[0].lasting


async def test_where_what_belongs_to_it_fails_nothing_lasts(rig: Rig) -> None:
    """An answer that can't be stored takes the change back with it."""

    async def along(_work: Any, _change: Change) -> None:
        raise StaleClaim("request")

    before = rig.memory.release
    with pytest.raises(StaleClaim):
        await rig.change(along=along)
    assert rig.memory.committed == []
    assert rig.memory.release == before


async def test_along_is_asked_again_with_each_round(rig: Rig) -> None:
    """Its first answer was part of a transaction that did not last."""
    rounds: list[int] = []

    async def along(_work: Any, _change: Change) -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise StaleRelease(rig.memory.release.id)

    await rig.change(along=along)
    assert rounds == [0, 1]
    assert len(rig.memory.committed) == 1


async def test_an_act_that_does_not_fit_saves_nothing(rig: Rig) -> None:
    """The refusal goes to who asked."""

    def act(_change: Change) -> None:
        raise NotNow("too late")

    with pytest.raises(NotNow):
        await rig.change(act)
    assert rig.memory.committed == []


@pytest.mark.parametrize("finish", [True, False])
async def test_the_claim_goes_with_the_save(rig: Rig, finish: bool) -> None:
    """So that a late worker writes nothing, and the lease is given back or kept as was asked."""
    release = rig.memory.release
    claim = Claim(
        id="w", tenant_id=release.tenant_id, release_id=release.id, kind=WorkKind.TASK, subject="t", fence=1
    )
    await rig.change(claim=claim, finish=finish)
    (transaction,) = rig.memory.transactions
    assert (transaction.claim, transaction.finish) == (claim, finish)


async def test_a_lost_lease_is_not_tried_again(rig: Rig) -> None:
    """Another worker goes on: this one stops."""

    def lost(_transaction: Transaction, _change: Change) -> None:
        raise StaleClaim("w")

    rig.memory.on_save = lost
    with pytest.raises(StaleClaim):
        await rig.change()
    assert len(rig.memory.transactions) == 1


async def test_another_tenants_release_is_not_there(rig: Rig) -> None:
    """It is not found, whoever asks."""
    with pytest.raises(NoSuchRelease):
        await change_release(rig.engine, "T0OTHER", rig.memory.release.id, rig.hold)
    assert rig.acted == []


@pytest.mark.parametrize("need", list(Permission))
def test_a_refusal_says_what_is_not_allowed(need: Permission) -> None:
    """Nobody without a role may do anything, and the sentence says whom to ask."""
    with pytest.raises(NotAllowed) as caught:
        require(frozenset(), need)
    assert "Ask an owner" in str(caught.value)
    require(frozenset({"owner"}), need)
