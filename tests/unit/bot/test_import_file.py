"""The file of another system is read strictly: everything that is wrong with its form, each at its JSON pointer."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema.validators import validator_for

from bot.import_file import Unreadable, import_schema, read_import
from tests.unit.bot.cli_rig import TENANT, Typed

RELEASE: dict[str, Any] = {
    "configuration": "pixel",
    "versions": {"IOS-APP_STORE": "2.14.0"},
    "branch": "release/2.14.0",
    "captain": "U000ANN01",
    "target_at": "2026-12-07T16:00:00Z",
    "slots": [{"at": "2026-12-01T09:00:00+01:00"}],
}


def pointers(folder: Path, text: str) -> list[str | None]:
    """Where a file is wrong."""
    path = folder / "import.json"
    path.write_text(text)
    with pytest.raises(Unreadable) as wrong:
        read_import(path, TENANT)
    return [each.pointer for each in wrong.value.wrong]


def file_of(*releases: dict[str, Any], configurations: tuple[dict[str, Any], ...] = ()) -> str:
    """A file."""
    return json.dumps({"configurations": configurations, "releases": releases})


def test_every_mistake_of_form_has_its_pointer(tmp_path: Path) -> None:
    """Unknown fields, wrong kinds, what is missing and moments without a zone, in all releases at once."""
    first = {**RELEASE, "tagz": 1, "candidates": -1}
    second = {**RELEASE, "target_at": "2026-12-07T16:00:00", "slots": []}
    third = {key: value for key, value in RELEASE.items() if key != "captain"}
    assert sorted(str(each) for each in pointers(tmp_path, file_of(first, second, third))) == [
        "/releases/0/candidates",
        "/releases/0/tagz",
        "/releases/1/slots",
        "/releases/1/target_at",
        "/releases/2/captain",
    ]


def test_a_configuration_is_judged_as_in_its_file(tmp_path: Path) -> None:
    """Its problems stand at their places within it."""
    given = file_of(
        configurations=({"id": "pixel", "name": "Pixel", "app": "Pixel", "pairs": ["IOS-PLAY_STORE"]},)
    )
    assert set(pointers(tmp_path, given)) == {
        "/configurations/0/pairs/0",
        "/configurations/0/base_branch",
        "/configurations/0/home",
        "/configurations/0/scm",
    }


def test_what_stands_twice_is_a_mistake(tmp_path: Path) -> None:
    """Two releases on one branch, and two fields of one name."""
    assert pointers(tmp_path, file_of(RELEASE, RELEASE)) == ["/releases/1/branch"]
    assert pointers(tmp_path, '{"releases": [], "releases": []}') == [""]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"releases": 1}', "[" * 100_000])
def test_what_is_no_such_file_is_said(tmp_path: Path, text: str) -> None:
    """No text makes it fall over."""
    assert pointers(tmp_path, text)


def test_the_schema_takes_what_is_read(tmp_path: Path) -> None:
    """It is a schema, takes a file that can be read, and refuses a field that is not known."""
    schema = import_schema()
    validator_for(schema).check_schema(schema)
    validator = validator_for(schema)(schema)
    path = tmp_path / "import.json"
    path.write_text(file_of(RELEASE))
    assert validator.is_valid(json.loads(path.read_text()))
    assert len(read_import(path, TENANT).releases) == 1
    wrong: dict[str, Any] = {"releases": [{**RELEASE, "tagz": 1}]}
    assert not validator.is_valid(wrong)


async def test_the_word_says_what_it_needs(
    typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file and a workspace, or only the schema; a refused file has a line for each problem, and status 2."""
    assert await typed("import") == 2
    assert "--tenant" in capsys.readouterr().err
    assert await typed("import", "--schema") == 0
    assert json.loads(capsys.readouterr().out)["properties"]["releases"]
    path = tmp_path / "import.json"
    path.write_text(file_of(RELEASE, {**RELEASE, "branch": "release/2.15.0"}))
    assert await typed("import", str(path), "--tenant", TENANT) == 2
    assert capsys.readouterr().err.splitlines() == [
        "/releases/0/configuration: There is no configuration pixel",
        "/releases/1/configuration: There is no configuration pixel",
    ]
    assert await typed("import", str(tmp_path / "none.json"), "--tenant", TENANT, "--dry-run") == 2
    assert "can't be read" in capsys.readouterr().err
