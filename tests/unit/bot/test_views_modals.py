"""The forms: what they propose, what is read from them, and where errors land."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.blocks import Surface, validate
from bot.views.modals import hand_build, reasons, start_form, start_release
from bot.views.modals.choice import Choice, choices_of
from bot.views.modals.plan import plan_preview
from bot.views.modals.start_form import INPUT, StartForm
from orchestration.catalogue import plan_stage
from orchestration.domain.creation import Facts, Order, WantedSlot, create
from orchestration.domain.errors import Invalid, Problem
from orchestration.domain.phase import Phase
from orchestration.domain.stages import Cycle, CycleFlags, Stage
from orchestration.domain.tasks import TaskType
from orchestration.domain.version import ReleaseType, Version
from tests.support.release_parts import ANDROID, CAPTAIN, IOS, NOW, snapshot
from tests.support.releases import LONG, SIX, crowded, failing, in_phase

FORM = StartForm(
    choices=(Choice(id="cfg1", name="Pixel releases"), Choice(id="cfg2", name="Pixel Lite")),
    chosen="cfg1",
    type=ReleaseType.MINOR,
    versions={ANDROID: "2.14.0", IOS: "2.14.0"},
    base_branch="main",
    captain=CAPTAIN,
    target_at=NOW + timedelta(days=7),
    slots=(NOW + timedelta(days=1),),
)


def problems(view: Mapping[str, object]) -> list[str]:
    """What Slack would refuse."""
    return [f"{p.pointer}: {p.message}" for p in validate(view, Surface.MODAL)]


def typed(**changes: dict[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """The state of the form as Slack sends it: filled in by its proposals, changed per block by `changes`."""
    state: dict[str, dict[str, dict[str, Any]]] = {}
    view = json.loads(json.dumps(start_release.start_release(FORM)))
    for block in view["blocks"]:
        element = block["element"]
        filled = {
            "static_select": {"selected_option": element.get("initial_option")},
            "datetimepicker": {"selected_date_time": element.get("initial_date_time")},
            "plain_text_input": {"value": element.get("initial_value")},
            "checkboxes": {"selected_options": element.get("initial_options", [])},
            "users_select": {"selected_user": element.get("initial_user")},
        }[element["type"]]
        state[block["block_id"]] = {element["action_id"]: changes.get(block["block_id"], filled)}
    return state


def test_the_form_proposes_a_release_that_needs_no_typing() -> None:
    """Submitting the form as it opens gives the next versions, the proposed dates and the one who asked."""
    assert problems(start_release.start_release(FORM)) == []
    wanted = start_form.read_start_release(typed())
    assert wanted == start_form.Wanted(
        configuration="cfg1",
        order=Order(
            type=ReleaseType.MINOR,
            versions={ANDROID.key: "2.14.0", IOS.key: "2.14.0"},
            target_at=NOW + timedelta(days=7),
            slots=(WantedSlot(at=NOW + timedelta(days=1), flags=CycleFlags(automation=False)),),
            base_branch="main",
            captain=CAPTAIN,
        ),
    )


def test_everything_that_is_typed_is_read() -> None:
    """Each field of the form reaches the order."""
    at = int((NOW + timedelta(days=2)).timestamp())
    state = typed(
        configuration={"selected_option": {"value": "cfg2"}},
        type={"selected_option": {"value": "HOTFIX"}},
        kick_off_at={"selected_date_time": at},
        slot2={"selected_date_time": at + 60},
        automation={"selected_options": [{"value": "automation"}]},
        captain={"selected_user": "U0OTHER1"},
        branch={"value": "release/hot"},
    )
    state[start_form.version_block(IOS, "cfg1", ReleaseType.MINOR)] = {INPUT: {"value": "  "}}
    state[start_form.base_block("cfg1")] = {INPUT: {"value": " v2.13.0 "}}
    wanted = start_form.read_start_release(state)
    order = wanted.order
    assert (wanted.configuration, order.type, order.captain) == ("cfg2", ReleaseType.HOTFIX, "U0OTHER1")
    assert (order.base_branch, order.branch) == ("v2.13.0", "release/hot")
    assert dict(order.versions) == {ANDROID.key: "2.14.0"}
    assert order.kick_off_at == datetime.fromtimestamp(at, tz=UTC)
    assert [slot.flags.automation for slot in order.slots] == [True, True]


def test_another_choice_brings_other_proposals() -> None:
    """Slack keeps what was typed in a block that stays, so what depends on a choice stands in other blocks."""
    assert start_form.base_block("cfg1") != start_form.base_block("cfg2")
    minor = start_form.version_block(IOS, "cfg1", ReleaseType.MINOR)
    assert minor != start_form.version_block(IOS, "cfg1", ReleaseType.MAJOR)
    assert minor != start_form.version_block(IOS, "cfg2", ReleaseType.MINOR)


def test_all_errors_land_at_their_fields_at_once() -> None:
    """Every problem that the rules find in a bad order is shown, each at its own field."""
    past = int((NOW - timedelta(days=1)).timestamp())
    state = typed(
        kick_off_at={"selected_date_time": past},
        target_at={"selected_date_time": past},
        slot1={"selected_date_time": None},
        branch={"value": "a b"},
    )
    android, ios = (start_form.version_block(pair, "cfg1", ReleaseType.MINOR) for pair in (ANDROID, IOS))
    state[android] = {INPUT: {"value": "2.x"}}
    state[ios] = {INPUT: {"value": "2.13.5"}}
    facts = Facts(
        snapshot=snapshot(),
        active=False,
        latest={IOS: Version(2, 13, 0)},
        unverified={"jira-1": "revoked"},
        last_tag=None,
        branches_in_use=frozenset(),
    )
    with pytest.raises(Invalid) as refused:
        create(
            start_form.read_start_release(state).order,
            facts,
            release_id="REL-1",
            tenant_id="T1",
            by=CAPTAIN,
            now=NOW,
        )
    shown = start_form.errors(refused.value.problems, state)
    assert set(shown) == {"configuration", "kick_off_at", "target_at", "slot1", "branch", android, ios}
    assert validate({"response_action": "errors", "errors": shown}, Surface.ACK) == ()
    assert shown["slot1"] == "Plan at least one regression slot"
    assert "switched off" in shown["configuration"]
    assert "revoked" in shown["configuration"]


@pytest.mark.parametrize(
    ("field", "block"),
    [
        ("versions", start_form.version_block(ANDROID, "cfg1", ReleaseType.MINOR)),
        ("reminder_at", "kick_off_at"),
        ("base_commit", "base_branch@cfg1"),
        ("version:WEB-WEB", "configuration"),
        ("no such field", "configuration"),
    ],
)
def test_no_problem_is_lost(field: str, block: str) -> None:
    """A problem of a field that the form does not have stands at one that it has: Slack drops others."""
    assert start_form.errors([Problem(field=field, message="Wrong")], typed()) == {block: "Wrong"}


def test_an_empty_state_is_read_as_nothing() -> None:
    """A form of another version gives an order that the rules refuse, and no exception."""
    wanted = start_form.read_start_release({})
    assert wanted.configuration == ""
    assert (dict(wanted.order.versions), wanted.order.target_at, wanted.order.slots) == ({}, None, ())


def test_an_order_survives_the_preview() -> None:
    """What was typed is what is started after the preview, and the text fits into private_metadata."""
    wanted = start_form.read_start_release(typed())
    packed = start_form.pack_wanted(wanted)
    assert len(packed) < 3000
    assert start_form.unpack_wanted(packed) == wanted


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"configuration":1}', "null"])
def test_a_strange_order_is_refused(text: str) -> None:
    """Metadata of another version is a ValueError, which has an answer."""
    with pytest.raises(ValueError, match=r".+"):
        start_form.unpack_wanted(text)


def planned() -> list[Any]:
    """The tasks of a release in the order of the catalogue, before it starts."""
    release = in_phase(Phase.SCHEDULED)
    cycle = Cycle(id="c", number=1, tag="v2.14.0-rc.1", flags=CycleFlags())
    stages = (Stage.KICKOFF, Stage.REGRESSION, Stage.PRE_RELEASE)
    return [t for s in stages for t in plan_stage(release, s, cycle if s is Stage.REGRESSION else None)]


def test_the_plan_is_shown_before_anything_happens() -> None:
    """Kick-off, every stage's tasks in order, slots and target are read before the release starts."""
    blocks = json.loads(json.dumps(plan_preview(in_phase(Phase.SCHEDULED), planned())))
    lines = [
        line for block in blocks if block["type"] == "section" for line in block["text"]["text"].split("\n")
    ]
    assert [line.split("<")[0] for line in lines] == [
        "*Minor release* · Android 2.14.0, iOS 2.14.0",
        "Branch `release/2.14.0` from `main`",
        "Target ",
        "*Kick-off*: ",
        "1. Cut the release branch",
        "2. Open the release ticket (Android, iOS)",
        "3. Create the test run (Android, iOS)",
        "4. Pre-regression build (Android, iOS)",
        "*Regression*: 2 cycles at ",
        "1. Tag the release candidate",
        "2. Write the notes since the last candidate",
        "3. Regression build (Android, iOS)",
        "*Pre-release*: after the approval of Stage 3",
        "1. Tag the release",
        "2. Publish the release notes",
        "3. TestFlight build (iOS)",
        "4. App bundle build (Android)",
    ]


def test_every_view_of_the_start_can_be_opened() -> None:
    """Preview, creating, created and not created are valid, for the largest release as well."""
    big = crowded()
    views = [
        start_release.creating(LONG),
        start_release.created(big, big.tasks, channel="C0HOME"),
        start_release.not_created(["A <reason>", LONG]),
        start_release.confirm_start(big, big.tasks, metadata="{}"),
        start_release.start_release(
            StartForm(
                choices=[Choice(id=f"c{n}", name=LONG) for n in range(140)],
                chosen="c139",
                type=ReleaseType.HOTFIX,
                versions=dict.fromkeys(SIX),
                base_branch=LONG,
                captain=CAPTAIN,
            )
        ),
    ]
    assert [problems(view) for view in views] == [[]] * len(views)


@pytest.mark.parametrize("act", list(reasons.ReasonAct))
def test_one_form_asks_for_every_reason(act: reasons.ReasonAct) -> None:
    """The form says what follows, carries what the button carried, and is named like the act."""
    view = reasons.reason_form(act, LONG, metadata='{"release":"REL-1"}')
    assert problems(view) == []
    assert (view["callback_id"], view["private_metadata"]) == (str(act), '{"release":"REL-1"}')
    assert reasons.read_reason({"reason": {"reason": {"value": "  Crash \n"}}}) == "Crash"
    assert reasons.read_reason({"reason": {"reason": {"value": None}}}) == ""


def test_a_hand_made_build_is_told_by_number_or_link() -> None:
    """What is wrong is said at each field at once; a build that goes to a store needs its number."""
    release = failing()
    task = next(t for t in release.tasks if t.type is TaskType.TRIGGER_PRE_REGRESSION_BUILDS)
    view = hand_build.hand_build(release, task, metadata="{}")
    assert problems(view) == []
    state = {"number": {"number": {"value": " "}}, "link": {"link": {"value": "not a link"}}, "note": {}}
    filled = hand_build.read_hand_build(state)
    assert [p.field for p in hand_build.problems(filled, task)] == ["link"]
    stored = replace(task, type=TaskType.CREATE_AAB_BUILD)
    assert [p.field for p in hand_build.problems(filled, stored)] == ["number", "link"]
    nothing = hand_build.HandBuild(number=None, link=None, note="by hand")
    assert [p.field for p in hand_build.problems(nothing, task)] == ["number"]
    good = hand_build.HandBuild(number="417", link="https://ci.example/417", note="by hand")
    assert hand_build.problems(good, task) == ()
    assert good.evidence == "https://ci.example/417 by hand"


def test_another_task_needs_its_evidence() -> None:
    """A task that makes no build has no number, but says where it can be seen."""
    release = failing()
    task = next(t for t in release.tasks if t.type is TaskType.CREATE_TEST_SUITE)
    view = hand_build.hand_build(release, task, metadata="{}")
    assert "number" not in [b.get("block_id") for b in json.loads(json.dumps(view["blocks"]))]
    empty = hand_build.HandBuild(number=None, link=None, note=None)
    assert [p.field for p in hand_build.problems(empty, task)] == ["note"]


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_link_is_judged_without_a_fault(text: str) -> None:
    """Whatever is pasted as a link is either an address or a problem at its field."""
    task = failing().tasks[0]
    found = hand_build.problems(hand_build.HandBuild(number=None, link=f"http{text}", note="n"), task)
    assert {p.field for p in found} <= {"link"}


def test_configurations_of_one_name_are_told_apart() -> None:
    """By their ids, whatever the case of the name; the others keep theirs alone."""
    named = [Choice(id="a", name="Pixel"), Choice(id="b", name="pixel"), Choice(id="c", name="Lite")]
    assert [each.name for each in choices_of(named)] == ["Pixel (a)", "pixel (b)", "Lite"]
