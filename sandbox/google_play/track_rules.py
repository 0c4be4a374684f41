"""What a track's new list of releases must be, by Google's description and rules.

Source: https://developers.google.com/android-publisher/api-ref/rest/v3/edits.tracks. The words of some refusals are
our own: Google publishes none.
"""

from typing import Any

from sandbox.google_play.answers import Refusal
from sandbox.google_play.world import DRAFT, PUBLISHED, App, Release

STATUSES = ("draft", "inProgress", "halted", "completed")
STAGED = frozenset({"inProgress", "halted"})
TRACK = frozenset({"track", "releases"})
RELEASE = frozenset(
    {
        "name",
        "versionCodes",
        "status",
        "userFraction",
        "releaseNotes",
        "countryTargeting",
        "inAppUpdatePriority",
    }
)
LONGEST_NOTE = 500


def releases_of(app: App, track: str, body: Any, before: list[Release]) -> list[Release]:
    """The releases that a body of tracks.update asks for. 400 where it may not be so."""
    _known(body, TRACK, "track_config")
    if body.get("track", track) != track:
        raise Refusal(400, f"The track in the body is not {track}.")
    rows = body.get("releases", [])
    if not isinstance(rows, list):
        raise _invalid("track_config.releases", rows)
    for index, row in enumerate(rows):
        _check_release(app, row, f"track_config.releases[{index}]")
    if sum(row["status"] == "completed" for row in rows) > 1:
        raise Refusal(
            400, "Too many completed releases specified.", reason="releasesTooManyCompletedReleases"
        )
    _check_shadows(rows)
    return [_release(app, row, before) for row in rows]


def _check_shadows(rows: list[dict[str, Any]]) -> None:
    """403 where no device would get a release, because a completed one has greater codes.

    Google tells it with the commit (microsoft/google-play-vsts-extension#69, oppia/oppia-android#6353).
    """
    rolled = [row for row in rows if row["status"] == "completed"]
    floor = min((int(code) for row in rolled for code in row["versionCodes"]), default=0)
    for row in rows:
        code = max((int(code) for code in row.get("versionCodes", [])), default=0)
        if row["status"] in STAGED and code < floor:
            raise Refusal(
                403,
                f"Version {code} of this app can not be downloaded by any devices as they will all receive APKs with "
                "higher version codes.",
                reason="multiApkShadowedActiveApk",
            )


def _check_release(app: App, row: Any, place: str) -> None:
    _known(row, RELEASE, place)
    if row.get("status") not in STATUSES:
        raise _invalid(f"{place}.status", row.get("status"))
    codes = row.get("versionCodes", [])
    if not isinstance(codes, list) or not all(isinstance(code, str) and code.isdigit() for code in codes):
        raise _invalid(f"{place}.version_codes", codes)
    if not codes and row["status"] != "draft":
        raise Refusal(400, "A release that is rolled out needs a version code.")
    for code in codes:
        if int(code) not in app.bundles:
            raise Refusal(400, f"Version code {code} was not uploaded.")
    _check_fraction(row["status"], row.get("userFraction"))
    for note in row.get("releaseNotes", []):
        if len(note.get("text", "")) > LONGEST_NOTE:
            raise Refusal(400, f"Release notes have at most {LONGEST_NOTE} characters.")


def _check_fraction(status: str, fraction: Any) -> None:
    """What was for everybody is halted without one."""
    if fraction is None and status != "inProgress":
        return
    if status not in STAGED:
        raise Refusal(400, "A user fraction may be set for a staged release only.")
    if not (isinstance(fraction, float) and 0 < fraction < 1):
        raise Refusal(400, "A staged release needs a user fraction between 0 and 1.")


def _release(app: App, row: dict[str, Any], before: list[Release]) -> Release:
    """A release with a name: nobody's is its version, or a date where it holds several."""
    codes = row.get("versionCodes", [])
    made = app.bundles[int(codes[0])] if len(codes) == 1 else "24 Nov"
    body = {"name": made, **row}
    same = next(
        (r for r in before if r.body.get("versionCodes") == codes and r.body["status"] == row["status"]), None
    )
    fresh = DRAFT if row["status"] == "draft" else PUBLISHED
    return Release(body=body, lifecycle=same.lifecycle if same is not None else fresh)


def _known(body: Any, names: frozenset[str], place: str) -> None:
    if not isinstance(body, dict):
        raise _invalid(place, body)
    for name in sorted(set(body) - names):
        raise Refusal(
            400, f"Invalid JSON payload received. Unknown name \"{name}\" at '{place}': Cannot find field."
        )


def _invalid(place: str, value: Any) -> Refusal:
    return Refusal(400, f"Invalid value at '{place}', {value!r}")
