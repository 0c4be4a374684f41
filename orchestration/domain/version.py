"""Semantic versions (semver.org 2.0.0; numbers only, as both stores want it) and names made of them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from orchestration.domain.pairs import TITLES, Pair

_SYNTAX = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})", re.ASCII)


class ReleaseType(StrEnum):
    """How much a release changes; it fixes which number of the version may rise."""

    MAJOR = "MAJOR"
    MINOR = "MINOR"
    HOTFIX = "HOTFIX"


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Three numbers, ordered as semantic versions are."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> "Version":
        """`1.2.3`, with or without a leading v; ValueError otherwise."""
        match = _SYNTAX.fullmatch(text.strip().removeprefix("v"))
        if match is None:
            raise ValueError(f"{text!r} is not a version like 2.14.0")
        return cls(*(int(part) for part in match.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    def bump(self, kind: ReleaseType) -> "Version":
        """The next version of a release of this kind."""
        match kind:
            case ReleaseType.MAJOR:
                return Version(self.major + 1, 0, 0)
            case ReleaseType.MINOR:
                return Version(self.major, self.minor + 1, 0)
            case ReleaseType.HOTFIX:
                return Version(self.major, self.minor, self.patch + 1)


def bump_problem(latest: Version, wanted: Version, kind: ReleaseType) -> str | None:
    """Why `wanted` can't follow `latest` in a release of this kind; None where it can."""
    same_major = wanted.major == latest.major
    rules = {
        ReleaseType.MAJOR: (wanted.major > latest.major, "needs a greater first number"),
        ReleaseType.MINOR: (
            same_major and wanted.minor > latest.minor,
            "keeps the first number and needs a greater second one",
        ),
        ReleaseType.HOTFIX: (
            same_major and wanted.minor == latest.minor and wanted.patch > latest.patch,
            "keeps the first two numbers and needs a greater third one",
        ),
    }
    fits, rule = rules[kind]
    if fits:
        return None
    name = kind.value.lower()
    return f"A {name} release after {latest} {rule}, for example {latest.bump(kind)}"


def version_string(versions: Mapping[Pair, Version], *, of: Collection[Pair] = ()) -> str:
    """One name for all pairs: `2.14.0` where they agree, else `2.14.0_android_2.15.0_ios`.

    `of` are the pairs that there are: a release of some platforms only names them too, `2.14.1_android`, for another
    one may bring the same number to the others.
    """
    distinct = set(versions.values())
    whole = {pair.platform for pair in of} <= {pair.platform for pair in versions}
    if len(distinct) == 1 and whole:
        return str(next(iter(distinct)))
    # Sorted by pair: this becomes the name of branches and tags, so it must be the same in every process.
    parts = [f"{versions[pair]}_{TITLES[pair.platform].lower()}" for pair in sorted(versions)]
    return "_".join(dict.fromkeys(parts))
