"""No pattern of ours takes more than its share of steps, whatever an attacker repeats; steps are counted, not timed."""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import bot
import integrations
import orchestration
from tests.support.regex_steps import Searcher, TooManySteps, pieces

SHORT, LONG = 64, 256
"""How long the hostile texts are; four times the length may take little more than four times the steps."""
BUDGET = 60_000
GROWTH = 7
_ANYWHERE = frozenset({"search", "sub", "subn", "findall", "finditer", "split"})
_FLOOR = 6000
"""Steps that nobody notices, however they grow."""


def _modules() -> Iterator[ModuleType]:
    for package in (bot, integrations, orchestration):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith(("bot.demo", "bot.__main__")):
                yield importlib.import_module(found.name)


def _within(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """The patterns that a value is or holds."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict) and depth < 3:
        yield from (p for each in value.values() for p in _within(each, depth + 1))
    elif isinstance(value, tuple | list | frozenset) and depth < 3:
        yield from (p for each in value for p in _within(each, depth + 1))


def _looked_for(module: ModuleType) -> set[str]:
    """The names whose pattern a module looks for anywhere in a text; the others have to fit from the beginning."""
    tree = ast.parse(Path(str(module.__file__)).read_text())
    return {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in _ANYWHERE and isinstance(node.value, ast.Name)
    }


def _patterns() -> dict[tuple[str, int], bool]:
    """Every pattern that a module has, by itself or in a table, and whether any of them looks for it anywhere."""
    found: dict[tuple[str, int], bool] = {}
    for module in _modules():
        names = _looked_for(module)
        for name, value in vars(module).items():
            for pattern in _within(value):
                key = (pattern.pattern, pattern.flags)
                found[key] = found.get(key, False) or name in names or not isinstance(value, re.Pattern)
    return found


PATTERNS = _patterns()


def _texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    found = pieces(pattern)
    for piece in found:
        repeated = piece * (length // len(piece))
        yield repeated
        yield f"{repeated}\0"
    for head in found[-3:]:
        for piece in found[:8]:
            yield f"{head}{piece * (length // len(piece))}\0"
            both = f"{head}{piece}"
            yield f"{both * (length // len(both))}\0"


def worst(pattern: re.Pattern[str], *, anywhere: bool = True) -> tuple[int, int, str]:
    """The steps for a short text and one of four times the length that grow too much, and its beginning."""
    searcher = Searcher(pattern, budget=BUDGET)

    def steps(text: str) -> int:
        try:
            return searcher.search(text, anywhere=anywhere)
        except (TooManySteps, RecursionError):
            return BUDGET

    for short, long in zip(_texts(pattern, SHORT), _texts(pattern, LONG), strict=True):
        after = steps(long)
        if after <= _FLOOR:
            continue
        before = max(1, steps(short))
        if after >= min(BUDGET, GROWTH * before):
            return before, after, long[:60]
    return 0, 0, ""


@pytest.fixture(autouse=True)
def _deep() -> Iterator[None]:
    """The counter nests a call for each repetition."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("key", sorted(PATTERNS), ids=lambda key: key[0][:40])
def test_a_pattern_takes_steps_in_proportion(key: tuple[str, int]) -> None:
    """Four times the text takes about four times the steps: no nested and no overlapping repetition."""
    before, after, text = worst(re.compile(*key), anywhere=PATTERNS[key])
    assert not after, f"{before} steps become {after} for {text!r}"


@pytest.mark.parametrize(
    "text",
    [r"(a+)+b", r"(a|a)*b", r"\w+\s*\w+;", r"(?:x*)*y", r"\beyJ[\w-]{5,}\.[\w-]+\.", r"a*a*b", r".*.*="],
)
def test_the_counter_knows_bad_patterns(text: str) -> None:
    """Patterns that are known to be slow are found: the counter and the hostile texts are good enough for these."""
    _before, after, _text = worst(re.compile(text))
    assert after > _FLOOR


@pytest.mark.parametrize("key", sorted(PATTERNS), ids=lambda key: key[0][:40])
def test_the_counter_finds_what_python_finds(key: tuple[str, int]) -> None:
    """It walks the patterns as they are: both agree on the first place where each piece is found."""
    pattern = re.compile(*key)
    searcher = Searcher(pattern, budget=BUDGET)
    for piece in pieces(pattern)[:20]:
        text = f"-{piece} {piece}"
        found = pattern.search(text)
        assert searcher.first(text) == (found.end() if found else None)


def test_there_are_patterns_of_every_room() -> None:
    """The search for patterns finds them."""
    assert len(PATTERNS) > 80
