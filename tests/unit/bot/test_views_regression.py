"""Views about Stage 2 and approvals: slots, late commits, test progress, the second look, deputies, edits."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.blocks import Surface, validate
from bot.views.gate_card import gate_card
from bot.views.modals.deputy_form import deputy_form, read_deputy
from bot.views.modals.edit_form import edit_errors, edit_form, read_edit
from bot.views.modals.override import override_form
from bot.views.modals.slot_form import read_slot, slot_form
from bot.views.people import me_answer
from bot.views.release_card import release_card
from bot.views.rendered import Rendered
from bot.views.slots import slots_answer
from bot.views.values import carried
from orchestration.domain import decisions, slots
from orchestration.domain.errors import Problem
from orchestration.domain.gates import Condition
from orchestration.domain.orders import Edit
from orchestration.domain.pairs import Pair
from orchestration.domain.phase import Phase
from orchestration.domain.progress import Figures, Reading, read
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags
from orchestration.domain.standing import Deputy, Me
from orchestration.domain.version import ReleaseType
from tests.support.release_parts import ANDROID, CAPTAIN, IOS, NOW, PRODUCT, QA, evidence
from tests.support.releases import AFTER_STAGE_2, LONG, Journey, crowded, in_phase

CROWDED = crowded()
METADATA = carried(release="REL-7F3K2Q9D")


def words(rendered: Rendered) -> str:
    """Everything that a reader sees."""
    return json.dumps([*rendered.blocks], ensure_ascii=False)


def taken(rendered: Rendered) -> None:
    """Slack takes the message."""
    payload = {"text": rendered.text, "blocks": list(rendered.blocks)}
    assert validate(payload, Surface.MESSAGE) == ()


def opens(view: Any) -> str:
    """Slack takes the form; what stands in it."""
    assert validate(view, Surface.MODAL) == ()
    return json.dumps(view, ensure_ascii=False)


@pytest.mark.parametrize("where", list(Phase))
def test_slots_are_listed_in_every_phase(where: Phase) -> None:
    """Each by the number that people call it by; a menu and the button only while something can be done."""
    release = in_phase(where)
    shown = slots_answer(release, "The slot is planned.")
    taken(shown)
    assert "Slot 1" in words(shown)
    over = where in AFTER_STAGE_2
    assert ("slot.add" in words(shown)) is not over
    assert ("slot.act" in words(shown)) is (not over and bool(release.planned_slots))


def test_a_crowd_of_slots_stays_within_the_limits() -> None:
    """Planned ones come first; those that find no room are counted."""
    journey = Journey(slots=80).wait(timedelta(0))
    shown = slots_answer(journey.release)
    taken(shown)
    assert "more" in words(shown)
    taken(slots_answer(CROWDED))


def test_the_form_of_a_slot_keeps_what_is_planned() -> None:
    """What is proposed is what comes back when nothing is changed."""
    flags = CycleFlags(regression_builds=False, automation=True)
    release = in_phase(Phase.BETWEEN_CYCLES)
    at = release.planned_slots[0].at
    shown = opens(slot_form(release, release.planned_slots[0], at=at, flags=flags, metadata=METADATA))
    assert f'"initial_date_time": {int(at.timestamp())}' in shown
    state: dict[str, Any] = {
        "at": {"at": {"selected_date_time": int(at.timestamp())}},
        "flags": {"flags": {"selected_options": [{"value": "automation"}]}},
    }
    assert read_slot(state) == (at, flags)
    assert read_slot({}) == (None, CycleFlags(regression_builds=False))
    opens(slot_form(CROWDED, None, at=at, flags=CycleFlags(), metadata=METADATA))


def drifted(release: Release) -> Release:
    """A release whose gate says that commits came."""
    gate = release.open_gate
    assert gate is not None
    shown = evidence(release)
    findings = tuple(
        replace(f, met=False, says="2 untested commits came", key="a" * 40, lines=("one", "two"))
        if f.condition is Condition.HEAD_IS_TESTED
        else f
        for f in shown.findings
    )
    return release.with_gate(replace(gate, evidence=replace(shown, findings=findings)))


def test_late_commits_offer_a_cycle_or_their_leaving_out() -> None:
    """Both buttons carry what was shown: the head that is left out, and no other."""
    release = drifted(in_phase(Phase.AWAITING_STAGE_3))
    gate = release.open_gate
    assert gate is not None
    card = gate_card(release, gate, now=NOW)
    taken(card)
    shown = words(card)
    assert "cycle.run" in shown
    assert "gate.accept_drift" in shown
    assert f'\\"head\\":\\"{"a" * 40}\\"' in shown.replace('\\\\"', '\\"')
    assert "gate.approve" not in shown


def test_the_second_look_lists_all_that_is_overridden() -> None:
    """Unmet conditions and missing sign-offs; bound to the evidence by what the form carries."""
    release = drifted(in_phase(Phase.AWAITING_STAGE_3))
    gate = release.open_gate
    assert gate is not None
    shown = opens(override_form(release, gate, metadata=METADATA, reason="Store deadline"))
    assert "2 untested commits came" in shown
    assert "Missing: 1 from qa" in shown
    assert "Missing: 1 from product" in shown
    assert '"initial_value": "Store deadline"' in shown
    crowded_gate = replace(gate, evidence=evidence(release, unmet=("x" * 3000, "<&>" * 900)))
    opens(
        override_form(
            replace(release, snapshot=replace(release.snapshot, app=LONG)), crowded_gate, metadata="m"
        )
    )


def test_what_changed_since_the_last_approval_stands_on_the_card() -> None:
    """Who approved a candidate reads on the next card what is another now."""
    journey = Journey().regression().judged().sign(QA, "qa").judged("3 of 412 cases failed")
    gate = journey.open_gate
    card = words(gate_card(journey.release, gate, now=NOW))
    assert "*Changed since the last approval*: 3 of 412 cases failed" in card
    assert "Decision due" in card
    again = journey.judged()
    assert "Changed since" not in words(gate_card(again.release, again.open_gate, now=NOW))


def test_a_deputys_yes_names_both() -> None:
    """Whoever reads the card sees who signed, and in whose place; that one is not awaited any more."""
    journey = Journey().regression().judged()
    gate = journey.open_gate
    digest = gate.evidence.digest if gate.evidence else ""
    journey.change(
        lambda c: decisions.sign(c, gate.id, areas=("qa",), digest=digest, instead_of=QA), by="U0DEPUTY1"
    )
    assert f"signed by <@U0DEPUTY1> for <@{QA}>" in words(
        gate_card(journey.release, journey.open_gate, now=NOW)
    )


def run(pair: Pair, tested: int, **squads: int) -> Reading:
    """A run of forty cases."""
    return Reading(
        pair=pair,
        suite="42",
        url="https://checkmate.example/runs/42",
        figures=Figures(total=40, passed=tested - 1, failed=1),
        squads={name: Figures(total=20, passed=count) for name, count in squads.items()},
    )


def test_the_card_tells_how_testing_gets_on() -> None:
    """Each run with its squads, the slowest first; a pace once there is one; trouble with the time of the figures."""
    release = in_phase(Phase.AWAITING_STAGE_3)
    progress = read(release.progress, (run(ANDROID, 10, Login=8, Checkout=2), run(IOS, 20)), now=NOW)
    first = words(release_card(replace(release, progress=progress), now=NOW))
    assert (
        "Tests of Android>: 10 of 40 tested (25 %), 1 failed · *Checkout* 2 of 20, *Login* 8 of 20" in first
    )
    assert "50 tests left; no pace to tell yet" in first
    later = read(progress, (run(ANDROID, 20), run(IOS, 35)), now=NOW + timedelta(hours=6))
    second = release_card(replace(release, progress=replace(later, trouble="Checkmate is away")), now=NOW)
    taken(second)
    assert "100 tests a day; at this pace done" in words(second)
    assert "the test runs can't be read now (Checkmate is away)" in words(second)
    approved = replace(in_phase(Phase.PRE_RELEASE), progress=progress)
    assert "tests left" not in words(release_card(approved, now=NOW))


@given(name=st.text(max_size=60), count=st.integers(0, 30), why=st.text(max_size=200))
@settings(max_examples=30, deadline=None)
def test_any_squads_and_troubles_can_be_shown(name: str, count: int, why: str) -> None:
    """Whatever a test platform calls its squads and says in its troubles, Slack takes the card and nobody is rung."""
    squads = {f"<!channel>{name}{n}": n for n in range(count)}
    progress = read(in_phase(Phase.REGRESSION).progress, (run(ANDROID, 10, **squads),), now=NOW)
    card = release_card(
        replace(in_phase(Phase.REGRESSION), progress=replace(progress, trouble=f"<!channel>{why}")), now=NOW
    )
    taken(card)
    assert "<!channel>" not in words(card)


def state_of(view: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """What Slack sends back for a form that was left as it was."""
    kept = {
        "initial_date_time": "selected_date_time",
        "initial_option": "selected_option",
        "initial_value": "value",
    }
    inputs = [b for b in view["blocks"] if b["type"] == "input"]
    return {
        b["block_id"]: {b["element"]["action_id"]: {kept[k]: v for k, v in b["element"].items() if k in kept}}
        for b in inputs
    }


@pytest.mark.parametrize("where", list(Phase))
def test_a_form_that_was_left_as_it_was_edits_nothing(where: Phase) -> None:
    """In every phase the form offers what is ahead, filled with what is; untouched it is no edit."""
    release = in_phase(where)
    view = edit_form(release, metadata=METADATA)
    shown = opens(view)
    assert ("Release branch" in shown) is (where is Phase.SCHEDULED)
    assert read_edit(state_of(view), release) == Edit()


def test_what_was_changed_in_the_form_is_the_edit() -> None:
    """A platform whose version is emptied leaves the release."""
    release = in_phase(Phase.SCHEDULED)
    state = state_of(edit_form(release, metadata=METADATA))
    state["type"]["type"] = {"selected_option": {"value": "MAJOR"}}
    state[f"version:{ANDROID.key}"]["value"] = {"value": "3.0.0"}
    state[f"version:{IOS.key}"]["value"] = {"value": None}
    state["branch"]["branch"] = {"value": " rel/3 "}
    assert read_edit(state, release) == Edit(
        type=ReleaseType.MAJOR, versions={ANDROID.key: "3.0.0"}, branch="rel/3"
    )
    problems = [
        Problem(field="branch", message="Another running release uses rel/3"),
        Problem(field="slots", message="Every slot must come after kick-off"),
    ]
    assert edit_errors(problems, list(state)) == {
        "branch": "Another running release uses rel/3",
        "target_at": "Every slot must come after kick-off",
    }


def test_a_person_reads_what_is_known_of_them() -> None:
    """Logins, deputy and those in whose place one acts; and how each is changed."""
    deputy = Deputy(person=CAPTAIN, deputy=QA, until=NOW)
    lent = Deputy(person=PRODUCT, deputy=CAPTAIN, until=NOW)
    full = me_answer(Me(logins=("octocat", "x" * 200), deputy=deputy, stands_for=(lent,)))
    taken(full)
    assert f"<@{QA}> stands in for you" in full.text
    assert f"You stand in for <@{PRODUCT}>" in full.text
    assert "people.deputy.end" in words(full)
    empty = me_answer(Me(logins=(), deputy=None, stands_for=()))
    taken(empty)
    assert "Nobody stands in for you." in empty.text
    assert "people.deputy.end" not in words(empty)
    opens(deputy_form(until=NOW))
    assert read_deputy({"who": {"who": {"selected_user": QA}}}) == (QA, None)


def test_the_menu_offers_the_end_of_a_cycle_only_while_one_runs() -> None:
    """Nothing is offered that would be refused."""
    running = in_phase(Phase.REGRESSION)
    assert "cycle.abandon" in words(release_card(running, now=NOW))
    assert "cycle.abandon" not in words(release_card(in_phase(Phase.BETWEEN_CYCLES), now=NOW))
    journey = Journey().wait(timedelta(0)).finish()
    journey.change(lambda c: slots.add_slot(c, NOW + timedelta(days=3), CycleFlags()), by=CAPTAIN)
    taken(slots_answer(journey.release))
