"""Names of release branches: the pattern of a configuration and a type, filled in, and what git takes as a name."""

import re

from orchestration.domain.snapshot import Snapshot
from orchestration.domain.version import ReleaseType

# git-check-ref-format(1) --branch; besides, white space of any script and the shorthand @ are refused.
_REF = re.compile(
    r"(?!(@|HEAD)$)(?!.*(\.\.|//|/\.|@\{|\.lock(/|$)))"
    r"[^\s~^:?*\[\\\x00-\x1f\x7f/.-][^\s~^:?*\[\\\x00-\x1f\x7f]*(?<![/.])"
)
_PLACE = "{version}"
_SAMPLES = ("2.14.0", "5.2.0_android_5.1.3_ios")


def is_branch_name(name: str) -> bool:
    """Whether git takes it as the name of a branch."""
    return _REF.fullmatch(name) is not None


def pattern_of(snapshot: Snapshot, kind: ReleaseType) -> str:
    """The pattern of this type of release; the common one where it has none of its own."""
    return snapshot.branch_patterns.get(kind.lower(), snapshot.branch_pattern)


def branch_name(snapshot: Snapshot, kind: ReleaseType, version: str) -> str:
    """`release/2.14.0`, by the configuration's pattern."""
    return pattern_of(snapshot, kind).replace(_PLACE, version)


def pattern_problem(pattern: str) -> str | None:
    """Why a pattern can't name the branches of releases; None where it can."""
    if _PLACE not in pattern:
        return f"must hold {_PLACE}, or two releases would share a branch"
    for sample in _SAMPLES:
        named = pattern.replace(_PLACE, sample)
        if not is_branch_name(named):
            return f"would name a branch {named!r}, which git does not take"
    return None


def same_name(version: str) -> str:
    """Why two releases of one repository can't run under one version: their tags are made of it."""
    return f"Another running release of this repository is {version} too, and their tags would be the same"
