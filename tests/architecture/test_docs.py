"""What the documents say is true: links lead somewhere, words exist, decisions have their four parts."""

import argparse
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import parser
from bot.commands import WORDS
from bot.settings import Settings
from integrations import PROVIDERS

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"```.*?```", re.DOTALL)
_WORD = re.compile(r"`([a-z]+)`")
_CODE = re.compile(r"^```[a-z]*\n(.*?)^\s*```$|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
_SLASH = re.compile(r"/release ([a-z]+)")
_TYPED = re.compile(r"(?<![\w@./-])stationmaster ([^\n|)]+)")
_OPTION = re.compile(r"(?<!\S)(--[a-z-]+)")
_MADE = re.compile(r"^make ([a-z][a-z-]*)", re.MULTILINE)
_VARIABLE = re.compile(r"\b((?:STATIONMASTER|SLACK)_[A-Z_]+|DATABASE_URL)\b")


def documents() -> list[Path]:
    """Every Markdown file that git knows or would know."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.split() if (ROOT / line).exists()]


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """A relative link names a file or folder of the repository."""
    text = _FENCE.sub("", path.read_text())
    broken = [
        link
        for link in _LINK.findall(text)
        if not link.startswith(("http://", "https://")) and not (path.parent / link).exists()
    ]
    assert broken == []


def test_the_readme_lists_the_words_that_exist() -> None:
    """The table of words is the list of commands, no more and no less."""
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("| word | does |")[2].partition("\n\n")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    named = {word for cell in first_cells for word in _WORD.findall(cell)}
    assert named == {word.word for word in WORDS}


def test_the_readme_opens_with_a_picture() -> None:
    """Words, then the real thing, before anything has to be read on."""
    head = (ROOT / "README.md").read_text().partition("\n## ")[0]
    assert "![" in head


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_has_its_four_parts(path: Path) -> None:
    """Status, context, decision and consequences, under a numbered title."""
    text = path.read_text()
    assert re.match(rf"# {int(path.name[:4])}\. ", text)
    assert "Status: " in text
    for part in ("## Context", "## Decision", "## Consequences"):
        assert part in text


def test_documents_name_only_variables_that_exist() -> None:
    """Every environment variable in the documents is one that the settings read, or the tests do."""
    known = {"STATIONMASTER_CONTRACTS"}
    # Variables of CI, which pipelines are given by these names.
    for provider in PROVIDERS.values():
        known |= {str(field.default) for field in provider.settings.model_fields.values()}
    for name, field in Settings.model_fields.items():
        known.add(str(field.validation_alias or f"STATIONMASTER_{name.upper()}"))
    unknown = {
        f"{path.relative_to(ROOT)}: {variable}"
        for path in documents()
        for variable in _VARIABLE.findall(path.read_text())
        if variable not in known
    }
    assert unknown == set()


def code(path: Path) -> Iterator[str]:
    """Every block and span of code of a document: what a reader may copy."""
    for block, span in _CODE.findall(path.read_text()):
        yield block or span


def asked_for(words: str) -> tuple[list[str], argparse.ArgumentParser]:
    """What of a command line does not exist, as far as words lead; and the parser that they lead to."""
    found, rest = parser(whole=True), words.split()
    while True:
        below = [each for each in found._actions if isinstance(each, argparse._SubParsersAction)]
        if not below or not rest or not rest[0][0].isalpha():
            return [], found
        if rest[0] not in below[0].choices:
            return [rest[0]], found
        found = below[0].choices[rest.pop(0)]


def test_documents_name_only_words_of_slack_that_exist() -> None:
    """Each `/release word` in code is one of the list."""
    known = {word.word for word in WORDS}
    named = {
        (str(path.relative_to(ROOT)), word)
        for path in documents()
        for text in code(path)
        for word in _SLASH.findall(text)
    }
    assert named
    assert {each for each in named if each[1] not in known} == set()


def test_documents_name_only_commands_that_exist() -> None:
    """Each `stationmaster …` in code is understood by its parser, with every option that stands beside it."""
    wrong, seen = [], 0
    for path in documents():
        for text in code(path):
            for line in _TYPED.findall(text.replace("\\\n", " ")):
                seen += 1
                unknown, found = asked_for(line)
                unknown += [o for o in _OPTION.findall(line) if o not in found._option_string_actions]
                wrong += [f"{path.relative_to(ROOT)}: {line}: {each}" for each in unknown]
    assert seen
    assert wrong == []


def test_documents_name_only_targets_that_exist() -> None:
    """Each `make target` in code is one of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        (str(path.relative_to(ROOT)), target)
        for path in documents()
        for text in code(path)
        for target in _MADE.findall(text)
    }
    assert named
    assert {each for each in named if each[1] not in targets} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "docs/how-to").glob("*.md")), ids=lambda path: path.stem)
def test_a_walk_quotes_the_code_as_it_is(path: Path) -> None:
    """Each block of Python stands to the letter in the file of Python that is linked before it."""
    text = path.read_text()
    quoted = list(_PYTHON.finditer(text))
    assert quoted
    for block in quoted:
        files = [link for link in _LINK.findall(text[: block.start()]) if link.endswith(".py")]
        assert any(block[1] in (path.parent / link).read_text() for link in files[-3:]), block[1]
