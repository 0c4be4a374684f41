"""What must not stand in the repository: secrets, libraries without a version, and ways to run what somebody sent."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.audit import NOT_DONE, outcome

ROOT = Path(__file__).parents[2]
_KINDS = {
    "a token of Slack": re.compile(r"\bxox[abeprs]-\d{9,}-[\w-]{20,}|\bxapp-1-A\w{9,}-\d{9,}-[0-9a-f]{40,}"),
    "a token of GitHub": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{60,}"),
    "a token of GitLab": re.compile(r"\bgl(?:pat|dt|rt|ft|cbt|ptt)-[\w-]{20,}"),
    "a token of Atlassian": re.compile(r"\bAT[AC]TT3xFf[\w=-]{60,}"),
    "a token of Linear": re.compile(r"\blin_(?:api|oauth)_[A-Za-z0-9]{40,}"),
    "a key of AWS": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a key of Google": re.compile(r"\bAIza[\w-]{35}\b|\bya29\.[\w-]{60,}"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*(?:\\n)?[A-Za-z0-9+/]{60,}"),
    "a web token": re.compile(r"\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}"),
}
_PLAIN = re.compile(r"^(.)\1*$|1234567|abcdef|x{6}|a{6}|0{6}", re.IGNORECASE)
"""What people write where a token would stand, so that it is seen to be none."""


def tracked() -> list[Path]:
    """Every file that git knows or would know."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.split("\0") if line and (ROOT / line).is_file()]


def found_in(text: str) -> list[str]:
    """The kinds of what looks like a secret."""
    return [
        kind
        for kind, pattern in _KINDS.items()
        for match in pattern.finditer(text)
        if not _PLAIN.search(match[0])
    ]


def test_no_file_holds_what_looks_like_a_secret() -> None:
    """The forms that vendors gave their tokens, and keys in PEM; what is plainly made up is let through."""
    wrong = {
        str(path.relative_to(ROOT)): kinds
        for path in tracked()
        if (kinds := found_in(path.read_bytes().decode(errors="replace")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("code", "said", "told"),
    [
        (0, "", 0),
        (1, "Found 2 known vulnerabilities", 1),
        (1, "Max retries exceeded with url", 3),
        (2, "usage:", 1),
    ],
)
def test_an_audit_that_was_not_done_is_no_yes(code: int, said: str, told: int) -> None:
    """Without a network nothing is known, and that is said in capitals."""
    found, words = outcome(code, said)
    assert found == told
    assert ("NOT DONE" in words) is (told == NOT_DONE)


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("xoxb-", "408170921355-7715029384466-Zk3vQ9mWp2LrT8yUeXcB4nHs"),
        ("ghp_", "Zk3vQ9mWp2LrT8yUeXcB4nHsJdGf6oAi5RtP"),
        ("glpat-", "Zk3vQ9mWp2LrT8yUeXcB"),
        ("AKIA", "QZ3VLM9WPR2T8YUE"),
        ("-----BEGIN PRIVATE KEY-----\n", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7Zk3vQ9mWp2Lr"),
    ],
)
def test_what_looks_like_a_secret_is_found(head: str, tail: str) -> None:
    """One of each form, put together here so that this file holds none."""
    assert found_in(f'token = "{head}{tail}"')
    assert not found_in(f'token = "{head}"')


def test_every_library_is_pinned() -> None:
    """What the project needs has its one version in the constraints."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [
        *project["dependencies"],
        *(n for group in project["optional-dependencies"].values() for n in group),
    ]
    names = {re.split(r"[\[<>=! ]", each)[0].lower().replace("_", "-") for each in needed}
    pinned = {
        line.partition("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    assert names - pinned == set()


def test_nothing_turns_off_the_rules_against_running_what_was_sent() -> None:
    """Shells, pickles, eval and unverified TLS: ruff's rules are on, and no line of ours excuses itself."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert rules["select"] == ["ALL"]
    never = {"S102", "S301", "S302", "S307", "S501", "S502", "S507", "S602", "S604", "S605", "S608"}
    assert not never & set(rules["ignore"])
    excused = re.compile(r"noqa: ?[A-Z0-9, ]*\b(S102|S301|S302|S307|S501|S502|S507|S602|S604|S605)\b")
    for path in tracked():
        if path.suffix == ".py" and path.parts[len(ROOT.parts)] in {"bot", "orchestration", "integrations"}:
            assert excused.search(path.read_text()) is None, path
