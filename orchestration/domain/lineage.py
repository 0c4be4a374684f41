"""Where a hotfix comes from: the release that it mends, found by its name or by the version that was ordered. PURE."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.domain.pairs import TITLES, Pair
from orchestration.domain.version import Version

_NUMBERS = re.compile(r"(?<![\d.])(\d+\.\d+\.\d+)(?:_([a-z]+))?(?![\d.])")
_CANDIDATE = re.compile(r"-rc\.\d+$")
_TAGS = 5
"""How many earlier versions of a line are looked for in source control."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parent:
    """What a hotfix mends. It is cut from `ref`, a tag or a branch; its notes begin at `since`.

    `versions` are those of the pairs, by `Pair.key`; `release_id` is None where it was not run by us.
    """

    name: str
    ref: str
    since: str
    versions: Mapping[str, str] = field(default_factory=dict)
    release_id: str | None = None

    def version(self, pair: Pair) -> Version | None:
        """Its version of a pair; None where it has none."""
        text = self.versions.get(pair.key)
        return Version.parse(text) if text is not None else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ancestor:
    """A release of ours that was not given up; `tag` None while it has none."""

    release_id: str
    branch: str
    tag: str | None
    versions: Mapping[Pair, Version]

    def parent(self, ref: str, since: str) -> Parent:
        """It, as what a hotfix mends."""
        return Parent(
            name=", ".join(dict.fromkeys(str(version) for version in self.versions.values())),
            ref=ref,
            since=since,
            versions={pair.key: str(version) for pair, version in self.versions.items()},
            release_id=self.release_id,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Lineage:
    """The parent, or why there is none; and the versions of each pair that are taken, running ones among them."""

    parent: Parent | None = None
    problem: str | None = None
    taken: Mapping[Pair, Sequence[Version]] = field(default_factory=dict)

    def floor(self, pair: Pair) -> Version | None:
        """The greatest version of the parent's line: a hotfix of this pair comes after it."""
        base = self.parent.version(pair) if self.parent is not None else None
        if base is None:
            return None
        return max([base, *(v for v in self.taken.get(pair, ()) if same_line(v, base))])


NO_LINEAGE = Lineage()
"""Of what is no hotfix."""


def same_line(one: Version, other: Version) -> bool:
    """Whether only the third numbers differ."""
    return (one.major, one.minor) == (other.major, other.minor)


def taken_by(ancestors: Iterable[Ancestor]) -> Mapping[Pair, Sequence[Version]]:
    """The versions of each pair that releases have."""
    found: dict[Pair, list[Version]] = {}
    for ancestor in ancestors:
        for pair, version in ancestor.versions.items():
            found.setdefault(pair, []).append(version)
    return found


def named(text: str, ancestors: Sequence[Ancestor]) -> Lineage:
    """The release of ours that is meant by its id, tag, branch or version; nothing where none is."""
    for ancestor in ancestors:
        versions = {str(version) for version in ancestor.versions.values()}
        if text == ancestor.branch:
            return Lineage(parent=ancestor.parent(text, ancestor.tag or text))
        if text in {ancestor.tag, ancestor.release_id} or text.removeprefix("v") in versions:
            if ancestor.tag is None:
                says = f"{text} has no tag yet: name its branch {ancestor.branch} to begin there"
                return Lineage(problem=says)
            return Lineage(parent=ancestor.parent(ancestor.tag, ancestor.tag))
    return Lineage()


def by_version(versions: Mapping[Pair, Version], ancestors: Sequence[Ancestor]) -> Lineage:
    """The newest tagged release of ours before each of the versions, in its line; nothing where no pair has one."""
    found: dict[str, Ancestor] = {}
    for pair, wanted in versions.items():
        before = [a for a in ancestors if a.tag is not None and _precedes(a, pair, wanted)]
        if before:
            newest = max(before, key=lambda a: a.versions[pair])
            found[newest.release_id] = newest
    if not found:
        return Lineage()
    if len(found) > 1:
        tags = " and ".join(sorted(a.tag or "" for a in found.values()))
        return Lineage(problem=f"The platforms come from different releases ({tags}): make a hotfix of each")
    parent = next(iter(found.values()))
    return Lineage(parent=parent.parent(parent.tag or "", parent.tag or ""))


def _precedes(ancestor: Ancestor, pair: Pair, wanted: Version) -> bool:
    known = ancestor.versions.get(pair)
    return known is not None and same_line(known, wanted) and known < wanted


def tags_before(versions: Mapping[Pair, Version]) -> tuple[str, ...]:
    """The tags that the parent may have in source control, the newest first."""
    lines = dict.fromkeys(versions.values())
    return tuple(
        f"v{Version(version.major, version.minor, patch)}"
        for version in lines
        for patch in range(version.patch - 1, max(version.patch - 1 - _TAGS, -1), -1)
    )


def read_versions(name: str, pairs: Iterable[Pair]) -> Mapping[str, str]:
    """The versions in the name of a tag or branch: one for all pairs, or one for each that it names."""
    found = _NUMBERS.findall(_CANDIDATE.sub("", name))
    if not found:
        return {}
    common = found[0][0] if len(found) == 1 and not found[0][1] else None
    by_platform = {platform: number for number, platform in found if platform}
    read = {pair.key: common or by_platform.get(TITLES[pair.platform].lower()) for pair in pairs}
    return {key: number for key, number in read.items() if number is not None}
