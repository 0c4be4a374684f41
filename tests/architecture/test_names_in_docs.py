"""What is named exists: tests, files, words after words, variables and identifiers, in documents and in sentences."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.cli import ROOMS
from bot.commands import WORDS
from bot.settings import Settings
from integrations import PROVIDERS

ROOT = Path(__file__).parents[2]
THEIRS = {
    "pg_dump": "PostgreSQL's tool",
    "pg_restore": "PostgreSQL's tool",
    "max_connections": "PostgreSQL's setting",
    "github_pat_": "how GitHub's tokens begin",
    "project_sections": "a scope of Asana that is not needed",
    "USER_UNAUTHORIZED": "an answer of monday.com",
    "BITBUCKET_REPO_FULL_NAME": "Bitbucket's variable",
    "UPLOAD_TOKEN": "a variable of the reader's",
    "OTEL_EXPORTER_OTLP_HEADERS": "OpenTelemetry's variable",
    "OTEL_RESOURCE_ATTRIBUTES": "OpenTelemetry's variable",
    "OTEL_SERVICE_NAME": "OpenTelemetry's variable",
    "OTEL_TRACES_SAMPLER": "OpenTelemetry's variable",
    "OTEL_TRACES_SAMPLER_ARG": "OpenTelemetry's variable",
}
"""Names that stand in documents and nowhere in the repository, each with whose it is."""
OTHERS = {"STATIONMASTER_CONTRACTS", "STATIONMASTER_MATRIX", "STATIONMASTER_SECRET"}
"""Variables that are no settings: two that tests read, and a credential of the sandbox's Jenkins."""
EXAMPLES = {"approve", "octocat", "pixel", "laptop", *PROVIDERS}
"""What may follow a word of `/release` in an example: a word, a login, a configuration, a provider."""
_CODE = re.compile(r"^```[a-z]*\n(.*?)^\s*```$|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"(?<!\w)[A-Za-z]\w*_\w*")
_TEST = re.compile(r"\btest_\w+")
_VARIABLE = re.compile(r"\bSTATIONMASTER_[A-Z_]*[A-Z]\b")
_PLACE = re.compile(r"(?:bot|orchestration|integrations|sandbox|migrations|tests|docs|deploy)/[\w./-]+")
_SUBWORD = re.compile(r"/release ([a-z]+) ([a-z_]+)(?![\w/])")
_COMMAND = re.compile(
    r"`stationmaster ([a-z]+)|^(?:ExecStart\S*|CMD|.*exec bot) \S*stationmaster ([a-z]+)", re.MULTILINE
)


@cache
def files() -> dict[Path, str]:
    """Every text file that git knows or would know."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    there = [
        ROOT / line
        for line in listed
        if not line.endswith((".png", ".svg", ".gz")) and (ROOT / line).exists()
    ]
    return {path: path.read_text() for path in there}


def documents() -> Iterator[tuple[str, str]]:
    """Every page and its text."""
    yield from ((str(path.relative_to(ROOT)), text) for path, text in files().items() if path.suffix == ".md")


def code(text: str) -> Iterator[str]:
    """Every block and span of code of a page."""
    yield from (block or span for block, span in _CODE.findall(text))


def sources(*rooms: str) -> Iterator[tuple[str, str]]:
    """Every file of these rooms and its text."""
    for path, text in files().items():
        place = path.relative_to(ROOT)
        if place.parts[0] in rooms:
            yield str(place), text


@cache
def settings() -> frozenset[str]:
    """Every variable that the settings read."""
    named = {
        str(f.validation_alias or f"STATIONMASTER_{n.upper()}") for n, f in Settings.model_fields.items()
    }
    for provider in PROVIDERS.values():
        named |= {str(field.default) for field in provider.settings.model_fields.values()}
    return frozenset(named)


def test_documents_name_only_tests_that_exist() -> None:
    """A promise is as good as its test: each that a page names is a function or a file of the tests."""
    there = {path.stem for path in files() if path.stem.startswith("test_")}
    for _place, text in sources("tests"):
        there.update(re.findall(r"^\s*(?:async )?def (test_\w+)", text, re.MULTILINE))
    named = {(place, name) for place, text in documents() for name in _TEST.findall(text)}
    assert len(named) > 200
    fields = {"test_plans", "test_platform", "test_management"}
    assert {each for each in named if each[1] not in there | fields} == set()


def test_documents_name_only_what_exists() -> None:
    """Each name in code that is made of several words stands in the code as well, or is listed with whose it is."""
    there = {path.stem for path in files()} | settings()
    for path, text in files().items():
        if path.suffix != ".md" and not path.is_relative_to(ROOT / "docs") and path != Path(__file__):
            there.update(re.findall(r"\w+", text))
    unknown = {
        (place, name)
        for place, text in documents()
        for part in code(text)
        for name in _NAME.findall(part)
        if name not in there and name.removeprefix("stationmaster_") not in there
    }
    assert {each for each in unknown if each[1] not in THEIRS} == set()
    assert {name for _place, name in unknown} == set(THEIRS)


def test_documents_name_only_places_that_exist() -> None:
    """Each path of a room in a span of code leads to a file or folder."""
    made = {"deploy/.env"}
    named = {
        (place, found)
        for place, text in documents()
        for _block, span in _CODE.findall(text)
        if _PLACE.fullmatch(found := span.rstrip("/"))
    }
    assert len(named) > 50
    assert {each for each in named if not (ROOT / each[1]).exists() and each[1] not in made} == set()


def test_sentences_name_only_pages_that_exist() -> None:
    """A page that people are sent to from the code is there."""
    named = {
        (place, page)
        for place, text in sources("bot", "orchestration", "integrations", "sandbox", "deploy", "Makefile")
        for page in re.findall(r"\bdocs/[\w/-]+\.(?:md|svg|json)\b", text)
    }
    assert named
    assert {each for each in named if not (ROOT / each[1]).exists()} == set()


def test_every_variable_that_is_named_is_read() -> None:
    """What code, images, charts and units call a setting is one."""
    rooms = ("bot", "orchestration", "integrations", "sandbox", "deploy", "tests", "Makefile", "migrations")
    named = {(place, name) for place, text in sources(*rooms) for name in _VARIABLE.findall(text)}
    assert named
    assert {each for each in named if each[1] not in settings() | OTHERS} == set()


def test_every_word_after_a_word_is_in_its_usage() -> None:
    """What documents and sentences have people type after a word of `/release` is in the line that `help` shows."""
    usage = {word.word: set(re.findall(r"[a-z_]+", word.usage)) for word in WORDS}
    named = {
        (place, word, after)
        for place, text in (*documents(), *sources("bot", "orchestration", "integrations"))
        for part in (code(text) if place.endswith(".md") else _sentences(text))
        for word, after in _SUBWORD.findall(part)
    }
    assert len(named) > 40
    assert {n for n in named if n[2] not in usage.get(n[1], set()) | EXAMPLES} == set()


def _sentences(text: str) -> Iterator[str]:
    """What stands between backticks in the texts of a module, and its examples that are whole texts."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"`([^`]+)`", node.value)
            if node.value.startswith("/release "):
                yield node.value


def test_sentences_name_only_commands_that_exist() -> None:
    """Each `stationmaster word` that the code, an image or a unit names is one of the command line."""
    known = {name for _room, words in ROOMS for name in words}
    named = {
        (place, one or other)
        for place, text in sources("bot", "orchestration", "integrations", "deploy")
        for one, other in _COMMAND.findall(text)
    }
    assert named
    assert {each for each in named if each[1] not in known} == set()
