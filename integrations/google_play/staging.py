"""What the list of a track's releases is to be when a version goes out in steps, and what a release of it means. Pure.

Source: https://developers.google.com/android-publisher/api-ref/rest/v3/edits.tracks. The whole list is replaced with
every change, so whatever is not ours is sent back as it came.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from integrations.google_play.answers import Lifecycle, Release, Track
from integrations.google_play.builds import COMPLETED, DRAFT
from orchestration.ports.app_store import StoreOrder, StoreState
from orchestration.ports.errors import AlreadyDifferent, Refused

IN_PROGRESS: Final = "inProgress"
HALTED: Final = "halted"
STAGED: Final = frozenset({IN_PROGRESS, HALTED})
EVERYBODY: Final = 100.0

BY_STATUS: Final[Mapping[str, StoreState]] = {
    DRAFT: StoreState.PENDING,
    IN_PROGRESS: StoreState.IN_PROGRESS,
    HALTED: StoreState.HALTED,
    COMPLETED: StoreState.COMPLETE,
}
BY_LIFECYCLE: Final[Mapping[Lifecycle, StoreState]] = {
    Lifecycle.DRAFT: StoreState.PENDING,
    Lifecycle.NOT_SENT_FOR_REVIEW: StoreState.PENDING,
    Lifecycle.IN_REVIEW: StoreState.SUBMITTED,
    Lifecycle.APPROVED_NOT_PUBLISHED: StoreState.APPROVED,
    Lifecycle.NOT_APPROVED: StoreState.REJECTED,
}
DETAILS: Final[Mapping[Lifecycle, str]] = {
    Lifecycle.DRAFT: "a draft",
    Lifecycle.NOT_SENT_FOR_REVIEW: "Google takes it, but not for review",
    Lifecycle.APPROVED_NOT_PUBLISHED: "managed publishing holds it",
    Lifecycle.NOT_APPROVED: "Google did not approve it; why, Google tells in Play Console and by e-mail only",
}
TODO: Final[Mapping[Lifecycle, str]] = {
    Lifecycle.NOT_SENT_FOR_REVIEW: "send the changes for review in Play Console, under Publishing overview",
    Lifecycle.APPROVED_NOT_PUBLISHED: "publish the changes in Play Console, under Publishing overview",
    Lifecycle.NOT_APPROVED: "read Google's reason in Play Console, under Publishing overview or Policy status",
}
PERSONS: Final = "only a person can do that, in Play Console, under Publishing overview"

Change = Callable[[Track], list[Release] | None]


def own_of(track: Track, code: int) -> Release | None:
    """The release with this version code."""
    return next((release for release in track.releases if code in release.codes), None)


def percent_of(release: Release) -> float:
    """What share of the users a release is for."""
    if release.status == COMPLETED or _was_for_everybody(release):
        return EVERYBODY
    return round((release.fraction or 0.0) * 100, 4) if release.status in STAGED else 0.0


def submitting(code: int, order: StoreOrder, notes: Mapping[str, str]) -> Change:
    """Our release, for as many as ordered. A draft of this very build becomes it, and one that was not approved too; an
    older staged release makes room, a completed one stays until ours is for everybody.

    Refused where a newer build is there, for no device ever goes back.
    """

    def change(track: Track) -> list[Release] | None:
        own = own_of(track, code)
        others = [release for release in track.releases if release is not own]
        newer = max((c for r in others if r.status != DRAFT for c in r.codes), default=0)
        if newer > code:
            raise Refused(
                f"{track.track} has the newer build {newer} already, and devices never go back to {code}: upload it "
                "again with a greater version code"
            )
        base = own.as_sent() if own is not None else {"versionCodes": [str(code)]}
        wanted = {**base, **_said(order, notes), **_share(order.percent)}
        if order.percent < EVERYBODY:
            kept = [release for release in others if release.status not in STAGED]
        else:
            wanted.pop("userFraction", None)
            kept = [release for release in others if release.status == DRAFT]
        return [Release.model_validate(wanted), *kept]

    return change


def raising(code: int, percent: float) -> Change:
    """To more users."""

    def change(track: Track) -> list[Release] | None:
        own = _known(track, code)
        if own.status != IN_PROGRESS:
            raise _not_so(own, code, f"be given to {percent:g} %")
        there = percent_of(own)
        if percent == there:
            return None
        if percent < there:
            raise Refused(
                f"{code} is at {there:g} %, and a share only grows: it can be halted, not taken back"
            )
        return _with(track, own, _share(percent))

    return change


def halting(code: int) -> Change:
    """To nobody any more; the share is kept, to be resumed with."""

    def change(track: Track) -> list[Release] | None:
        own = _known(track, code)
        if own.status == HALTED:
            return None
        if own.status != IN_PROGRESS:
            raise _not_so(own, code, "be halted")
        return _with(track, own, {"status": HALTED})

    return change


def resuming(code: int) -> Change:
    """Where it was: for everybody again, if it was."""

    def change(track: Track) -> list[Release] | None:
        own = _known(track, code)
        if own.status == IN_PROGRESS:
            return None
        if own.status != HALTED:
            raise _not_so(own, code, "be resumed")
        return (
            _for_everybody(track, own)
            if _was_for_everybody(own)
            else _with(track, own, {"status": IN_PROGRESS})
        )

    return change


def completing(code: int) -> Change:
    """To everybody: it takes the place of what was, because a track has one completed release at most."""

    def change(track: Track) -> list[Release] | None:
        own = _known(track, code)
        if own.status == COMPLETED:
            return None
        if own.status != IN_PROGRESS:
            raise _not_so(own, code, "be given to everybody")
        return _for_everybody(track, own)

    return change


def check_same(order: StoreOrder, release: Release, notes: Mapping[str, str]) -> None:
    """AlreadyDifferent where what is there says another thing of itself than was ordered. Its share may have grown."""
    found = {note.language: note.text for note in release.notes or ()}
    version = order.build.version
    if notes and found != notes:
        raise AlreadyDifferent(f"What is new in {version}", expected=_in_words(notes), found=_in_words(found))
    if (release.priority or 0) != order.update_priority:
        raise AlreadyDifferent(
            f"The update priority of {version}",
            expected=str(order.update_priority),
            found=str(release.priority or 0),
        )


def _known(track: Track, code: int) -> Release:
    own = own_of(track, code)
    if own is None:
        raise Refused(f"{track.track} has no release of {code} any more: look in Play Console")
    return own


def _with(track: Track, own: Release, changes: Mapping[str, Any]) -> list[Release]:
    sent = {**own.as_sent(), **changes}
    if sent["status"] == COMPLETED:
        sent.pop("userFraction", None)
    ours = Release.model_validate(sent)
    return [ours if release is own else release for release in track.releases]


def _for_everybody(track: Track, own: Release) -> list[Release]:
    return [r for r in _with(track, own, _share(EVERYBODY)) if r.codes == own.codes or r.status != COMPLETED]


def _was_for_everybody(release: Release) -> bool:
    """Whether a person halted it in Play Console when everybody was offered it: then it has no fraction."""
    return release.status == HALTED and release.fraction is None


def _share(percent: float) -> Mapping[str, Any]:
    """A fraction may stand with a staged release only, and at everybody it must not."""
    if percent >= EVERYBODY:
        return {"status": COMPLETED}
    return {"status": IN_PROGRESS, "userFraction": round(percent / 100, 6)}


def _said(order: StoreOrder, notes: Mapping[str, str]) -> Mapping[str, Any]:
    said: dict[str, Any] = {}
    if notes:
        said["releaseNotes"] = [{"language": tag, "text": text} for tag, text in notes.items()]
    if order.update_priority:
        said["inAppUpdatePriority"] = order.update_priority
    return said


def _in_words(notes: Mapping[str, str]) -> str:
    return "; ".join(f"{tag}: {text}" for tag, text in sorted(notes.items())) or "nothing"


def _not_so(own: Release, code: int, to: str) -> Refused:
    why = {
        COMPLETED: (
            "everybody is offered it: it can be halted in Play Console only, and whoever has it needs a newer build"
        ),
        HALTED: "it is halted: resume it first",
        DRAFT: "it is a draft, which nobody has",
    }.get(own.status, f"it is {own.status}")
    return Refused(f"{code} can't {to}: {why}")
