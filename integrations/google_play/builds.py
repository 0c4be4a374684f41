"""What Google Play's answers say of a build: where it is, of which version, and what a track is to hold. Pure.

Google Play tells a version name nowhere: tracks and the bundle library list version codes. But a release has a name,
and one that nobody named is called by its version: "42 (1.2.0)" by Play Console, "1.2.0" by the API. So names are read.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from integrations.google_play.answers import Lifecycle, Release, Summary
from integrations.google_play.settings import is_production
from orchestration.ports.app_store import StoreBuildState
from orchestration.ports.errors import Refused

DRAFT: Final = "draft"
COMPLETED: Final = "completed"
GREATEST: Final = 2_100_000_000

WORDS = {
    Lifecycle.DRAFT: "a draft, which testers do not get",
    Lifecycle.NOT_SENT_FOR_REVIEW: "not sent for review",
    Lifecycle.IN_REVIEW: "in review",
    Lifecycle.APPROVED_NOT_PUBLISHED: "approved, not published",
    Lifecycle.NOT_APPROVED: "not approved",
    Lifecycle.PUBLISHED: "published",
    Lifecycle.UNKNOWN: "there",
}
OUT_OF_REACH = frozenset({Lifecycle.DRAFT, Lifecycle.NOT_SENT_FOR_REVIEW, Lifecycle.NOT_APPROVED})

_CONSOLE = re.compile(r"(\d+) \((.+)\)")
_VERSION = re.compile(r"v?\d+(?:\.\d+)+(?:[+-][\w.+-]+)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A release that holds a build, and the track that it is on."""

    track: str
    release: Summary

    @property
    def for_testers(self) -> bool:
        """Whether testers can have it here."""
        return not is_production(self.track) and self.release.lifecycle not in OUT_OF_REACH


def names_version(name: str, *, code: int, version: str) -> bool | None:
    """Whether a release's name says that this code is of this version; None where it says nothing of it."""
    generated = _CONSOLE.fullmatch(name)
    if generated is not None:
        return generated[2] == version if int(generated[1]) == code else None
    if re.search(rf"(?<![\w.+-])v?{re.escape(version)}(?![\w+-]|\.\w)", name):
        return True
    return False if _VERSION.fullmatch(name) else None


def codes_of(version: str, places: Sequence[Place]) -> frozenset[int]:
    """The version codes that a release says to be of this version."""
    return frozenset(
        code
        for place in places
        for code in place.release.codes
        if names_version(place.release.name, code=code, version=version)
    )


def contradicted(version: str, code: int, places: Sequence[Place]) -> bool:
    """Whether the releases that hold a code say that it is of another version, and none says of this one."""
    said = {names_version(place.release.name, code=code, version=version) for place in places}
    return False in said and True not in said


def state_of(places: Sequence[Place]) -> StoreBuildState:
    """REJECTED where it was not approved wherever it is. Google Play processes at upload, and no bundle expires."""
    refused = all(place.release.lifecycle is Lifecycle.NOT_APPROVED for place in places)
    return StoreBuildState.REJECTED if refused else StoreBuildState.READY


def told(places: Sequence[Place]) -> str:
    """Where it is, in a few words."""
    return "; ".join(f"{place.track}: {WORDS[place.release.lifecycle]}" for place in places)


def holds(release: Release, code: int) -> bool:
    """Whether testers have the build through this release; of a staged one, some of them."""
    return str(code) in release.version_codes and release.status != DRAFT


def with_build(releases: Sequence[Release], code: int, *, track: str) -> Sequence[Release]:
    """The list that a testing track is to have: drafts stay, the build takes the place of what was.

    A track has one completed release at most, and none that no device would get: an older staged one makes room too.
    A draft of this very build becomes the release, with its notes.
    Refused where testers have a newer build, for no device ever goes back.
    """
    newer = max((int(c) for r in releases if r.status != DRAFT for c in r.version_codes), default=0)
    if newer > code:
        raise Refused(
            f"The track {track} has the newer build {newer} already, and devices never go back to {code}: "
            "upload it again with a greater version code"
        )
    own = (str(code),)
    draft = next((r for r in releases if r.status == DRAFT and r.version_codes == own), None)
    kept = [r for r in releases if r.status == DRAFT and r is not draft]
    fresh = draft or Release.model_validate({"versionCodes": own})
    return [*kept, fresh.model_copy(update={"status": COMPLETED})]


def version_code(number: str) -> int:
    """The version code that a number is; Refused where it can be none."""
    code = int(number) if number.isascii() and number.isdigit() and len(number) <= len(str(GREATEST)) else 0
    if not 0 < code <= GREATEST:
        raise Refused(f"{number!r} is no version code: that is a whole number from 1 to {GREATEST}")
    return code
