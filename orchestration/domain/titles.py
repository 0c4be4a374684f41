"""What the title of a commit tells: its kind of change, what it touches, and the pull request that it came in.

Conventional Commits 1.0.0 (conventionalcommits.org), lightly; everything else is kept as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from orchestration.domain.pairs import Platform

BREAKING, FEATURES, FIXES, PERFORMANCE = "Breaking changes", "Features", "Fixes", "Performance"
OTHER = "Other changes"
SECTIONS = (
    (BREAKING, frozenset[str]()),
    (FEATURES, frozenset({"feat", "feature"})),
    (FIXES, frozenset({"fix", "bugfix", "hotfix", "revert"})),
    (PERFORMANCE, frozenset({"perf"})),
    ("Documentation", frozenset({"docs", "doc"})),
    ("Maintenance", frozenset({"build", "chore", "ci", "deps", "refactor", "style", "test", "tests"})),
    (OTHER, frozenset[str]()),
)
"""In the order in which people read them; the first takes `!`, the last the rest."""

_PREFIX = re.compile(r"(?P<kind>[A-Za-z]+)(\((?P<scope>[^()]*)\))?(?P<breaking>!)?: +(?P<rest>\S.*)")
_MERGED = re.compile(r"Merge pull request (?P<mark>#)(?P<number>\d+) from ")
_SQUASHED = re.compile(r"^(?P<rest>.*\S) +\((?P<mark>[#!])(?P<number>\d+)\)$")
_MERGE = re.compile(r"Merge (pull request|branch|remote-tracking branch|commit|tag)\b")
_PLATFORMS: Mapping[str, Platform] = MappingProxyType(
    {
        "android": Platform.ANDROID,
        "ios": Platform.IOS,
        "iphone": Platform.IOS,
        "ipad": Platform.IOS,
        "web": Platform.WEB,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """A title, read. `scope` is what stood in brackets after its kind; `merge` says that it only joins branches."""

    section: str
    words: str
    scope: str | None = None
    pull: int | None = None
    merge: bool = False

    @property
    def platform(self) -> Platform | None:
        """The one platform that it says it is for; None where it says none."""
        return _PLATFORMS.get((self.scope or "").strip().casefold())


def read_title(title: str, *, mark: str = "#") -> Title:
    """Read a title; `mark` is the sign before a pull request's number: GitLab writes `!7`, and `#7` is an issue."""
    words, pull = title.strip(), None
    merge = _MERGE.match(words) is not None
    squashed, merged = _SQUASHED.match(words), _MERGED.match(words)
    if squashed and squashed["mark"] == mark:
        words, pull = squashed["rest"], int(squashed["number"])
    elif merged and merged["mark"] == mark:
        pull = int(merged["number"])
    section, scope = OTHER, None
    if prefixed := _PREFIX.fullmatch(words):
        kind = prefixed["kind"].lower()
        known = next((name for name, kinds in SECTIONS if kind in kinds), None)
        if prefixed["breaking"]:
            known = BREAKING
        if known is not None:
            section, words, scope = known, prefixed["rest"], prefixed["scope"]
    return Title(section=section, words=words, scope=scope, pull=pull, merge=merge)
