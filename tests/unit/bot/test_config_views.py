"""The views around configurations: valid for Slack at every size, and every thing that is wrong stands in them.

It is longer than the house rule, because the same strange configurations are shown to each view.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.configurations.document import look, put, tidy
from bot.configurations.facts import Connected, Facts
from bot.configurations.forms import extended, form_of, refreshed, toggled
from bot.configurations.summaries import step_of, told
from bot.configure import written
from bot.slack.blocks import Surface, validate
from bot.slack.intent import read_value
from bot.views import configuration_list as acts
from bot.views.configurations import (
    Carried,
    Configurations,
    Item,
    Items,
    Linked,
    Overview,
    Row,
    Saved,
    Step,
    StepLine,
    Unsaved,
    unpacked,
)
from bot.views.modals import config_overview as views
from bot.views.modals.config_form import config_form, read_state
from bot.views.rendered import MESSAGE
from orchestration.domain.errors import Problem
from orchestration.domain.gates import SignOff
from orchestration.domain.snapshot import GateSettings, Snapshot, StorePlan, TestPlan, TicketPlan
from orchestration.ports.runtime import Configuration
from tests.support.config_shapes import PAIRS, PORTS, TENANT, facts, opened_state
from tests.support.rehearsed import snapshot

AT = datetime(2026, 12, 1, tzinfo=UTC)
LONG = "<&>" * 200
ROW = Row(
    id="pixel",
    name="Pixel",
    app="Pixel",
    pairs=("Android", "iOS"),
    active=True,
    default=True,
    connections=(Linked(id="github", state="verified"), Linked(id="jira", state="failing")),
    releases=2,
    running=("Pixel 2.14.0",),
)
ALL = replace(
    snapshot(pairs=PAIRS),
    tickets={pair.key: TicketPlan(project="MOB", issue_type="Task") for pair in PAIRS},
    test_plans={pair.key: TestPlan(project="1", sections=("1", "2")) for pair in PAIRS},
    stores={pair.key: StorePlan(integration="play") for pair in PAIRS if pair.target != "WEB"},
)


def problems(payload: Mapping[str, Any], surface: Surface = Surface.MODAL) -> list[str]:
    """What Slack would refuse."""
    return [f"{p.pointer}: {p.message}" for p in validate(json.loads(json.dumps(payload)), surface)]


def document(made: Snapshot = ALL) -> dict[str, Any]:
    """In the format of the file."""
    return dict(written(Configuration(id=made.config_id, tenant_id=TENANT, name=made.name, snapshot=made)))


def shown_list(shown: Configurations, **words: str) -> Any:
    """The list as it travels."""
    rendered = acts.configuration_list(shown, **words)
    return {"text": rendered.text, "blocks": list(rendered.blocks)}


# --- the list ---


@pytest.mark.parametrize("count", [0, 1, 12, 150])
@pytest.mark.parametrize("may", [True, False])
def test_a_list_fits_whatever_there_is(count: int, may: bool) -> None:
    """With no row or very many, long names and broken connections, Slack takes it; what is left out is counted."""
    links = tuple(Linked(id=f"connection-{n}", state="missing") for n in range(20))
    rows = tuple(
        replace(
            ROW, id=f"config-{n}", name=LONG, app=LONG, pairs=(LONG,) * 9, connections=links, default=n == 0
        )
        for n in range(count)
    )
    unsaved = tuple(Unsaved(subject=f"config-{n}", until=AT) for n in range(9))
    payload = shown_list(Configurations(rows=rows, unsaved=unsaved if may else (), may_change=may), says=LONG)
    assert problems(payload, Surface.MESSAGE) == []
    assert len(json.dumps(payload["blocks"])) <= MESSAGE
    if count > 12:
        assert "more: " in json.dumps(payload)


def acts_of(row: Row, *, may: bool = True) -> set[str]:
    """What the row's menu offers."""
    payload = shown_list(Configurations(rows=(row,), unsaved=(), may_change=may))
    menus = [e for b in payload["blocks"] for e in b.get("elements", ()) if e.get("type") == "overflow"]
    return {read_value(option["value"])["act"] for menu in menus for option in menu["options"]}


def test_a_row_offers_what_can_be_done_with_it() -> None:
    """Only what fits: nothing that is used is deleted, what is the default is not made it, a reader only looks."""
    free = replace(ROW, releases=0, running=(), default=False)
    assert acts_of(ROW) == {"copy", "deactivate", "show"}
    assert acts_of(free) == {"copy", "default", "deactivate", "delete", "show"}
    assert acts_of(replace(free, active=False)) == {"copy", "activate", "delete", "show"}
    assert acts_of(ROW, may=False) == {"show"}


def test_an_id_that_is_too_long_for_a_menu_is_typed() -> None:
    """An id that is long where it is carried has words in the place of a menu that Slack would refuse."""
    assert acts_of(replace(ROW, id="é" * 64)) == {"show", "copy", "deactivate"}
    row = replace(ROW, id='"' * 64)
    payload = shown_list(Configurations(rows=(row,), unsaved=(), may_change=True))
    assert problems(payload, Surface.MESSAGE) == []
    assert acts_of(row) == set()
    assert "/release config edit <id>" in json.dumps(payload).replace("&lt;", "<").replace("&gt;", ">")


def test_a_connection_that_is_not_verified_stands_in_the_list_with_a_word() -> None:
    """A mark alone says nothing to a screen reader."""
    text = json.dumps(shown_list(Configurations(rows=(ROW,), unsaved=(), may_change=True)))
    assert ":x: jira failing" in text
    assert ":white_check_mark: github" in text
    assert "running: Pixel 2.14.0" in text


# --- the overview ---


def overview(**changes: Any) -> Overview:
    """One in which everything is said."""
    lines = tuple(StepLine(step=step, summary="as it is", needs=("a", "b"), lacks=("c",)) for step in Step)
    fields: dict[str, Any] = {"subject": "pixel", "name": "Pixel", "lines": lines, "until": AT, **changes}
    return Overview(**fields)


@pytest.mark.parametrize(
    "shown",
    [
        overview(),
        overview(subject="", name="", lines=tuple(StepLine(step=step, summary="") for step in Step)),
        overview(stale=True, changed=(LONG,) * 30, running=(LONG,) * 30, resumed=True),
        overview(
            lines=tuple(StepLine(step=s, summary=LONG, needs=(LONG,) * 50, lacks=(LONG,) * 50) for s in Step)
        ),
        overview(subject="🚀" * 64, name=LONG),
    ],
)
def test_an_overview_is_valid_and_leads_to_each_step(shown: Overview) -> None:
    """Nine steps with a button each, whatever is to be said of them."""
    view = json.loads(
        json.dumps(
            views.overview(shown, carried=Carried(home="https://hooks.slack.test/" + "x" * 200), says=LONG)
        )
    )
    assert problems(view) == []
    buttons = [b["accessory"]["value"] for b in view["blocks"] if b.get("accessory")]
    assert buttons == [step.value for step in Step]
    assert unpacked(view["private_metadata"]).subject == shown.subject


def test_what_is_wrong_keeps_it_from_being_sound() -> None:
    """One need at one step is enough, and so is somebody who was faster; what a release lacks is not."""
    sound = overview(lines=(StepLine(step=Step.BUILDS, summary="", lacks=("a build",)),))
    assert sound.sound
    assert not overview().sound
    assert not replace(sound, stale=True).sound


def test_a_long_list_of_builds_fits() -> None:
    """A hundred and twenty workflows with problems: those that fit are there, the others are counted."""
    items = tuple(Item(number=n, seen="a" * 12, says=LONG, needs=(LONG,) * 20) for n in range(120))
    view = views.items(
        Items(title="Builds", carried=Carried(subject="pixel"), items=items, lacks=(LONG,) * 9)
    )
    assert problems(view) == []
    assert "…and 30 more" in json.dumps(view, ensure_ascii=False)
    assert problems(views.items(Items(title="Builds", carried=Carried(), items=()))) == []


@pytest.mark.parametrize("lines", [1, 500, 9_000])
def test_a_file_is_shown_whole_as_far_as_slack_can(lines: int) -> None:
    """Cut between lines; what is longer than a view says where the rest is."""
    text = "\n".join(f"key_{n}: <&> {LONG if n % 50 == 0 else 'value'}" for n in range(lines))
    view = views.as_file("Pixel " * 20, text)
    assert problems(view) == []
    assert ("read it over REST" in json.dumps(view)) == (lines > 500)
    assert problems(views.as_file("x", "z" * 40_000)) == []


@pytest.mark.parametrize(
    "view",
    [
        views.saving(LONG),
        views.saved(Saved(id="pixel", name=LONG, changed=(LONG,) * 30, running=(LONG,), active=False)),
        views.saved(Saved(id="pixel", name="Pixel", changed=())),
        views.saved(Saved(id="pixel", name="Pixel", changed=(), new=True, default=True)),
        views.trouble("Not saved", LONG),
        views.copy(replace(ROW, name=LONG), home=""),
        views.delete(replace(ROW, id="🚀" * 64, name=LONG), home="h" * 300),
    ],
)
def test_every_ending_is_valid(view: dict[str, Any]) -> None:
    """What is shown at the end, or asked before it, is taken by Slack."""
    assert problems(view) == []


# --- the forms ---


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.BUILDS])
@pytest.mark.parametrize("typed", ["", "yes"])
@pytest.mark.parametrize("many", [0, 150])
def test_the_biggest_form_of_each_step_is_valid(step: Step, typed: str, many: int) -> None:
    """All five pairs, many connections with long names, by lists or typed."""
    crowd = {
        f"c{n}": Connected(
            id=f"c{n}", name=LONG, title=LONG, state="failing", ports=PORTS, kinds=frozenset({"projects"})
        )
        for n in range(many)
    }
    known = Facts(
        connections={**facts("github", "jira", "checkmate", "play").connections, **crowd}, fresh=True
    )
    view = config_form(form_of(document(), known, Carried(step=step, typed=typed), 0))
    assert problems(view) == []


def test_a_step_without_pairs_says_what_is_missing() -> None:
    """Plans of pairs that nobody chose yet are asked for later, in words."""
    blank = {**document(), "pairs": [], "tickets": {}, "test_plans": {}, "stores": {}}
    for step in (Step.TICKETS, Step.TESTS, Step.STORES):
        view = config_form(form_of(blank, facts("github"), Carried(step=step), 0))
        assert problems(view) == []
        assert "Choose platforms and targets" in json.dumps(view)
    web = {**blank, "pairs": ["WEB-WEB"]}
    assert "No platform goes to an app store" in json.dumps(
        config_form(form_of(web, facts(), Carried(step=Step.STORES), 0))
    )


def test_a_connection_that_is_gone_is_still_shown() -> None:
    """What is named stays chosen with a word beside it, so that it is not changed by looking at it."""
    view = json.dumps(config_form(form_of(document(), facts("other"), Carried(step=Step.SOURCE), 0)))
    assert "github is not connected" in view


def test_more_sign_offs_than_a_form_holds_stay() -> None:
    """A form of twenty rows says how many more there are, and all of them are kept."""
    signed = tuple(SignOff(area=f"area-{n}", needed=1, people=("U0000001",)) for n in range(25))
    made = document(replace(ALL, gate=GateSettings(sign_offs=signed)))
    form = form_of(made, facts(), Carried(step=Step.GATE), 0)
    view = json.loads(json.dumps(config_form(form)))
    assert problems(view) == []
    assert "5 more sign-offs stay as they are" in json.dumps(view)
    more = extended(made, facts(), Carried(step=Step.GATE), opened_state(view))
    assert sum(field.path[-1] == "area" for field in more.fields) == 20


def test_a_rollout_is_asked_for_where_a_store_is_chosen() -> None:
    """Each store is asked for what it can be told, the office always; without a store it says where one is chosen."""
    made = document()
    form = form_of(made, facts(), Carried(step=Step.ROLLOUT), 0)
    asked = {field.key for field in form.fields}
    assert {"stores/ANDROID-PLAY_STORE/rollout/steps", "office/zone", "office/holidays"} <= asked
    assert "stores/ANDROID-PLAY_STORE/rollout/phased" not in asked
    bare = form_of({**made, "stores": {}}, facts(), Carried(step=Step.ROLLOUT), 0)
    assert {field.path[0] for field in bare.fields} == {"office"}
    assert "Choose one in Stores" in json.dumps(config_form(bare))


def test_a_problem_is_told_at_the_step_that_mends_it() -> None:
    """What a store lets out and who approves its submissions have steps of their own."""
    for place, step in (
        (("stores", "IOS-APP_STORE", "rollout", "whats_new"), Step.ROLLOUT),
        (("stores", "IOS-APP_STORE", "health", "crash_free"), Step.HEALTH),
        (("stores", "IOS-APP_STORE", "integration"), Step.STORES),
        (("office", "zone"), Step.ROLLOUT),
        (("gate", "store_sign_offs", "0", "people"), Step.STORE_GATE),
        (("gate", "sign_offs", "0", "people"), Step.GATE),
    ):
        assert step_of(Problem(field=".".join(place), message="is wrong", place=place)) is step
    said = Problem(field="", message="are fewer", place=("gate", "store_sign_offs", "1", "people"))
    assert told(said, document()).startswith("Store sign-off 2, people")


def test_a_store_that_is_taken_back_takes_its_rollout_along() -> None:
    """Nothing is left of a pair's plan that only said how it is let out."""
    made = put(document(), ("stores", "ANDROID-PLAY_STORE"), {"rollout": {"steps": [10]}})
    assert "ANDROID-PLAY_STORE" not in tidy(made, {"stores"})["stores"]


def test_a_toggled_form_keeps_what_was_filled_in() -> None:
    """What was chosen stands in the text fields, and what was typed is chosen afterwards."""
    known = facts("github", "jira")
    carried = Carried(step=Step.TICKETS)
    view = json.loads(json.dumps(config_form(form_of(document(), known, carried, 0))))
    typed = toggled(document(), known, carried, opened_state(view))
    assert typed.carried.typed == "yes"
    assert (
        read_state(opened_state(json.loads(json.dumps(config_form(typed)))))["tickets/IOS-APP_STORE/project"]
        == "MOB"
    )
    back = toggled(document(), known, typed.carried, opened_state(json.loads(json.dumps(config_form(typed)))))
    assert back.carried.typed == ""
    assert config_form(back) == config_form(form_of(document(), known, carried, 0))


def test_another_connection_empties_what_was_chosen_in_the_old_one() -> None:
    """A list of another connection is another block, and shows nothing of the old one as chosen."""
    known, carried = facts("github", "jira", "linear"), Carried(step=Step.TICKETS)
    view = json.loads(json.dumps(config_form(form_of(document(), known, carried, 0))))
    state = opened_state(view)
    state["f:pm"] = {"config.choice": {"selected_option": {"value": "linear"}}}
    held = read_state(
        opened_state(json.loads(json.dumps(config_form(refreshed(document(), known, carried, state)))))
    )
    assert held["pm"] == "linear"
    assert held["tickets/IOS-APP_STORE/project"] == ""
    assert look(document(), ("tickets", "IOS-APP_STORE", "project")) == "MOB"
