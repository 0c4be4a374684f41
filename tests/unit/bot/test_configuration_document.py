"""The document of the configuration file is true: its example is read, its fields are all, what is written is read."""

import json
import re
from dataclasses import fields
from pathlib import Path

from bot.configure import parse_configuration, read_configuration, written
from orchestration.domain.builds import BuildKind
from orchestration.domain.gates import Condition, SignOff
from orchestration.domain.health_plan import HealthPlan
from orchestration.domain.pairs import Pair, Platform, Target
from orchestration.domain.rollout_plan import Office, RolloutPlan
from orchestration.domain.snapshot import (
    GateSettings,
    Snapshot,
    StorePlan,
    TestPlan,
    TicketPlan,
    Timing,
    Workflow,
)
from orchestration.domain.store_states import GoLive

TENANT = "T0001"
DOCUMENT = Path(__file__).parents[3] / "docs" / "configuration-file.md"


def example() -> str:
    """The YAML of the document."""
    found = re.search(r"```yaml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_documented_example_is_read(tmp_path: Path) -> None:
    """What the document shows is what the bot takes, to the last value."""
    path = tmp_path / "pixel.yml"
    path.write_text(example())
    read = read_configuration(path, TENANT)
    assert (read.id, read.tenant_id, read.default, read.active) == ("pixel", TENANT, True, True)
    snapshot = read.snapshot
    assert snapshot.pairs[1] == Pair(platform=Platform.IOS, target=Target.APP_STORE)
    assert {(w.kind, w.platform) for w in snapshot.workflows} >= {
        (BuildKind.AAB, Platform.ANDROID),
        (BuildKind.TEST_FLIGHT, Platform.IOS),
    }
    assert snapshot.workflows[2].inputs["version"] == "{version}"
    assert snapshot.tickets["IOS-APP_STORE"] == TicketPlan(
        project="MOB",
        issue_type="Task",
        done_statuses=("Done", "Released"),
        fields={"Priority": "High", "Components": "iOS, Checkout", "Fix versions": "{version}"},
    )
    assert snapshot.stores["IOS-APP_STORE"] == StorePlan(
        integration="app-store",
        group="Internal testers",
        rollout=RolloutPlan(go_live=GoLive.MANUAL, whats_new="Fixes and improvements"),
    )
    assert snapshot.office.holidays == ("DE-BE",)
    assert snapshot.test_plans["IOS-APP_STORE"].sections == ("1", "2")
    assert snapshot.gate.conditions == tuple(Condition)
    assert snapshot.gate.sign_offs[0] == SignOff(area="qa", needed=1, people=("U0BO", "U0DAN"))
    assert snapshot.timing == Timing()
    assert snapshot.channels["critical"] == ("C0ONCALL",)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Every field is there, as JSON has it, and nothing is lost on the way."""
    path = tmp_path / "pixel.yml"
    path.write_text(example())
    read = read_configuration(path, TENANT)
    document = json.loads(json.dumps(written(read)))
    assert set(document) == {f.name for f in fields(Snapshot)} - {"config_id"} | {"id", "default", "active"}
    assert parse_configuration(document, TENANT) == read
    needed = ("id", "name", "app", "pairs", "base_branch", "home", "scm")
    small = parse_configuration({name: document[name] for name in needed}, TENANT)
    assert parse_configuration(written(small), TENANT) == small


def test_the_document_names_every_field() -> None:
    """A field that can be set is explained, and nothing is explained that can't be."""
    named = set(re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(), re.MULTILINE))
    parts = (
        Snapshot,
        Workflow,
        TestPlan,
        TicketPlan,
        StorePlan,
        GateSettings,
        Timing,
        RolloutPlan,
        HealthPlan,
        Office,
    )
    known = {field.name for part in parts for field in fields(part)} - {"config_id"}
    assert named == known | {"id", "default", "active"}
    assert all(field.name in example() for part in (TicketPlan, StorePlan, SignOff) for field in fields(part))
