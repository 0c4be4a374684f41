"""The rules of the house that no tool knows: values, purity, reasons, and nothing that is left over."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "orchestration", "integrations", "sandbox")
APART = ("integrations/rehearsal/", "sandbox/")
"""Worlds to play in: what stands there is what a provider keeps, and it changes."""
MOVING = {
    "bot/api/v1/call.py Call": "a request, which learns on its way what its answer carries",
    "bot/metrics/sending.py CountedLimiter": "a limiter, which remembers",
    "bot/rehearsal_people.py People": "people of a rehearsal, who go from act to act",
    "bot/rehearsing.py FastClock": "a clock, which moves on",
    "bot/slack/limiter.py Limiter": "a limiter, which remembers",
    "bot/slack/limiter.py _Bucket": "a limiter, which remembers",
    "integrations/github/errors.py Failed": "an exception, which Python writes its trace into",
    "integrations/gitlab/errors.py Failed": "an exception, which Python writes its trace into",
    "integrations/http.py _Call": "a request, which knows how far it came",
    "integrations/slack/errors.py Failed": "an exception, which Python writes its trace into",
    "orchestration/domain/version.py Version": "a value, named by its three numbers in their order",
    "orchestration/services/room.py _Keeping": "a round of acts, of which each changes what the next one sees",
    "orchestration/services/where.py _Repository": "a list that is being filled",
    "orchestration/store/one_hop.py _Ended": "a cursor, in the shape in which SQLAlchemy writes to it",
}
"""Classes that are made as dataclasses and are no values made by names, each with what it is."""
STDLIB_OF_RULES = {
    *("base64", "collections", "dataclasses", "datetime", "difflib", "enum", "functools", "hashlib", "hmac"),
    *("itertools", "json", "math", "re", "statistics", "types", "typing", "urllib", "zoneinfo"),
}
STDLIB_OF_VIEWS = {*STDLIB_OF_RULES, "html", "shlex"}
ASKED_OF_EACH = {"add_words", "METHODS"}
"""What a table asks of every module of its room by this name."""
KEPT = {
    "bot.actions.steps.STEPS": "the manifest is held against it",
    "bot.api.v1.train_shapes.OffsetPatch": "named in the text of an annotation",
    "bot.errors.INTERNAL": "every error is held against it",
    "bot.provider_pages.HEADINGS": "every page is held against it",
    "bot.provider_pages.short_list": "the README's line is held against it",
    "bot.views.notices.SILENT": "every kind of event is held against it",
    "integrations.choices.drafted": "the lists of choices are tried with it before an account is whole",
    "integrations.rehearsal.notification.RehearsalNotification": "the twin in memory of its contract",
    "integrations.slack.PROVIDER": "every vendor's folder says its name",
    "orchestration.ports.runtime.Dispatcher": "the contract of the queue, which its suite is written for",
    "sandbox.app_store.webhooks.ping": "tests send it in the vendor's place",
    "sandbox.app_store.webhooks.state_changed": "tests send it in the vendor's place",
}
"""What only tests name, and why it stands in a room all the same."""


@cache
def trees() -> dict[Path, ast.Module]:
    """Every module of the rooms."""
    files = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return {path: ast.parse(path.read_text()) for path in files}


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _module(path: Path) -> str:
    return _place(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def test_values_are_frozen_and_made_by_names() -> None:
    """A dataclass of ours is frozen and keyword-only; what has to move is listed with what it is."""
    moving = {
        f"{_place(path)} {node.name}"
        for path, tree in trees().items()
        if not _place(path).startswith(APART)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for made in map(ast.unparse, node.decorator_list)
        if re.match(r"(dataclasses\.)?dataclass\b", made)
        and not ("frozen=True" in made and "kw_only=True" in made)
    }
    assert moving == set(MOVING)


@pytest.mark.parametrize(
    ("room", "stdlib", "ours"),
    [
        ("orchestration/domain", STDLIB_OF_RULES, ("orchestration.domain",)),
        ("bot/views", STDLIB_OF_VIEWS, ("bot.views", "orchestration.domain")),
    ],
    ids=["rules", "views"],
)
def test_what_is_pure_can_reach_nothing(room: str, stdlib: set[str], ours: tuple[str, ...]) -> None:
    """Rules and views are made of values: no clock, chance, file, network or library is within their reach."""
    reached = {
        (_place(path), name)
        for path, tree in trees().items()
        if _place(path).startswith(f"{room}/")
        for name in _imported(tree)
        if name.partition(".")[0] not in stdlib
        and not any(name == each or name.startswith(f"{each}.") for each in ours)
    }
    assert reached == set()
    assert set(sys.stdlib_module_names) >= stdlib


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("room", [*ROOMS, "migrations", "tests", "docs"])
def test_every_exception_of_a_line_has_its_reason(room: str) -> None:
    """Who turns a tool off for a line says why behind it."""
    mark = re.compile(r"# (?:noqa|type: ignore)(?P<what>[^#\n]*)(?P<more>#[^\n]*)?")
    silent = []
    for path in sorted((ROOT / room).rglob("*.py")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for found in mark.finditer(line):
                codes, _, why = found["what"].partition(" - ")
                if not re.fullmatch(r": [A-Z0-9, ]+|\[[a-z, -]+\]", codes.strip()) or not (
                    why or (found["more"] or "").strip("# ")
                ):
                    silent.append(f"{_place(path)}:{number}")
    assert silent == []


def test_every_exception_of_the_tools_has_its_reason() -> None:
    """A rule that is left out for all, or for some files, says why in its line."""
    text = (ROOT / "pyproject.toml").read_text()
    part = text.partition("[tool.ruff.lint]")[2].partition("[tool.ruff.lint.flake8")[0]
    rules = [line.strip() for line in part.splitlines() if re.match(r'\s+"[A-Z]+[0-9]*",', line)]
    assert len(rules) > 20
    assert [line for line in rules if not re.search(r"# \S+ \S+", line)] == []


def test_nothing_is_left_over() -> None:
    """What a module holds is named somewhere in the rooms, or says why not: what only its tests name is dead."""
    named = set(_named())
    left = {
        f"{_module(path)}.{name}"
        for path, tree in trees().items()
        for name in _held(tree)
        if f"{_module(path)}.{name}" not in named and name not in ASKED_OF_EACH
    }
    assert left == set(KEPT)


def _held(tree: ast.Module) -> Iterator[str]:
    """What a module defines, but what is handed to a decorator, which keeps it."""
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                if isinstance(node, ast.ClassDef) or not node.decorator_list:
                    yield node.name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if not name.startswith("__"):
                    yield name


def _named() -> Iterator[str]:
    for path, tree in trees().items():
        here = _module(path)
        known: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                known |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        yield from known.values()
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name, ctx=ast.Load()):
                    yield f"{here}.{name}"
                case ast.Attribute(value=ast.Name(id=module), attr=name) if module in known:
                    yield f"{known[module]}.{name}"
