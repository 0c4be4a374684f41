"""Release notes from commits: pure, and safe for Markdown and HTML whatever the titles contain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.domain.titles import SECTIONS, read_title
from orchestration.ports.scm import Commit

LONGEST = 100_000
"""Characters; GitHub refuses a release body of more than 125 000, GitLab one of more than a million."""

NEWEST = 100
"""Commits in the notes of a first release, which has no tag to start from: what the port promises."""

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+.!|~<>@$%-])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the notes."""

    section: str
    title: str
    pull: int | None
    commit: Commit


def compose(
    *,
    version: str,
    targets: Sequence[str],
    commits: Sequence[Commit],
    pulls: str,
    changes_url: str,
    mark: str = "#",
    newest_of_all: bool = False,
) -> str:
    """The notes of `commits` (oldest first) as Markdown.

    `pulls` is the address of a pull or merge request up to its number, `mark` the sign before its number in a
    title: GitHub writes `#7`, where GitLab writes `!7` and `#7` is an issue.
    `newest_of_all`: there is no tag to start from, so that where there are `NEWEST` commits, older ones are left out.
    """
    # Contracts write PLAY_STORE; people read `Play Store`.
    stores = ", ".join(target.replace("_", " ").title() for target in targets)
    heading = f"## {escape(version)}" + (f" ({escape(stores)})" if stores else "")
    lines = [heading, ""]
    if newest_of_all and len(commits) >= NEWEST:
        lines += [f"The newest {len(commits)} commits.", ""]
    entries = [entry_of(commit, mark=mark) for commit in commits]
    for section, _ in SECTIONS:
        found = [entry for entry in entries if entry.section == section]
        if found:
            lines += [f"### {section}", "", *(_line(entry, pulls, mark) for entry in found), ""]
    if not commits:
        lines += ["No changes.", ""]
    closing = f"[All changes]({changes_url})"
    return _cut(lines, closing)


def entry_of(commit: Commit, *, mark: str = "#") -> Entry:
    """Section, title and pull request of a commit."""
    read = read_title(commit.title, mark=mark)
    return Entry(section=read.section, title=read.words, pull=read.pull, commit=commit)


def escape(text: str) -> str:
    """Plain text as Markdown: no markup, no HTML, no links, and no mention that would notify somebody."""
    flat = " ".join(text.split()).replace("&", "&amp;")
    return SPECIAL.sub(r"\\\1", flat).replace("\\@", "@\u200b").replace("://", ":\u200b//")


def _line(entry: Entry, pulls: str, mark: str) -> str:
    where = f"[{mark}{entry.pull}]({pulls}{entry.pull})" if entry.pull else ""
    short = f"[`{entry.commit.sha[:7]}`]({entry.commit.url})"
    return f"- {escape(entry.title)} — {escape(entry.commit.author)}, {where or short}"


def _cut(lines: Sequence[str], closing: str) -> str:
    kept: list[str] = []
    size = len(closing)
    for at, line in enumerate(lines):
        size += len(line) + 1
        if size > LONGEST:
            left = sum(1 for rest in lines[at:] if rest.startswith("- "))
            kept += ["", f"… and {left} more.", ""]
            break
        kept.append(line)
    return "\n".join([*kept, closing]) + "\n"
