"""The house keeps its own rules: sizes, names, and every list whole."""

import ast
import subprocess
from pathlib import Path

import pytest

from bot import commands
from bot.commands.spec import Word
from orchestration.catalogue import ASKED_FOR, GATE, PIPELINE
from orchestration.domain.gates import Condition
from orchestration.domain.tasks import TASK_TITLES, TaskType

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "orchestration", "integrations", "sandbox", "migrations", "tests")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
BAD_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
# A longer file or function says why in these words, in its module docstring or its own.
EXCUSE = "longer than the house rule, because"


def sources() -> list[Path]:
    """Every Python file that git knows or would know."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.split() if (ROOT / line).exists()]


def _is_test(path: Path) -> bool:
    return path.name.startswith("test_") and path.relative_to(ROOT).parts[0] == "tests"


def test_files_are_short() -> None:
    """One file, one thing you would change: at most 300 lines, or the docstring says why not."""
    long = [
        str(path.relative_to(ROOT))
        for path in sources()
        if len(path.read_text().splitlines()) > LONGEST_FILE and EXCUSE not in path.read_text()[:1500]
    ]
    assert long == []


def test_functions_are_short() -> None:
    """A function has at most 40 lines, or its docstring says why not."""
    long = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION and EXCUSE not in (ast.get_docstring(node) or ""):
                long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} ({length})")
    assert long == []


def test_names_say_what_is_inside() -> None:
    """No file or folder is called by what it is not: utils, date_helpers, common, manager."""
    bad = {
        str(path.relative_to(ROOT))
        for path in sources()
        for part in path.relative_to(ROOT).with_suffix("").parts
        if BAD_NAMES & set(part.split("_"))
    }
    assert bad == set()


def test_every_module_says_what_it_is() -> None:
    """A module that has code starts with a docstring."""
    silent = []
    for path in sources():
        tree = ast.parse(path.read_text())
        if tree.body and ast.get_docstring(tree) is None:
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_every_test_states_its_rule() -> None:
    """A test's docstring is the rule that it keeps."""
    silent = []
    for path in sources():
        if not _is_test(path):
            continue
        silent += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name.startswith("test_")
            and ast.get_docstring(node) is None
        ]
    assert silent == []


def test_test_files_have_names_of_their_own() -> None:
    """Two test modules of one name would hide each other."""
    names = [path.name for path in sources() if _is_test(path)]
    assert sorted(names) == sorted(set(names))


def test_the_pipeline_is_whole() -> None:
    """Every task type has exactly one row in the catalogue, and a title."""
    assert sorted(spec.type for spec in (*PIPELINE, *ASKED_FOR)) == sorted(TaskType)
    assert set(TASK_TITLES) == set(TaskType)


def test_the_pipeline_waits_only_for_earlier_rows() -> None:
    """A task comes after tasks of its own stage that stand before it, so there is no circle."""
    seen: dict[TaskType, str] = {}
    for spec in PIPELINE:
        for before in spec.after:
            assert seen.get(before) == spec.stage, f"{spec.type} waits for {before}"
        seen[spec.type] = spec.stage


def test_the_gate_is_whole() -> None:
    """Every condition has exactly one row."""
    assert sorted(spec.condition for spec in GATE) == sorted(Condition)


@pytest.mark.parametrize("room", ["tasks", "gates"])
def test_every_catalogue_file_is_used(room: str) -> None:
    """A file in the catalogue that nobody lists is forgotten or dead."""
    index = ast.parse((ROOT / "orchestration/catalogue/__init__.py").read_text())
    listed = {
        name
        for node in index.body
        if isinstance(node, ast.ImportFrom)
        for name in ((node.module or "").rpartition(".")[2], *(each.name for each in node.names))
    }
    files = {path.stem for path in (ROOT / "orchestration/catalogue" / room).glob("*.py")} - {"__init__"}
    assert files
    assert files - listed == set()


def test_every_word_is_listed() -> None:
    """A word after `/release` that the list does not name could be typed by nobody."""
    made = {
        name.id
        for path in (ROOT / "bot/commands").glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Name) and node.value.func.id == "Word"
        for name in node.targets
        if isinstance(name, ast.Name)
    }
    assert made == {name for name, value in vars(commands).items() if isinstance(value, Word)}
    assert {vars(commands)[name].word for name in made} == {word.word for word in commands.WORDS}
