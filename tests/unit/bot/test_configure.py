"""A configuration file: what is right is read whole, and everything that is wrong is named at its place at once."""

from copy import deepcopy
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.configure import parse_configuration, read_configuration
from orchestration.domain.errors import Invalid
from orchestration.domain.gates import SignOff
from orchestration.domain.pairs import Pair
from orchestration.domain.snapshot import (
    BuildMode,
    Snapshot,
    Timing,
)
from orchestration.ports.runtime import Configuration
from tests.support.configuration_texts import SMALL

DOCUMENT = Path(__file__).parents[3] / "docs" / "configuration-file.md"
TENANT = "T0001"
WORKFLOW = {"key": "a", "integration": "github", "kind": "AAB", "platform": "ANDROID", "job": "aab.yml"}


def parsed(**changes: Any) -> Configuration:
    """The small configuration with changes."""
    return parse_configuration({**SMALL, **changes}, TENANT)


def problems(found: dict[str, Any]) -> dict[str, str]:
    """What is wrong, by place."""
    with pytest.raises(Invalid) as caught:
        parse_configuration(found, TENANT)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_a_small_configuration_gets_the_defaults() -> None:
    """Only what a release can't do without must be said."""
    pairs = tuple(Pair.parse(key) for key in SMALL["pairs"])
    assert parsed() == Configuration(
        id="pixel",
        tenant_id=TENANT,
        name="Pixel",
        snapshot=Snapshot(
            config_id="pixel",
            name="Pixel",
            app="Pixel",
            pairs=pairs,
            base_branch="main",
            home="C0RELEASES",
            scm="github",
        ),
    )


TICKET = {"project": "MOB", "issue_type": "Task"}


def test_an_empty_configuration_says_all_that_is_missing() -> None:
    """Not the first thing: all."""
    assert set(problems({})) == {"id", "pairs", "name", "app", "base_branch", "home", "scm"}


def test_everything_wrong_is_told_at_once() -> None:
    """Types, unknown names and rules between values, each at its place, in one go."""
    wrong = {
        "id": "",
        "name": 7,
        "app": " ",
        "pairs": ["ANDROID-APP_STORE", "FRIDGE-WEB"],
        "home": "C1",
        "scm": "github",
        "default": "false",
        "branch_pattern": "release",
        "worflows": [],
        "workflows": [{**WORKFLOW, "kind": "PIZZA", "jobs": 1}],
        "tickets": {"WEB-WEB": {"project": "MOB", "issue_type": "Task"}},
        "channels": {"gossip": ["C1"]},
        "gate": {"pass_percent": 101, "sign_offs": [{"area": "qa", "needed": 2, "people": ["U1", "U1"]}]},
        "timing": {"check_every": 0, "build_deadline": "soon"},
    }
    found = problems(wrong)
    assert set(found) == {
        "id",
        "name",
        "app",
        "base_branch",
        "pairs.0",
        "pairs.1",
        "default",
        "branch_pattern",
        "worflows",
        "workflows.0.kind",
        "workflows.0.jobs",
        "tickets.WEB-WEB",
        "pm",
        "channels.gossip",
        "gate.pass_percent",
        "gate.sign_offs.0.people",
        "timing.build_deadline",
    }
    assert found["worflows"] == "is not known here; did you mean workflows?"
    assert found["workflows.0.jobs"] == "is not known here; did you mean job?"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"id": None}, "id"),
        ({"id": True}, "id"),
        ({"id": ".."}, "id"),
        ({"id": "x" * 65}, "id"),
        ({"active": 1}, "active"),
        ({"pairs": None}, "pairs"),
        ({"pairs": []}, "pairs"),
        ({"pairs": "ANDROID-PLAY_STORE"}, "pairs"),
        ({"pairs": [None]}, "pairs.0"),
        ({"pairs": ["IOS-PLAY_STORE"]}, "pairs.0"),
        ({"pairs": ["WEB-WEB", "WEB-WEB"]}, "pairs.1"),
        ({"scm": ""}, "scm"),
        ({"home": ["C1"]}, "home"),
        ({"workflows": None}, "workflows"),
        ({"workflows": [WORKFLOW, WORKFLOW]}, "workflows.1.key"),
        ({"workflows": [{**WORKFLOW, "platform": "FRIDGE"}]}, "workflows.0.platform"),
        ({"workflows": [{"key": "a"}]}, "workflows.0.job"),
        ({"workflows": [{**WORKFLOW, "inputs": {"a": 1}}]}, "workflows.0.inputs.a"),
        ({"build_mode": "HAND"}, "build_mode"),
        ({"pm": "jira", "tickets": {"X": {"project": "M", "issue_type": "T"}}}, "tickets.X"),
        ({"pm": "jira", "tickets": {"WEB-WEB": {}}}, "tickets.WEB-WEB.project"),
        ({"pm": "jira", "tickets": {"WEB-WEB": {**TICKET, "fields": ["a"]}}}, "tickets.WEB-WEB.fields"),
        ({"pm": "jira", "tickets": {"WEB-WEB": {**TICKET, "fields": {"a": 1}}}}, "tickets.WEB-WEB.fields.a"),
        (
            {"pm": "jira", "tickets": {"WEB-WEB": {**TICKET, "fields": {" ": "x"}}}},
            "tickets.WEB-WEB.fields. ",
        ),
        (
            {"pm": "jira", "tickets": {"WEB-WEB": {**TICKET, "fields": {"Team": "a", "team ": "b"}}}},
            "tickets.WEB-WEB.fields.team ",
        ),
        ({"test_plans": {"IOS-APP_STORE": {"project": "1"}}}, "test_platform"),
        ({"test_plans": {"IOS-APP_STORE": {"project": 1}}}, "test_plans.IOS-APP_STORE.project"),
        ({"stores": {"WEB-WEB": {"integration": "play"}}}, "stores.WEB-WEB"),
        ({"pairs": ["WEB-WEB"], "stores": {"WEB-WEB": {"integration": "play"}}}, "stores.WEB-WEB"),
        ({"stores": {"IOS-APP_STORE": {}}}, "stores.IOS-APP_STORE.integration"),
        ({"name": "Pix\x00el"}, "name"),
        ({"workflows": [{**WORKFLOW, "inputs": {"a": "\ud800"}}]}, "workflows.0.inputs.a"),
        ({"workflows": [{**WORKFLOW, "inputs": {"\x07": "a"}}]}, "workflows.0.inputs.0"),
        ({"channels": {"builds": "C1"}}, "channels.builds"),
        ({"gate": {"conditions": ["sunshine"]}}, "gate.conditions.0"),
        ({"gate": {"pass_percent": -1}}, "gate.pass_percent"),
        ({"gate": {"quorum": 1}}, "gate.quorum"),
        ({"gate": {"sign_offs": [{"area": "", "needed": 1, "people": ["U1"]}]}}, "gate.sign_offs.0.area"),
        ({"gate": {"sign_offs": [{"area": "qa", "needed": 0, "people": []}]}}, "gate.sign_offs.0.needed"),
        (
            {"gate": {"sign_offs": 2 * [{"area": "qa", "needed": 1, "people": ["U1"]}]}},
            "gate.sign_offs.1.area",
        ),
        ({"gate": {"sign_offs": [{"area": "QA team", "needed": 1, "people": []}]}}, "gate.sign_offs.0.area"),
        ({"gate": {"sign_offs": [{"area": "Qa", "needed": 1}]}}, "gate.sign_offs.0.area"),
        ({"gate": {"sign_offs": [{"area": "release", "needed": 1}]}}, "gate.sign_offs.0.people"),
        ({"timing": {"check_every": 0}}, "timing.check_every"),
        ({"timing": {"manual_deadline": "-P1D"}}, "timing.manual_deadline"),
        ({"timing": {"manual_deadline": "P400D"}}, "timing.manual_deadline"),
        ({"config_id": "other"}, "config_id"),
        ({7: "seven"}, "7"),
    ],
)
def test_each_mistake_is_named_at_its_place(changes: dict[Any, Any], place: str) -> None:
    """One mistake, one problem, where it stands."""
    found = problems({**SMALL, **changes})
    assert place in found
    assert found[place]


def test_an_area_may_be_signed_by_its_role() -> None:
    """Where nobody is named, any number of those who have the role `approver:<area>` can be needed."""
    wanted = [{"area": "legal", "needed": 2}, {"area": "qa-web", "needed": 1, "people": []}]
    assert parsed(gate={"sign_offs": wanted}).snapshot.gate.sign_offs == (
        SignOff(area="legal", needed=2, people=()),
        SignOff(area="qa-web", needed=1, people=()),
    )


def test_times_are_seconds_or_durations() -> None:
    """Both ways of writing give the same time."""
    read = parsed(timing={"check_every": 90, "build_deadline": "PT90S"}).snapshot.timing
    assert read == replace(Timing(), check_every=timedelta(seconds=90), build_deadline=timedelta(seconds=90))


@pytest.mark.parametrize("given", ["3 hours", "soon", [], {}])
def test_a_wrong_time_is_answered_with_right_ones(given: object) -> None:
    """Who writes the file reads how to write a length of time, and no word of the code's."""
    said = problems({**SMALL, "timing": {"build_deadline": given}})["timing.build_deadline"]
    assert said == "must be seconds, or a length of time such as PT30S, PT5M, PT3H or P2D"


def test_switches_and_modes() -> None:
    """What is not said stays at its default, what is said is taken."""
    read = parsed(active=False, default=True, build_mode="MANUAL", auto_stage_2=False, id=7)
    assert (read.id, read.active, read.default) == ("7", False, True)
    assert (read.snapshot.build_mode, read.snapshot.auto_stage_2) == (BuildMode.MANUAL, False)


def test_parsing_leaves_its_input_alone() -> None:
    """The same mapping can be parsed again."""
    found = {**SMALL, "gate": {"pass_percent": 90}}
    before = deepcopy(found)
    assert parse_configuration(found, TENANT) == parse_configuration(found, TENANT)
    assert found == before


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(name=st.sampled_from([*(f.name for f in fields(Snapshot)), "id", "default", "active"]), value=ODD)
def test_odd_values_are_refused_or_read_and_never_break(name: str, value: object) -> None:
    """Whatever stands at a field, the answer is a configuration or Invalid."""
    try:
        read = parse_configuration({**SMALL, name: value}, TENANT)
    except Invalid as error:
        told = [problem for problem in error.problems if problem.field and problem.message]
        if len(told) != len(error.problems) or not told:
            raise AssertionError(error.problems) from error
    else:
        assert read.snapshot.pairs


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "must hold a mapping"),
        ("- a\n- b", "must hold a mapping"),
        ("just words", "must hold a mapping"),
        ("id: pixel\nname: [", "line 2: is no YAML"),
        ("id: pixel\nid: voxel", "line 2: is no YAML: the key id stands there twice"),
        ("gate: {auto: true, auto: false}", "the key auto stands there twice"),
        ("id: !!python/object:os.system x", "is no YAML"),
        ("id: \x00", "is no YAML"),
        ("? [a]\n: b", "is no YAML"),
    ],
)
def test_a_file_that_is_no_configuration_is_told(tmp_path: Path, text: str, says: str) -> None:
    """With the line where there is one, and without a trace."""
    path = tmp_path / "odd.yml"
    path.write_text(text)
    with pytest.raises(Invalid) as caught:
        read_configuration(path, TENANT)
    assert says in str(caught.value)


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    """Missing, a folder, or not text."""
    binary = tmp_path / "binary.yml"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing.yml", tmp_path, binary):
        with pytest.raises(Invalid) as caught:
            read_configuration(path, TENANT)
        assert caught.value.problems[0].field == str(path)


def test_merged_keys_are_no_repetition(tmp_path: Path) -> None:
    """YAML's own way to share lines works."""
    path = tmp_path / "merged.yml"
    shared = "&w {key: a, integration: g, kind: AAB, platform: ANDROID, job: a.yml}"
    small = "\n".join(f"{key}: {value}" for key, value in SMALL.items())
    path.write_text(f"{small}\nworkflows:\n  - {shared}\n  - {{<<: *w, key: b, kind: REGRESSION}}\n")
    assert [w.key for w in read_configuration(path, TENANT).snapshot.workflows] == ["a", "b"]
