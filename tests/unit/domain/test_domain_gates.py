"""Evidence, its name, what people are told when it changes, and the sign-offs still to come."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.domain.gates import (
    Condition,
    Evidence,
    Finding,
    Gate,
    GateKind,
    Signature,
    SignOff,
    changes,
)
from tests.support.release_parts import NOW, SHA

GREEN = Finding(condition=Condition.TESTS_PASSED, met=True, says="412 of 412 passed")
RED = Finding(condition=Condition.TICKETS_DONE, met=False, says="PIX-71 is open", owner="qa")
SHOWN = Evidence(
    commit=SHA, tag="v2.14.0-rc.2", builds=("b1", "b2"), suites=("42",), findings=(GREEN, RED), read_at=NOW
)
SAME: dict[str, Callable[[Evidence], Evidence]] = {
    "read later": lambda e: replace(e, read_at=NOW + timedelta(hours=3)),
    "builds in another order": lambda e: replace(e, builds=("b2", "b1")),
    "findings in another order": lambda e: replace(e, findings=(RED, GREEN)),
    "one more passed test": lambda e: replace(e, findings=(replace(GREEN, says="413 of 413 passed"), RED)),
    "an unmet condition says it otherwise": lambda e: replace(e, findings=(GREEN, replace(RED, says="soon"))),
}
OTHER: dict[str, tuple[Callable[[Evidence], Evidence], str]] = {
    "commit": (lambda e: replace(e, commit="b" * 40), "the tested commit is now bbbbbbbbbb"),
    "no commit": (lambda e: replace(e, commit=None), "the tested commit is now unknown"),
    "candidate": (lambda e: replace(e, tag="v2.14.0-rc.3"), "the release candidate is now v2.14.0-rc.3"),
    "a build more": (lambda e: replace(e, builds=("b1", "b2", "b3")), "the builds are others"),
    "a build twice": (lambda e: replace(e, builds=("b1", "b2", "b2")), "the builds are others"),
    "no test run": (lambda e: replace(e, suites=()), "the test runs are others"),
    "turned red": (
        lambda e: replace(e, findings=(replace(GREEN, met=False, says="3 failed"), RED)),
        "3 failed",
    ),
    "turned green": (
        lambda e: replace(e, findings=(GREEN, replace(RED, met=True, says="PIX-71 is done"))),
        "PIX-71 is done",
    ),
    "not asked any more": (lambda e: replace(e, findings=(GREEN,)), "tickets_done"),
}
findings = st.builds(
    Finding, condition=st.sampled_from(Condition), met=st.booleans(), says=st.sampled_from(["one", "two"])
)
evidences = st.builds(
    Evidence,
    commit=st.sampled_from([None, "a" * 40, "b" * 40]),
    tag=st.sampled_from([None, "rc.1", "rc.2"]),
    builds=st.lists(st.sampled_from(["b1", "b2"]), max_size=3).map(tuple),
    suites=st.lists(st.sampled_from(["s1", "s2"]), max_size=2).map(tuple),
    findings=st.lists(findings, max_size=3).map(tuple),
    read_at=st.just(NOW),
)


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_what_people_would_not_decide_otherwise_on_keeps_the_name(
    change: Callable[[Evidence], Evidence],
) -> None:
    """Figures that move while every verdict stays do not void an approval."""
    assert change(SHOWN).digest == SHOWN.digest
    assert changes(SHOWN, change(SHOWN)) == ()


@pytest.mark.parametrize(("change", "says"), OTHER.values(), ids=OTHER.keys())
def test_what_people_decide_on_changes_the_name_and_is_told(
    change: Callable[[Evidence], Evidence], says: str
) -> None:
    """B-27: evidence is the commit, candidate, builds, runs and unmet conditions; each change has its words."""
    after = change(SHOWN)
    assert after.digest != SHOWN.digest
    assert changes(SHOWN, after) == (says,)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(evidences, evidences)
def test_there_are_words_exactly_where_the_name_changed(before: Evidence, after: Evidence) -> None:
    """A change without words would leave signatures on evidence that nobody saw."""
    assert (changes(before, after) != ()) is (before.digest != after.digest)


def test_unmet_conditions_are_those_not_shown_to_be_met() -> None:
    """What stands in the way is listed with the facts behind it."""
    assert SHOWN.unmet == (RED,)


def test_missing_counts_each_area_for_itself() -> None:
    """N of M: one person's yes counts once for each area that is theirs, and for no other."""
    gate = Gate(
        id="g",
        kind=GateKind.APPROVE_STAGE_3,
        opened_at=NOW,
        sign_offs=(
            SignOff(area="qa", needed=2, people=("U1", "U2", "U3")),
            SignOff(area="product", needed=1, people=("U3",)),
        ),
    )

    def signed(*people: tuple[str, tuple[str, ...]]) -> list[tuple[str, int]]:
        given = tuple(Signature(by=by, areas=areas, at=NOW, digest="d") for by, areas in people)
        return [(m.area, m.needed) for m in replace(gate, signatures=given).missing()]

    assert signed() == [("qa", 2), ("product", 1)]
    assert signed(("U1", ("qa",))) == [("qa", 1), ("product", 1)]
    assert signed(("U1", ("qa",)), ("U2", ("qa",))) == [("product", 1)]
    assert signed(("U1", ("qa",)), ("U3", ("qa", "product"))) == []


def test_who_has_said_yes_is_not_among_those_still_asked() -> None:
    """Neither they nor the one whose deputy they are; an area without names stays its role's."""
    gate = Gate(
        id="g",
        kind=GateKind.APPROVE_STAGE_3,
        opened_at=NOW,
        sign_offs=(
            SignOff(area="qa", needed=3, people=("U1", "U2", "U3", "U4")),
            SignOff(area="legal", needed=1),
        ),
        signatures=(
            Signature(by="U1", areas=("qa",), at=NOW, digest="d"),
            Signature(by="U9", areas=("qa",), at=NOW, digest="d", instead_of="U2"),
        ),
    )
    assert gate.missing() == (
        SignOff(area="qa", needed=1, people=("U3", "U4")),
        SignOff(area="legal", needed=1),
    )
