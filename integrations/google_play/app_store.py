"""Builds in Google Play (https://developers.google.com/android-publisher).

A build is looked for where it needs no edit: among the releases of the tracks. Looking must not open one, for it would
end the edit in which CI is just uploading.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from integrations.google_play.answers import Lifecycle, Release, Track
from integrations.google_play.builds import (
    Place,
    codes_of,
    contradicted,
    holds,
    state_of,
    told,
    version_code,
    with_build,
)
from integrations.google_play.client import PlayClient
from integrations.google_play.edits import Edits, Sleep
from integrations.google_play.errors import NoSuchTrack
from integrations.google_play.releases import PlayReleases
from integrations.google_play.settings import GooglePlaySecrets, GooglePlaySettings, is_production
from integrations.http import Http
from orchestration.ports.app_store import StoreBuild, StoreBuildState
from orchestration.ports.errors import Refused

STANDARD: Final = ("internal", "alpha", "beta", "production")
"""The tracks that every app has; alpha is closed testing, beta open testing."""

LAG: Final = timedelta(minutes=5)


class GooglePlayStore(PlayReleases):
    """AppStore over the Google Play Developer API."""

    def __init__(
        self,
        *,
        settings: GooglePlaySettings,
        secrets: GooglePlaySecrets,
        http: Http,
        tenant: str,
        clock: Callable[[], float] = time.time,
        sleep: Sleep = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        client = PlayClient(settings=settings, secrets=secrets, http=http, tenant=tenant, clock=clock)
        super().__init__(client, Edits(client, sleep=sleep, chance=chance), console=settings.console_url)
        self._settings = settings

    @property
    def processing_lag(self) -> timedelta:
        """A commit shows at once, as far as is known; Google promises no time."""
        return LAG

    async def find_build(
        self,
        *,
        version: str,
        number: str | None,
        not_before: datetime | None,  # noqa: ARG002 - Google Play tells no time of an upload
    ) -> StoreBuild | None:
        """The build of this version and version code, or the greatest version code that is of this version.

        GET tracks/{track}/releases of the testing track and the standard ones. Of which version a code is, the
        release's name says (see `builds`); where it says nothing, a code that was asked for is taken as it is.
        Neither a bundle that is on no track is told, nor a release that a newer one has replaced.
        """
        asked = None if number is None else version_code(number)
        places = await self._places()
        code = asked or max(codes_of(version, places), default=None)
        own = [place for place in places if code in place.release.codes]
        if code is None or not own or contradicted(version, code, own):
            return None
        return self._build(version, code, own)

    async def share_with_testers(self, build: StoreBuild, *, group: str) -> StoreBuild:
        """Put a build on a testing track, at once for all its testers.

        Looks first, without an edit; then one edit: PUT tracks/{track} with the other releases kept, and commit.
        Refused for production, for a track that is not there, where testers have a newer build, and while anything
        of the app is in review: a commit would pull it back otherwise (changesInReviewBehavior).
        """
        if build.state is not StoreBuildState.READY:
            raise Refused(f"The build {build.number} is {build.state.lower()}, not ready")
        if is_production(group):
            raise Refused(f"{group} is no track for testers: everybody would get the build")
        code = version_code(build.number)
        there = await self._on_track(code, group)
        if there is None:
            done = await self._edits.change_track(group, _putting(code))
            there = Lifecycle.NOT_SENT_FOR_REVIEW if done.not_sent else Lifecycle.PUBLISHED
        return self._shared(build, group, there)

    async def _places(self) -> list[Place]:
        """Every release of the tracks that we read. Standard tracks may be hidden; the testing track must be there."""
        found = []
        for track in dict.fromkeys((self._settings.track, *STANDARD)):
            try:
                summaries = await self._client.releases(track)
            except NoSuchTrack:
                if track == self._settings.track:
                    raise
                continue
            found += [Place(track=track, release=release) for release in summaries.releases]
        return found

    async def _on_track(self, code: int, track: str) -> Lifecycle | None:
        """How far the build is on this track, None where it is not there or a draft. Refused where it was refused."""
        for release in (await self._client.releases(track)).releases:
            if code not in release.codes or release.lifecycle is Lifecycle.DRAFT:
                continue
            if release.lifecycle is Lifecycle.NOT_APPROVED:
                raise Refused(
                    f"Google Play did not approve the build {code} on the track {track}: see why in Play Console, "
                    "and upload another",
                    link=self._settings.console_url,
                )
            return release.lifecycle
        return None

    def _build(self, version: str, code: int, own: Sequence[Place]) -> StoreBuild:
        return StoreBuild(
            id=str(code),
            version=version,
            number=str(code),
            state=state_of(own),
            url=self._settings.console_url,
            testers_url=self._join if any(place.for_testers for place in own) else None,
            detail=told(own),
        )

    def _shared(self, build: StoreBuild, track: str, there: Lifecycle) -> StoreBuild:
        detail = f"on the track {track}"
        if there is Lifecycle.NOT_SENT_FOR_REVIEW:
            detail += "; testers get it once a person sends it for review: Play Console, Publishing overview"
        return replace(build, testers_url=self._join, detail=detail)

    @property
    def _join(self) -> str:
        """Where testers opt in."""
        return f"https://play.google.com/apps/testing/{self._settings.package_name}"


def _putting(code: int) -> Callable[[Track], list[Release] | None]:
    def change(track: Track) -> list[Release] | None:
        if any(holds(release, code) for release in track.releases):
            return None
        return list(with_build(track.releases, code, track=track.track))

    return change
