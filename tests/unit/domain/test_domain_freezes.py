"""Freezes hold what is in their scope while they are on, and nothing else; exceptions need two people and end."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.domain import acts, freezes
from orchestration.domain.change import Change
from orchestration.domain.errors import NotNow
from orchestration.domain.events import EventKind
from orchestration.domain.freezes import ASK_LIVES, Freeze, holds_release, keep_freeze, next_look
from orchestration.domain.holds import Hold, HoldCause
from orchestration.domain.people import Actor
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.rotation import (
    Absence,
    Rotation,
    group_members,
    hand_over,
    next_captain,
    swapped,
    took_turn,
)
from tests.support.release_parts import CAPTAIN, NOW
from tests.support.releases import in_phase

ANN, BO = Actor(id="U0ANN"), Actor(id="U0BO")
HOUR = timedelta(hours=1)


def freeze(**changes: object) -> Freeze:
    """A freeze of everything for two days, from an hour after NOW."""
    fields: dict[str, object] = {
        "id": "FRZ-AAAA2",
        "tenant_id": "T0TEAM",
        "reason": "Christmas",
        "starts_at": NOW + HOUR,
        "ends_at": NOW + timedelta(days=2),
        "zone": "Europe/Berlin",
        "by": ANN.id,
    }
    return Freeze(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


def change(release: Release, at: datetime, by: Actor = ANN) -> Change:
    """A change of it at an instant."""
    return Change(release, now=at, actor=by)


def kept(release: Release, by: Freeze, at: datetime) -> Release:
    """The release as the freeze wants it at an instant."""
    under = change(release, at)
    keep_freeze(under, by)
    return under.release


RUNNING = in_phase(Phase.KICKOFF)
ON, OVER = NOW + 2 * HOUR, NOW + timedelta(days=2)


def test_a_freeze_holds_from_its_begin_to_its_end() -> None:
    """The hold is the freeze's own, is placed once with its reason, and is gone at the end."""
    assert kept(RUNNING, freeze(), NOW) == RUNNING
    under = change(RUNNING, ON)
    keep_freeze(under, freeze())
    keep_freeze(under, freeze())
    (hold,) = under.release.holds
    assert (hold.key, hold.reason) == ((HoldCause.FREEZE, "FRZ-AAAA2"), "Christmas")
    assert [e.kind for e in under.events] == [EventKind.HOLD_PLACED]
    after = change(under.release, OVER)
    keep_freeze(after, freeze())
    assert after.release.holds == ()
    assert [e.kind for e in after.events] == [EventKind.HOLD_LIFTED]


others = st.lists(
    st.builds(
        Hold,
        cause=st.sampled_from(HoldCause),
        by=st.sampled_from(["U0ANN", "REL-1/t1", "jira", "FRZ-BBBB3"]),
        reason=st.just("Why"),
        at=st.just(NOW),
    ),
    unique_by=lambda hold: hold.key,
    max_size=6,
)


@given(holds=others, hours=st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_no_hold_of_another_cause_is_ever_touched(holds: list[Hold], hours: list[int]) -> None:
    """B-17, B-19: whatever holds there are, and however often it is looked at, a freeze places and takes back the one
    hold that carries its id."""
    release = replace(RUNNING, holds=tuple(holds))
    for at in hours:
        release = kept(release, freeze(), NOW + at * HOUR)
        mine = [h for h in release.holds if h.by == "FRZ-AAAA2"]
        assert [h for h in release.holds if h not in mine] == holds
        assert len(mine) == (freeze().on(NOW + at * HOUR))


def test_only_what_is_in_its_scope_is_held() -> None:
    """Another configuration's release goes on; one that has ended is left alone."""
    elsewhere = freeze(config_id="another")
    assert not holds_release(elsewhere, RUNNING, now=ON)
    assert holds_release(freeze(config_id=RUNNING.snapshot.config_id), RUNNING, now=ON)
    ended = change(RUNNING, ON)
    acts.archive(ended, "Done")
    assert not holds_release(freeze(), ended.release, now=ON)


def test_a_removed_freeze_is_over() -> None:
    """What it held goes on, before its planned end."""
    held = kept(RUNNING, freeze(), ON)
    assert kept(held, freeze(removed_at=ON), ON).holds == ()


def test_an_exception_needs_a_second_person() -> None:
    """c: who asked can't grant; somebody else can; then the release goes on, and who granted it is known."""
    asking = change(kept(RUNNING, freeze(), ON), ON, ANN)
    asked = freezes.ask(freeze(), asking, "Payment fails", 4 * HOUR)
    assert [e.kind for e in asking.events] == [EventKind.EXCEPTION_ASKED]
    with pytest.raises(NotNow, match="another person"):
        freezes.grant(asked, change(asking.release, ON, ANN))
    granting = change(asking.release, ON + HOUR, BO)
    granted = freezes.grant(asked, granting)
    assert granting.release.holds == ()
    assert [e.kind for e in granting.events] == [EventKind.EXCEPTION_GRANTED, EventKind.HOLD_LIFTED]
    exemption = granted.exemption(RUNNING.id)
    assert exemption is not None
    assert (exemption.asked_by, exemption.granted_by) == (ANN.id, BO.id)
    assert exemption.until == ON + 5 * HOUR
    for act in (freezes.grant, freezes.decline):
        with pytest.raises(NotNow, match="granted this exception already"):
            act(granted, change(granting.release, ON + HOUR, BO))
    with pytest.raises(NotNow, match="may go on already"):
        freezes.ask(granted, change(granting.release, ON + HOUR, ANN), "More", HOUR)


def test_an_exception_ends_by_itself() -> None:
    """At its end the hold is back, and says why; after the freeze's own end there is nothing to come back."""
    asked = freezes.ask(freeze(), change(RUNNING, ON, ANN), "Payment fails", HOUR)
    granting = change(RUNNING, ON, BO)
    granted = freezes.grant(asked, granting)
    assert next_look(granted, now=ON) == ON + HOUR
    assert kept(granting.release, granted, ON + HOUR - timedelta(seconds=1)).holds == ()
    (hold,) = kept(granting.release, granted, ON + HOUR).holds
    assert hold.reason == "Christmas (the exception has ended)"
    long = freezes.grant(
        freezes.ask(freeze(), change(RUNNING, ON, ANN), "All of it", timedelta(days=9)),
        change(RUNNING, ON, BO),
    )
    exemption = long.exemption(RUNNING.id)
    assert exemption is not None
    assert exemption.until == OVER


def test_an_exception_granted_ahead_begins_with_its_freeze() -> None:
    """Its hours are not used up before there is anything to be excepted from."""
    asked = freezes.ask(freeze(), change(RUNNING, NOW, ANN), "Payment fails", timedelta(minutes=30))
    granting = change(RUNNING, NOW, BO)
    granted = freezes.grant(asked, granting)
    begin = freeze().starts_at
    assert begin > NOW
    assert granting.events[0].data["until"] == (begin + timedelta(minutes=30)).isoformat()
    assert kept(granting.release, granted, begin).holds == ()
    assert kept(granting.release, granted, begin + timedelta(minutes=29)).holds == ()
    assert len(kept(granting.release, granted, begin + timedelta(minutes=30)).holds) == 1


def test_a_request_that_nobody_answers_expires() -> None:
    """A grant next week is not what was asked for."""
    asked = freezes.ask(freeze(ends_at=NOW + timedelta(days=9)), change(RUNNING, ON, ANN), "Now", HOUR)
    with pytest.raises(NotNow, match="expired"):
        freezes.grant(asked, change(RUNNING, ON + ASK_LIVES, BO))
    declined = freezes.decline(asked, change(RUNNING, ON, BO))
    assert declined.exemptions == ()
    with pytest.raises(NotNow, match="Nobody asks"):
        freezes.grant(declined, change(RUNNING, ON, BO))


def test_what_is_no_matter_of_the_freeze_is_refused() -> None:
    """Another scope, or a freeze that is over, needs no exception."""
    with pytest.raises(NotNow, match="does not hold"):
        freezes.ask(freeze(config_id="another"), change(RUNNING, ON), "Why", HOUR)
    with pytest.raises(NotNow, match="is over"):
        freezes.ask(freeze(), change(RUNNING, OVER), "Why", HOUR)


def test_it_is_looked_at_when_something_changes() -> None:
    """At its begin, at its end, and never again afterwards."""
    assert next_look(freeze(), now=NOW) == NOW + HOUR
    assert next_look(freeze(), now=ON) == OVER
    assert next_look(freeze(), now=OVER) == OVER
    assert next_look(freeze(ended=True), now=OVER) is None


# --- captains ---

DAY = date(2026, 12, 1)


def absent(person: str, first: int, last: int) -> Absence:
    """Away on these days of December."""
    return Absence(
        tenant_id="T1", person=person, from_on=date(2026, 12, first), until_on=date(2026, 12, last)
    )


def rotation(*queue: str) -> Rotation:
    """A rotation of these people."""
    return Rotation(tenant_id="T1", scope="train:weekly", queue=queue)


def test_who_is_passed_over_stays_in_front() -> None:
    """The first who is there leads; who had a turn goes to the end; nobody there is nobody."""
    people = rotation("A", "B", "C")
    assert next_captain(people, [absent("A", 1, 2)], DAY) == "B"
    assert next_captain(people, [absent("A", 2, 2)], DAY) == "A"
    assert took_turn(people, "B").queue == ("A", "C", "B")
    assert took_turn(people, "X") == people
    assert next_captain(people, [absent(who, 1, 1) for who in "ABC"], DAY) is None


@given(turns=st.lists(st.sets(st.sampled_from("ABCD"), max_size=3), min_size=8, max_size=40))
def test_everybody_has_a_turn(turns: list[set[str]]) -> None:
    """Nobody is lost or doubled, and who is always there never waits for more than the others' turns."""
    people, waits = rotation(*"ABCD"), dict.fromkeys("ABCD", 0)
    for away in turns:
        chosen = next_captain(people, [absent(who, 1, 1) for who in away], DAY)
        assert chosen is not None
        waits = {who: 0 if who == chosen or who in away else waits[who] + 1 for who in waits}
        people = took_turn(people, chosen)
        assert sorted(people.queue) == list("ABCD")
        assert max(waits.values()) <= 6


def test_a_swap_changes_two_places() -> None:
    """And says who is not in it."""
    assert swapped(rotation("A", "B", "C"), "A", "C").queue == ("C", "B", "A")
    with pytest.raises(NotNow, match="<@X> is not in"):
        swapped(rotation("A"), "A", "X")
    with pytest.raises(NotNow, match="two different"):
        swapped(rotation("A"), "A", "A")


def test_the_group_holds_the_captains_of_what_runs() -> None:
    """Each once; where nothing runs, who is next; where nobody is there, nobody."""
    assert group_members(rotation("A", "B"), ["B", "C", "B"], [], DAY) == ("B", "C")
    assert group_members(rotation("A", "B"), [], [absent("A", 1, 1)], DAY) == ("B",)
    assert group_members(rotation(), [], [], DAY) == ()


def test_a_release_is_handed_over_once() -> None:
    """With a fact of it; to the same captain again is settled, and an archived one has none to change."""
    under = change(RUNNING, NOW)
    hand_over(under, "U0NEW")
    assert under.release.captain == "U0NEW"
    assert under.events[0].data == {"old": CAPTAIN, "new": "U0NEW"}
    with pytest.raises(NotNow, match="already") as again:
        hand_over(under, "U0NEW")
    assert again.value.settled
    acts.archive(under, "Done")
    with pytest.raises(NotNow, match="archived"):
        hand_over(under, CAPTAIN)
