"""Approvals through the engine: deputies, authors, forced ones, what is void and what is not."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from integrations.rehearsal.test_platform import CaseState
from orchestration.domain.errors import NotAllowed, NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.gates import Condition, Gate, GateState, SignOff
from orchestration.domain.people import Actor
from orchestration.domain.snapshot import GateSettings, OwnChanges, Snapshot
from orchestration.domain.tasks import TaskType
from orchestration.ports.errors import Refused
from orchestration.ports.runtime import OutgoingKind, UnitOfWork
from orchestration.services import decide, people
from orchestration.services.homes import needs_of
from orchestration.services.read_gate import read_gate
from tests.support.distribution import TwoStores, stores, to_submission
from tests.support.engine import TENANT, Bench, bench
from tests.support.rehearsed import ANN, BO, IOS, VIEWER, Company, begin, finish_by_hand, found, snapshot
from tests.support.stores import opened

CLEO = Actor(id="U00CLEO03")
AUTHOR = "rehearsal"


async def nothing(_work: UnitOfWork) -> None:
    """No request hangs on it."""


async def asking(b: Bench, company: Company, configured: Snapshot | None = None) -> str:
    """A release that waits for approval, with everything outside done."""
    await found(b, configured)
    release_id = (await begin(b)).id
    await b.live(steps=12, minutes=3)
    finish_by_hand(company, await b.release(release_id))
    await b.live(steps=2, minutes=1)
    return release_id


async def gate_of(b: Bench, release_id: str) -> Gate:
    """The newest gate."""
    return (await b.release(release_id)).gates[-1]


async def says_yes(b: Bench, release_id: str, actor: Actor, *, force: str | None = None) -> None:
    """Approve what the newest gate shows."""
    gate = await gate_of(b, release_id)
    assert gate.evidence is not None
    digest = gate.evidence.digest
    await decide.approve(b.engine, TENANT, release_id, gate.id, digest=digest, actor=actor, force=force)


async def events(b: Bench, release_id: str, kind: EventKind) -> list[dict[str, str]]:
    """What was told of a kind, oldest first."""
    async with b.store.look() as work:
        found_ = await work.releases.events(TENANT, release_id, limit=500)
    return [dict(e.data) for e in reversed(found_) if e.kind is kind]


def signed_by(*wanted: SignOff, **changes: object) -> Snapshot:
    """A configuration that asks these people."""
    return snapshot(gate=GateSettings(sign_offs=wanted, **changes))  # type: ignore[arg-type]  # fields by name


async def test_a_deputy_approves_in_the_place_of_the_one_who_is_away(tmp_path: Path) -> None:
    """Named until a date, checked when acting: before and after there is no deputy, and the yes says whose it is."""
    company = Company()
    asked = signed_by(SignOff(area="qa", needed=1, people=(BO.id,)))
    async with bench(tmp_path, company.ports()) as b:
        release_id = await asking(b, company, asked)
        with pytest.raises(NotAllowed, match="Only these decide this"):
            await says_yes(b, release_id, VIEWER)
        until = b.clock.now() + timedelta(hours=2)
        await people.name_deputy(b.engine, TENANT, VIEWER.id, until, actor=BO, ending=nothing)
        b.clock.forward(hours=3)
        with pytest.raises(NotAllowed):
            await says_yes(b, release_id, VIEWER)
        until = b.clock.now() + timedelta(hours=2)
        await people.name_deputy(b.engine, TENANT, VIEWER.id, until, actor=BO, ending=nothing)
        await says_yes(b, release_id, VIEWER)
        gate = await gate_of(b, release_id)
        assert gate.state is GateState.APPROVED
        assert [(s.by, s.instead_of) for s in gate.signatures] == [(VIEWER.id, BO.id)]
        (granted,) = await events(b, release_id, EventKind.APPROVAL_GRANTED)
        assert granted["instead_of"] == BO.id


async def test_a_deputy_hears_of_every_question_that_is_open(tmp_path: Path) -> None:
    """Both stores ask at once: a copy of each goes to the deputy, and each is among what waits for them."""
    company = TwoStores()
    asked = GateSettings(store_sign_offs=(SignOff(area="qa", needed=1, people=(BO.id,)),))
    async with opened(tmp_path, company) as b:
        release = await to_submission(b, company, stores(gate=asked))
        gates = [gate.id for gate in release.open_gates]
        assert len(gates) == 2
        assert await needs_of(b.engine, TENANT, actor=VIEWER) == ()
        until = b.clock.now() + timedelta(hours=2)
        await people.name_deputy(b.engine, TENANT, VIEWER.id, until, actor=BO, ending=nothing)
        async with b.store._database.reading() as connection:
            keys = await connection.scalars(text("SELECT key FROM outbox WHERE kind = 'GATE'"))
        copies = {key for key in keys if key.endswith(f":{VIEWER.id}")}
        assert copies == {f"gate:{gate}:{VIEWER.id}" for gate in gates}
        ((_, says),) = await needs_of(b.engine, TENANT, actor=VIEWER)
        assert set(says) == {"Approve the submission (Android)", "Approve the submission (iOS)"}


async def test_a_deputy_has_no_more_than_the_one_in_whose_place_they_act(tmp_path: Path) -> None:
    """A role that was taken back can't be lent any more; overriding is never lent."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await asking(b, company)
        until = b.clock.now() + timedelta(days=2)
        await people.name_deputy(b.engine, TENANT, VIEWER.id, until, actor=BO, ending=nothing)
        await people.name_deputy(b.engine, TENANT, VIEWER.id, until, actor=ANN, ending=nothing)
        with pytest.raises(NotAllowed, match="Only owners and the captain"):
            await says_yes(b, release_id, VIEWER, force="Deadline")
        await people.end_deputy(b.engine, TENANT, actor=ANN, ending=nothing)
        async with b.store.work() as work:
            await work.directory.revoke(TENANT, BO.id, "approver:qa")
            await work.commit()
        with pytest.raises(NotAllowed):
            await says_yes(b, release_id, VIEWER)
        with pytest.raises(NotNow):
            await people.end_deputy(b.engine, TENANT, actor=ANN, ending=nothing)


async def test_who_wrote_a_change_does_not_approve_it(tmp_path: Path) -> None:
    """Commits since the last release are matched to people by what they said of themselves."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        configured = snapshot(gate=GateSettings(own_changes=OwnChanges.REFUSED))
        release_id = await asking(b, company, configured)
        gate = await gate_of(b, release_id)
        assert gate.evidence is not None
        assert gate.evidence.unknown == (AUTHOR,)
        finding = next(f for f in gate.evidence.findings if f.condition is Condition.AUTHORS_KNOWN)
        assert (finding.met, finding.says) == (True, f"Nobody has said that they are {AUTHOR}")
        await people.claim_login(b.engine, TENANT, "Rehearsal", person=BO.id, actor=BO, ending=nothing)
        b.clock.forward(seconds=30)
        with pytest.raises(NotAllowed, match="You wrote part"):
            await says_yes(b, release_id, BO)
        await says_yes(b, release_id, ANN)
        assert (await gate_of(b, release_id)).state is GateState.APPROVED


async def test_unknown_authors_keep_the_gate_shut_where_that_is_set(tmp_path: Path) -> None:
    """Strict: nobody approves while an author is nobody's; once they are known everybody else may."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        configured = snapshot(gate=GateSettings(own_changes=OwnChanges.STRICT, conditions=()))
        release_id = await asking(b, company, configured)
        with pytest.raises(NotNow, match=f"Nobody has said that they are {AUTHOR}"):
            await says_yes(b, release_id, ANN)
        await people.claim_login(b.engine, TENANT, AUTHOR, person=BO.id, actor=BO, ending=nothing)
        b.clock.forward(seconds=30)
        await b.live(steps=1, minutes=1)
        await says_yes(b, release_id, ANN)
        assert (await gate_of(b, release_id)).state is GateState.APPROVED


async def test_authors_that_can_not_be_read_keep_the_gate_shut(tmp_path: Path) -> None:
    """B-25, B-26: no facts, no pass; the reason says what could not be read."""
    shut = False

    def hook(port: str, verb: str) -> None:
        if shut and (port, verb) in {("scm", "compare"), ("scm", "create_release_notes")}:
            raise Refused("The repository is gone")

    company = Company(hook=hook)
    async with bench(tmp_path, company.ports()) as b:
        configured = snapshot(gate=GateSettings(own_changes=OwnChanges.REFUSED))
        release_id = await asking(b, company, configured)
        shut = True
        b.clock.forward(seconds=30)
        with pytest.raises(NotNow, match=r"evidence changed"):
            await says_yes(b, release_id, ANN)
        gate = await gate_of(b, release_id)
        assert gate.evidence is not None
        assert [f.condition for f in gate.evidence.unmet] == [Condition.AUTHORS_KNOWN]
        assert "The repository is gone" in gate.evidence.unmet[0].says


async def test_a_login_is_taken_from_nobody(tmp_path: Path) -> None:
    """One's own is said by oneself; another's, or one that is known, takes who may grant roles. All is recorded."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        await found(b)
        async with b.store.work() as work:
            await work.directory.grant(TENANT, CLEO.id, "owner")
            await work.commit()
        place = (b.engine, TENANT)
        await people.claim_login(*place, "@octocat", person=BO.id, actor=BO, ending=nothing)
        with pytest.raises(NotAllowed, match="is known as"):
            await people.claim_login(*place, "OCTOCAT", person=ANN.id, actor=ANN, ending=nothing)
        with pytest.raises(NotAllowed, match="somebody else"):
            await people.claim_login(*place, "hubot", person=BO.id, actor=ANN, ending=nothing)
        with pytest.raises(NotAllowed):
            await people.drop_login(*place, "octocat", actor=ANN, ending=nothing)
        with pytest.raises(NotNow) as said:
            await people.claim_login(*place, "octocat", person=BO.id, actor=BO, ending=nothing)
        assert said.value.settled
        await people.claim_login(*place, "octocat", person=ANN.id, actor=CLEO, ending=nothing)
        me = await people.about_me(*place, actor=ANN)
        assert me.logins == ("octocat",)
        await people.drop_login(*place, "octocat", actor=ANN, ending=nothing)
        assert (await people.about_me(*place, actor=ANN)).logins == ()
        assert await b.store.broken_at(TENANT) is None


async def test_one_more_passed_test_voids_nothing_and_a_failed_one_does(tmp_path: Path) -> None:
    """Figures that move while everything stays true change no evidence; what does is told to the one who signed."""
    company = Company()
    two = SignOff(area="qa", needed=2, people=(BO.id, ANN.id))
    async with bench(tmp_path, company.ports()) as b:
        release_id = await asking(b, company, signed_by(two, pass_percent=60))
        suite = (await b.release(release_id)).output(TaskType.CREATE_TEST_SUITE, "id", pair=IOS)
        assert suite is not None
        company.tests.fill(suite, CaseState.FAILED, squad="Login")
        await b.live(steps=2, minutes=1)
        await says_yes(b, release_id, BO)
        company.tests.fill(suite, CaseState.PASSED)
        await b.live(steps=2, minutes=1)
        assert [s.by for s in (await gate_of(b, release_id)).signatures] == [BO.id]
        company.tests.fill(suite, CaseState.FAILED)
        await b.live(steps=2, minutes=1)
        gate = await gate_of(b, release_id)
        assert gate.signatures == ()
        assert gate.since is not None
        (void,) = await events(b, release_id, EventKind.APPROVAL_VOIDED)
        assert void["signed"] == BO.id
        assert "0 of 3 tests passed" in void["why"]


async def test_every_copy_of_the_card_is_ordered_with_each_change(tmp_path: Path) -> None:
    """Whoever acts and from wherever: the card of the thread and those of all who are asked follow together."""
    company = Company()
    two = SignOff(area="qa", needed=2, people=(BO.id, ANN.id))
    async with bench(tmp_path, company.ports()) as b:
        release_id = await asking(b, company, signed_by(two))
        gate = await gate_of(b, release_id)
        letters = await b.store.mailbox.claim(limit=100)
        ordered = {x.outgoing.key for x in letters if x.outgoing.kind is OutgoingKind.GATE}
        key = f"gate:{gate.id}"
        assert ordered == {key, f"{key}:{ANN.id}", f"{key}:{BO.id}"}
        for letter in letters:
            await b.store.mailbox.sent(letter, {})
        await says_yes(b, release_id, BO)
        again = {x.outgoing.key for x in await b.store.mailbox.claim(limit=100)}
        assert ordered <= again
        until = b.clock.now() + timedelta(days=1)
        await people.name_deputy(b.engine, TENANT, CLEO.id, until, actor=ANN, ending=nothing)
        await says_yes(b, release_id, CLEO)
        assert f"{key}:{CLEO.id}" in {x.outgoing.key for x in await b.store.mailbox.claim(limit=100)}


async def test_what_a_clock_read_that_was_ahead_is_read_again(tmp_path: Path) -> None:
    """It is not taken for fresh: the gate would be due again at once, and over and over until the clock is there."""
    company = Company()
    async with bench(tmp_path, company.ports()) as b:
        release_id = await asking(b, company)
        b.clock.forward(hours=1)
        await b.settle()
        b.clock.forward(hours=-1)
        gate = await gate_of(b, release_id)
        await read_gate(b.engine, TENANT, release_id, gate.id)
        again = await gate_of(b, release_id)
        assert again.evidence is not None
        assert again.evidence.read_at == b.clock.now()
        assert again.check_at is not None
        assert again.check_at > b.clock.now()
